import type { Settings } from '../../src-shared/settings.ts';
import type { JobKind, JobResults } from './jobs/job-kind.ts';
import type { KeptPrompts } from './jobs/kept/kept-prompts.ts';
import { createTrainingJob } from './jobs/training/create-training-job.ts';
import { KeptFeatures } from './jobs/training/prompt-memory.ts';
import type { DecisionLog } from './jobs/training/training-parts.ts';
import type { Clock } from './ports.ts';
import type { Endpoint } from './routing/endpoint.ts';

/** Learning from past decisions: the job. It answers no operations of its own. */
export interface Training {
  kinds: JobKind[];
  stop(): void;
}

export function composeTraining(parts: {
  clock: Clock;
  settings: () => Settings;
  endpoints: () => readonly Endpoint[];
  outputPriceOf: (endpoint: Endpoint) => number | null;
  log: DecisionLog;
  kept: KeptPrompts;
  results: JobResults;
}): Training {
  const { clock, settings, endpoints, outputPriceOf, log, kept, results } = parts;
  const prompts = new KeptFeatures(kept);
  return {
    kinds: [createTrainingJob({ clock, settings, endpoints, outputPriceOf, log, prompts, results })],
    stop: kept.onErased((requestId) => prompts.erase(requestId)),
  };
}
