import type { LearnerTuning } from '../../optimizer/quality-model.ts';
import type { JobWork, UnitOutcome } from '../job-kind.ts';
import { furtherThan, isSame } from './learner-knobs.ts';
import { LogPass } from './log-pass.ts';
import { featuresOfKind, Replay } from './replay.ts';
import type { ReplayRow } from './replay-row.ts';
import type { CheckpointOf, TrainingCheckpoint, Trial } from './training-checkpoint.ts';
import { TrainingMemory } from './training-memory.ts';
import type { TrainingParts } from './training-parts.ts';

const ROUNDS = 2;
/** Nothing is impossible: one surprise must not outweigh a thousand outcomes. */
const LEAST_CHANCE = 0.01;

interface Foreseen {
  replay: Replay;
  surprise: number;
  weight: number;
}

/**
 * Replays the earlier part of the log once for each way of learning, each outcome foreseen before it is learned: first each
 * knob a step to either side, then what was good a step further and together. The one that was least surprised is judged.
 */
export class TuningTrials {
  readonly #parts: TrainingParts;
  readonly #memory = new TrainingMemory<Foreseen>();

  constructor(parts: TrainingParts) {
    this.#parts = parts;
  }

  async unit(at: CheckpointOf<'try'>, work: JobWork): Promise<UnitOutcome<TrainingCheckpoint>> {
    const [tuning, ...waiting] = at.waiting;
    if (tuning === undefined) return this.#conclude(at);
    const { pass, gathered } = this.#memory.open(`${work.run.id} ${at.tried.length}`, () => this.#begin(at, tuning));
    const isOver = await pass.work((row) => this.#foresee(row, gathered), work);
    const doing = `Trying another way of learning (${at.tried.length + 1} of ${at.tried.length + at.waiting.length}).`;
    if (!isOver) return { next: { ...at, done: at.done + 1 }, unitsTotal: null, doing };
    this.#memory.clear();
    const { surprise, weight } = gathered;
    const tried: Trial[] = [...at.tried, { tuning, surprise: weight === 0 ? 0 : surprise / weight }];
    const next = { ...at, done: at.done + 1, tried, waiting };
    return waiting.length > 0 ? { next, unitsTotal: null, doing } : this.#conclude(next);
  }

  clear(): void {
    this.#memory.clear();
  }

  #begin({ division }: CheckpointOf<'try'>, tuning: LearnerTuning) {
    const { endpoints, outputPriceOf, settings } = this.#parts;
    const replay = new Replay({ settings: settings(), tuning, endpoints: endpoints(), outputPriceOf });
    const range = { sinceMs: division.sinceMs, untilMs: division.judgedFromMs };
    return { pass: new LogPass(this.#parts, range), gathered: { replay, surprise: 0, weight: 0 } };
  }

  #foresee(row: ReplayRow, gathered: Foreseen): void {
    const { replay } = gathered;
    const features = this.#parts.prompts.read(row.requestId) ?? featuresOfKind(row.kind);
    const endpointId = row.arms[row.chosen]?.endpointId;
    replay.arriveAt(row.startedAtMs);
    if (row.outcome !== null && endpointId !== undefined) {
      const { quality, weight } = row.outcome;
      const expected = replay.predict(row, features, endpointId)?.mean ?? quality;
      gathered.surprise += weight * surpriseAt(quality, expected);
      gathered.weight += weight;
    }
    replay.note(row, features);
  }

  #conclude(at: CheckpointOf<'try'>): UnitOutcome<TrainingCheckpoint> {
    const [present, ...others] = at.tried;
    if (present === undefined) throw new Error('the present way of learning is tried first');
    const better = others
      .filter(({ surprise }) => surprise < present.surprise)
      .sort((one, other) => one.surprise - other.surprise);
    const waiting =
      at.round < ROUNDS
        ? untried(
            at.tried,
            furtherThan(
              present.tuning,
              better.map(({ tuning }) => tuning),
            ),
          )
        : [];
    if (waiting.length > 0) {
      return { next: { ...at, round: at.round + 1, waiting }, unitsTotal: null };
    }
    const [best] = better;
    const { division, done, tried } = at;
    if (best === undefined) {
      const found = `Tried ${others.length} other ways of learning on ${division.rows} past decisions: none foresaw better what came. Nothing is proposed.`;
      return { next: null, unitsTotal: done, found };
    }
    return {
      next: { step: 'judge', done, division, present: present.tuning, best: best.tuning, tried: tried.length - 1 },
      unitsTotal: null,
      doing: 'Judging the best one.',
    };
  }
}

function untried(tried: readonly Trial[], tunings: readonly LearnerTuning[]): LearnerTuning[] {
  return tunings.filter((tuning) => !tried.some((trial) => isSame(trial.tuning, tuning)));
}

/** Logarithmic loss, of fractions too. */
function surpriseAt(quality: number, expected: number): number {
  const chance = Math.min(1 - LEAST_CHANCE, Math.max(LEAST_CHANCE, expected));
  return -quality * Math.log(chance) - (1 - quality) * Math.log(1 - chance);
}
