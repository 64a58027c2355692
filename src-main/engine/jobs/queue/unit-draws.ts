import { createHash } from 'node:crypto';
import { createUniformDraws } from '../../optimizer/uniform-draws.ts';

/** Draws in [0, 1) of one unit: whenever it is done again it draws the same. */
export function unitDraws(runId: string, unit: number): () => number {
  const digest = createHash('sha256').update(`${runId}/${unit}`).digest();
  return createUniformDraws({ bytes: (count) => digest.subarray(0, count) });
}
