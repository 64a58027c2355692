import { z } from 'zod';

/** Reports of what was spent, where and by whom. */

const count = z.int().min(0);
const MINUTE_MS = 60_000;

/** Length of a bucket for counting how many there are; a local day may be an hour shorter or longer. */
const BUCKET_MS = { quarter: 15 * MINUTE_MS, hour: 60 * MINUTE_MS, day: 24 * 60 * MINUTE_MS };
const MAX_BUCKETS = 1_000;

export const spendQuery = z
  .strictObject({
    /** Unix milliseconds, widened to whole buckets. */
    fromMs: z.coerce.number().int().min(0),
    /** Not included. */
    toMs: z.coerce.number().int().min(0),
    bucket: z.enum(['quarter', 'hour', 'day']).default('day'),
    by: z.enum(['app', 'provider', 'track', 'none']).default('none'),
  })
  .refine(({ fromMs, toMs, bucket }) => toMs - fromMs <= MAX_BUCKETS * BUCKET_MS[bucket], {
    message: `at most ${MAX_BUCKETS} buckets; ask for longer ones or for less time`,
    path: ['toMs'],
  });
export type SpendQuery = z.infer<typeof spendQuery>;

/**
 * A request counts where it was answered, or tried last; tokens and costs of its calls count where they were made.
 * Sums are of what is known; beside each stands how much is not.
 */
export const spendRow = z.object({
  /** Start of the bucket. */
  startMs: z.int(),
  /** App, provider or track; null: none, or everything together. */
  key: z.string().nullable(),
  requests: count,
  failed: count,
  inputTokens: count,
  outputTokens: count,
  costNanoUsd: count,
  /** Calls. */
  unknownCosts: count,
  /** Requests of which both the cost and the reference are known; the next two are theirs, and their difference is saved. */
  compared: count,
  referenceNanoUsd: count,
  comparedCostNanoUsd: z.int(),
  energyJoules: z.number().min(0),
  /** Requests. */
  unknownEnergies: count,
});
export type SpendRow = z.infer<typeof spendRow>;

/** In order of time, then of key. Buckets in which nothing happened are left out. */
export const spendReport = z.object({ rows: z.array(spendRow) });
export type SpendReport = z.infer<typeof spendReport>;
