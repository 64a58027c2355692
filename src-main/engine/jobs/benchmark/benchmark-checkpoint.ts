import { z } from 'zod';
import { BENCHMARK_CONDITIONS } from '../../../../src-shared/jobs.ts';

const figure = z.number().nullable();

/** One measured call. */
export const benchmarkSample = z.object({
  /** Which of the planned prompt lengths. */
  context: z.int(),
  promptTokens: z.int().nullable(),
  outputTokens: z.int().nullable(),
  promptTokensPerSecond: figure,
  outputTokensPerSecond: figure,
  /** Loading left out. */
  firstTokenMs: figure,
  joules: figure,
});
export type BenchmarkSample = z.infer<typeof benchmarkSample>;

/** One model while it is measured. */
export const modelUnderTest = z.object({
  endpoint: z.string(),
  /** It was not in memory, or only for us: it may be loaded with a window of our own. */
  isOurs: z.boolean(),
  promptTokens: z.array(z.int()),
  windowTokens: z.int(),
  digest: z.string().nullable(),
  serverVersion: z.string().nullable(),
  coldLoadMs: figure,
  loadMs: figure,
  memoryBytes: figure,
  vramBytes: figure,
  condition: z.enum(BENCHMARK_CONDITIONS),
  samples: z.array(benchmarkSample),
});
export type ModelUnderTest = z.infer<typeof modelUnderTest>;

export const benchmarkCheckpoint = z.object({
  /** Endpoint ids that are still to be measured, this one first when `current` is null. */
  waiting: z.array(z.string()),
  current: modelUnderTest.nullable(),
  unitsDone: z.int(),
  measured: z.array(z.string()),
  /** What was found or went wrong so far, in sentences. */
  sentences: z.array(z.string()),
});
export type BenchmarkCheckpoint = z.infer<typeof benchmarkCheckpoint>;

/** Each prompt length is measured so often: the middle one counts. */
export const REPETITIONS = 3;

/** Loading it, then every prompt length so many times. */
export function unitsOf(contexts: number): number {
  return 1 + contexts * REPETITIONS;
}
