import { z } from 'zod';

const tuning = z.object({
  retention: z.number(),
  guessStrength: z.number(),
  overallStrength: z.number(),
  promptSpread: z.number(),
  wordPace: z.number(),
});

/** What the log is divided into: first to choose by, then to judge by what no choice has seen. */
const division = z.object({
  sinceMs: z.number(),
  judgedFromMs: z.number(),
  untilMs: z.number(),
  /** Decisions that can be used, and those of them that are judged by. */
  rows: z.int(),
  judgedRows: z.int(),
  /** Enough prompts are kept to try how their words are learned. */
  withPrompts: z.boolean(),
});
export type Division = z.infer<typeof division>;

/** How well one way of learning foresaw what came: the mean surprise, lower is better. */
const trial = z.object({ tuning, surprise: z.number() });
export type Trial = z.infer<typeof trial>;

/** Times, numbers and sums: what was learned lives in memory, and a pass that loses it begins anew. `done`: units so far. */
export const trainingCheckpoint = z.discriminatedUnion('step', [
  z.object({ step: z.literal('count'), done: z.int(), sinceMs: z.number(), untilMs: z.number() }),
  /** One way of learning after the other; the first is the present one. */
  z.object({
    step: z.literal('try'),
    done: z.int(),
    division,
    round: z.int(),
    tried: z.array(trial),
    waiting: z.array(tuning),
  }),
  z.object({ step: z.literal('judge'), done: z.int(), division, present: tuning, best: tuning, tried: z.int() }),
]);
export type TrainingCheckpoint = z.infer<typeof trainingCheckpoint>;
export type CheckpointOf<Step extends TrainingCheckpoint['step']> = Extract<TrainingCheckpoint, { step: Step }>;
