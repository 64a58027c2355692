import type { Settings } from '../../src-shared/settings.ts';
import { createTrainingJob } from '../../src-main/engine/jobs/training/create-training-job.ts';
import { trainingCheckpoint, type Division } from '../../src-main/engine/jobs/training/training-checkpoint.ts';
import type { PromptMemory } from '../../src-main/engine/jobs/training/training-parts.ts';
import type { JobWork, ProposalDraft } from '../../src-main/engine/jobs/job-kind.ts';
import type { LearnerTuning } from '../../src-main/engine/optimizer/quality-model.ts';
import type { Endpoint } from '../../src-main/engine/routing/endpoint.ts';
import type { LoggedDecision } from '../../src-main/engine/store/logged-decisions.ts';

/** What offline training finds in a log. */
export interface Trained {
  found: string;
  proposal: ProposalDraft | null;
  /** The way of learning that was judged; null: none foresaw better than the present one. */
  judged: { present: LearnerTuning; best: LearnerTuning; division: Division } | null;
}

/** A log, and what the engine would know beside it. */
export interface TrainingWorld {
  log: readonly LoggedDecision[];
  settings: Settings;
  endpoints: readonly Endpoint[];
  outputPriceOf: (endpoint: Endpoint) => number | null;
  prompts?: PromptMemory;
  nowMs: number;
}

export const NO_PROMPTS: PromptMemory = { has: () => false, read: () => null, forget: () => undefined };
const PORTION = 64;

/** Runs the job itself, from its plan to its end. */
export async function runTraining(world: TrainingWorld): Promise<Trained> {
  const { log, settings, endpoints, outputPriceOf, nowMs, prompts = NO_PROMPTS } = world;
  const kind = createTrainingJob({
    ...{ clock: { nowMs: () => nowMs }, settings: () => settings, outputPriceOf, prompts },
    endpoints: () => endpoints,
    log: {
      read: ({ sinceMs, limit }) => inPortions(log.filter(({ startedAtMs }) => startedAtMs >= sinceMs).slice(0, limit)),
    },
    results: { read: () => null, list: () => [] },
  });
  const planned = kind.plan();
  if (planned.kind === 'nothing') return { found: planned.sentence, proposal: null, judged: null };
  let judged: Trained['judged'] = null;
  let checkpoint = planned.checkpoint;
  for (;;) {
    if (checkpoint.step === 'judge') judged = checkpoint;
    const outcome = await kind.unit(trainingCheckpoint.parse(checkpoint), WORK);
    if (outcome.next === null) return { found: outcome.found ?? '', proposal: outcome.proposals?.[0] ?? null, judged };
    checkpoint = outcome.next;
  }
}

async function* inPortions(log: readonly LoggedDecision[]): AsyncGenerator<LoggedDecision[], void> {
  for (let at = 0; at < log.length; at += PORTION) {
    await Promise.resolve();
    yield log.slice(at, at + PORTION);
  }
}

const WORK: JobWork = {
  signal: new AbortController().signal,
  run: { id: 'run', job: 'offline-training', trigger: 'person', createdAtMs: 0 },
  clock: { nowMs: () => 0, monotonicMs: () => performance.now(), after: () => () => undefined },
  log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  random: () => 0.5,
  models: {
    ask: () => Promise.reject(new Error('training asks nobody')),
    unload: () => Promise.reject(new Error('training loads nothing')),
  },
  breathe: () => Promise.resolve(),
  doing: () => undefined,
};
