import { z } from 'zod';

const pairId = z.object({ requestId: z.string(), endpoint: z.string() });
const round = z.object({
  judge: z.string(),
  /** Pairs of known worth that are to be judged first. */
  controls: z.int(),
  pairs: z.array(pairId),
});
export type JudgingRound = z.infer<typeof round>;

/** Ids and places only: what they stand for may be gone when the run goes on. `done`: units so far. */
export const shadowCheckpoint = z.discriminatedUnion('step', [
  /** Looks through the kept prompts that are new. */
  z.object({
    step: z.literal('look'),
    done: z.int(),
    after: z.object({ keptAtMs: z.number(), requestId: z.string() }).nullable(),
  }),
  /** Has them answered: all by the first model, then all by the next, so that each is loaded once. */
  z.object({
    step: z.literal('answer'),
    done: z.int(),
    models: z.array(z.string()),
    prompts: z.array(z.string()),
    at: z.int(),
  }),
  /** Has judged what could not be compared: all by one judge, then all by the next. `tried`: those who had their turn. */
  z.object({ step: z.literal('judge'), done: z.int(), rounds: z.array(round), tried: z.array(z.string()) }),
]);
export type ShadowCheckpoint = z.infer<typeof shadowCheckpoint>;
export type CheckpointOf<Step extends ShadowCheckpoint['step']> = Extract<ShadowCheckpoint, { step: Step }>;
