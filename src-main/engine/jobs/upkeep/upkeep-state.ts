import { z } from 'zod';

/** In the order in which they are done: first what makes room, then what looks at the rest, at the end what gives back. */
export const STAGES = [
  'look',
  'old requests',
  'too many requests',
  'old notes',
  'used prices',
  'unused prices',
  'check',
  'statistics',
  'rebuild',
  'give back',
  'log',
  'files',
] as const;
export type Stage = (typeof STAGES)[number];

const count = z.int().min(0);

/** Where a run stands, and what it has done so far. */
export const upkeepState = z.strictObject({
  stage: z.enum(STAGES),
  /** What is older goes; null: nothing goes because of its age. The same for the whole run. */
  beforeMs: z.int().nullable(),
  /** Place within the stage. */
  table: count,
  at: z.int(),
  ids: z.array(z.int()),
  removedRequests: count,
  removedNotes: count,
  removedPrices: count,
  removedFiles: count,
  /** Given back to the disk. */
  freedBytes: count,
  /** Signs of damage. */
  problems: z.array(z.string()),
});
export type UpkeepState = z.infer<typeof upkeepState>;

const DAY_MS = 24 * 60 * 60 * 1000;

export function beginUpkeep(nowMs: number, recordDays: number | null): UpkeepState {
  return {
    stage: 'look',
    beforeMs: recordDays === null ? null : Math.round(nowMs) - recordDays * DAY_MS,
    table: 0,
    at: 0,
    ids: [],
    removedRequests: 0,
    removedNotes: 0,
    removedPrices: 0,
    removedFiles: 0,
    freedBytes: 0,
    problems: [],
  };
}
