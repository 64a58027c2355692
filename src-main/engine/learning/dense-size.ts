import { SHAPE_SIZE } from './prompt-shape.ts';

/** What a weight table holds beside text: a weight for each figure of form, and a constant. */
export const DENSE_SIZE = SHAPE_SIZE + 1;
