import { z } from 'zod';
import type { JobResult, JobResults } from '../job-kind.ts';

const JOB = 'offline-training';
const KEY = 'judged';
const judged = z.object({ untilMs: z.number() });

/** Unix milliseconds; decisions before that were judged by already. */
export function readJudgedUntil(results: JobResults): number {
  return judged.safeParse(results.read(JOB, KEY)).data?.untilMs ?? 0;
}

export function judgedUntil(untilMs: number): JobResult {
  return { key: KEY, value: { untilMs }, requestId: null };
}
