import type { JobKind } from '../job-kind.ts';
import { LogCount } from './count-log.ts';
import { BestJudge } from './judge-best.ts';
import { trainingCheckpoint, type TrainingCheckpoint } from './training-checkpoint.ts';
import type { TrainingParts } from './training-parts.ts';
import { TuningTrials } from './try-tunings.ts';

const DAY_MS = 24 * 3_600_000;
/** Of the log: what is older tells of other models and other prices. */
const DAYS = 28;

/**
 * Replays past decisions with other ways of learning from answers, and proposes one that would have chosen better beyond
 * chance. Asks no model and changes nothing.
 */
export function createTrainingJob(parts: TrainingParts): JobKind<TrainingCheckpoint> {
  const count = new LogCount(parts);
  const trials = new TuningTrials(parts);
  const judge = new BestJudge(parts);
  return {
    name: 'offline-training',
    title: 'Learning from the past',
    description:
      'Replays past decisions with other ways of learning from answers, and says when one of them would have chosen better. You decide whether it is taken.',
    heavy: true,
    checkpoint: trainingCheckpoint,
    plan() {
      const { enabled, learning } = parts.settings().optimizer;
      if (!enabled || !learning) {
        return { kind: 'nothing', sentence: 'Nothing to try: Pointsman is set not to learn from answers.' };
      }
      // What an earlier run that was given up may have left in memory.
      for (const step of [count, trials, judge]) step.clear();
      parts.prompts.forget();
      const nowMs = parts.clock.nowMs();
      const checkpoint = { step: 'count', done: 0, sinceMs: nowMs - DAYS * DAY_MS, untilMs: nowMs } as const;
      return { kind: 'begin', checkpoint, unitsTotal: null };
    },
    unit(at, work) {
      switch (at.step) {
        case 'count':
          return count.unit(at, work);
        case 'try':
          return trials.unit(at, work);
        case 'judge':
          return judge.unit(at, work);
      }
    },
  };
}
