import { en, type Strings } from './en.ts';

/** The strings in use: `t.overview.today`, `t.overview.waiting(3)`. There is one language so far. */
export const t: Strings = en;
