import { addPairedRow, createDifferenceSums, type DifferenceSums } from '../../learning/paired-difference.ts';
import type { LearnerTuning } from '../../optimizer/quality-model.ts';
import type { JobWork, UnitOutcome } from '../job-kind.ts';
import { concludeTraining } from './conclude-training.ts';
import { judgeRow, TrustScale } from './judge-row.ts';
import { isSame } from './learner-knobs.ts';
import { LogPass } from './log-pass.ts';
import { featuresOfKind, Replay } from './replay.ts';
import type { ReplayRow } from './replay-row.ts';
import type { CheckpointOf, TrainingCheckpoint } from './training-checkpoint.ts';
import { TrainingMemory } from './training-memory.ts';
import type { TrainingParts } from './training-parts.ts';
import { judgedUntil } from './training-results.ts';

interface Judged {
  present: Replay;
  best: Replay;
  trust: TrustScale;
  sums: DifferenceSums;
}

/** Replays the whole log with the present way of learning and the best other one, and compares them on its later part. */
export class BestJudge {
  readonly #parts: TrainingParts;
  readonly #memory = new TrainingMemory<Judged>();

  constructor(parts: TrainingParts) {
    this.#parts = parts;
  }

  async unit(at: CheckpointOf<'judge'>, work: JobWork): Promise<UnitOutcome<TrainingCheckpoint>> {
    const { pass, gathered } = this.#memory.open(work.run.id, () => this.#begin(at));
    const isOver = await pass.work((row) => this.#judge(row, at, gathered), work);
    const done = at.done + 1;
    if (!isOver) return { next: { ...at, done }, unitsTotal: null };
    this.#memory.clear();
    this.#parts.prompts.forget();
    const { present, best, tried, division } = at;
    const isPresent = isSame(present, this.#parts.settings().optimizer.learner);
    const conclusion = concludeTraining({ sums: gathered.sums, present, best, tried, division, isPresent });
    return { next: null, unitsTotal: done, results: [judgedUntil(division.untilMs)], ...conclusion };
  }

  clear(): void {
    this.#memory.clear();
  }

  #begin({ division, present, best }: CheckpointOf<'judge'>) {
    const { endpoints, outputPriceOf, settings } = this.#parts;
    const around = { settings: settings(), endpoints: endpoints(), outputPriceOf };
    const begin = (tuning: LearnerTuning) => new Replay({ ...around, tuning });
    const gathered = {
      ...{ present: begin(present), best: begin(best) },
      ...{ trust: new TrustScale(), sums: createDifferenceSums() },
    };
    return { pass: new LogPass(this.#parts, division), gathered };
  }

  #judge(row: ReplayRow, { division }: CheckpointOf<'judge'>, gathered: Judged): void {
    const { present, best, trust } = gathered;
    const features = this.#parts.prompts.read(row.requestId) ?? featuresOfKind(row.kind);
    for (const replay of [present, best]) replay.arriveAt(row.startedAtMs);
    if (row.startedAtMs >= division.judgedFromMs) {
      const { qualityThreshold } = this.#parts.settings().optimizer.preferences;
      const judged = judgeRow(row, { present, best, features, trust, qualityThreshold });
      if (judged !== null) gathered.sums = addPairedRow(gathered.sums, judged);
    }
    const chosen = row.arms[row.chosen]?.endpointId;
    if (chosen !== undefined) trust.note(chosen, row.outcome?.weight ?? 0);
    for (const replay of [present, best]) replay.note(row, features);
  }
}
