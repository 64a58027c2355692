import { z } from 'zod';
import { track } from '../../../../src-shared/catalogue.ts';
import { judgement } from './judge/judgement.ts';

/** A kept prompt as far as choosing and estimating need it: no words. */
export const seenRecord = z.object({
  requestId: z.string(),
  atMs: z.number(),
  /** That gave the accepted answer. */
  endpoint: z.string(),
  track,
  kind: z.string(),
  costNanoUsd: z.number().nullable(),
  mayLeave: z.boolean(),
  /** Why its answer is no measure for others; null: it is one. */
  noMeasure: z.string().nullable(),
});
export type SeenRecord = z.infer<typeof seenRecord>;

/** A local model's answer to a kept prompt. */
export const pairRecord = z.object({
  requestId: z.string(),
  /** The local model. */
  endpoint: z.string(),
  /** `waits`: answered, and for a judge to look at. `failed`: no answer came. */
  state: z.enum(['judged', 'waits', 'failed']),
  /** By comparison: as good (1) or worse (0), for certain; null: it could not be told. */
  exact: z.union([z.literal(0), z.literal(1)]).nullable(),
  /** By judges, in the order in which they looked; a second one only where the first contradicted itself. */
  judged: z.array(judgement.extend({ judge: z.string(), track })),
  /** In words of our own. */
  why: z.string(),
  firstTokenMs: z.number().nullable(),
  tokensPerSecond: z.number().nullable(),
  /** The answer, encrypted; null: it was not kept. */
  sealed: z.string().nullable(),
  /** Its place among all lessons; null: it is none. */
  lesson: z.number().nullable(),
  atMs: z.number(),
});
export type PairRecord = z.infer<typeof pairRecord>;

/** How it stands with a pair after all looks at it; null: nobody could tell. */
export function verdictOf(
  pair: PairRecord,
): { value: 0 | 0.5 | 1; method: 'exact' | 'local_judge' | 'cloud_judge' } | null {
  if (pair.exact !== null) return { value: pair.exact, method: 'exact' };
  const look = pair.judged.findLast(({ value }) => value !== 0.5) ?? pair.judged.at(-1);
  return look === undefined ? null : { value: look.value, method: `${look.track}_judge` };
}
