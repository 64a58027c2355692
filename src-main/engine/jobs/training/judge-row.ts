import type { PairedRow } from '../../learning/paired-difference.ts';
import type { PromptFeatures } from '../../learning/prompt-features.ts';
import type { Estimate } from '../../routing/estimate.ts';
import { STRATEGY_WEIGHTS } from '../../routing/strategies.ts';
import type { Replay } from './replay.ts';
import type { ReplayArm, ReplayRow } from './replay-row.ts';

/** Evidence of an arm that its first mean weight counts as. */
const FIRST_WEIGHTS = 10;
const USUAL_WEIGHT = 0.1;

/** How much one outcome of an arm tells, against what its outcomes tell on average: of the past alone. */
export class TrustScale {
  readonly #arms = new Map<string, { sum: number; count: number }>();

  of(endpointId: string, weight: number): number {
    const { sum, count } = this.#arms.get(endpointId) ?? { sum: 0, count: 0 };
    return weight / ((sum + FIRST_WEIGHTS * USUAL_WEIGHT) / (count + FIRST_WEIGHTS));
  }

  note(endpointId: string, weight: number): void {
    const arm = this.#arms.get(endpointId) ?? { sum: 0, count: 0 };
    this.#arms.set(endpointId, { sum: arm.sum + weight, count: arm.count + 1 });
  }
}

/**
 * What two ways of learning would have chosen in a row, and what that is worth in nano-dollars: an answer at what a good one is
 * worth to the strategy, less all that the log says of time, money and wear. Only what had a chance of being chosen is chosen.
 */
export function judgeRow(
  row: ReplayRow,
  by: { present: Replay; best: Replay; features: PromptFeatures; trust: TrustScale; qualityThreshold: number },
): PairedRow | null {
  const { features, trust } = by;
  const expectedNow = row.arms.map(({ endpointId }) => by.present.predict(row, features, endpointId));
  const expectedThen = row.arms.map(({ endpointId }) => by.best.predict(row, features, endpointId));
  const worthUsd = STRATEGY_WEIGHTS[row.actsAs].answerUsd;
  const valueOf = (arm: ReplayArm, quality: number) => arm.otherwise + worthUsd * 1e9 * arm.success * quality;
  const chosen = row.arms[row.chosen];
  if (chosen === undefined) return null;
  return {
    propensity: row.propensity,
    chosen: row.chosen,
    outcome: row.outcome === null ? null : valueOf(chosen, row.outcome.quality),
    trust: row.outcome === null ? 0 : trust.of(chosen.endpointId, row.outcome.weight),
    expected: row.arms.map((arm, place) => valueOf(arm, expectedNow[place]?.mean ?? 0)),
    one: choiceOf(row, expectedThen, by.qualityThreshold),
    other: choiceOf(row, expectedNow, by.qualityThreshold),
  };
}

/** Place of the best by score, as `routing/score.ts` has it; of equals the first. */
function choiceOf(row: ReplayRow, expected: readonly (Estimate | null)[], qualityThreshold: number): number {
  const { answerUsd, knee, caution } = STRATEGY_WEIGHTS[row.actsAs];
  let best = 0;
  let most = -Infinity;
  for (const [place, { otherwise, success }] of row.arms.entries()) {
    const { mean, sd } = expected[place] ?? { mean: 0, sd: 0 };
    const chance = Math.min(1, Math.max(0, mean + caution * sd)) * success;
    const score = otherwise + answerUsd * 1e9 * (chance - knee * Math.max(0, qualityThreshold - chance));
    if (score > most) [best, most] = [place, score];
  }
  return best;
}
