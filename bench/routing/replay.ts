import { readPrompt, type PromptFeatures } from '../../src-main/engine/learning/prompt-features.ts';
import { QualityLearner } from '../../src-main/engine/learning/quality-learner.ts';
import { QualityRouter, type RoutingArm, type RoutingTarget } from '../../src-main/engine/learning/quality-router.ts';
import type { CurvePoint, StaticQuality } from './gain-curve.ts';
import { mulberry32 } from './mulberry32.ts';
import type { ReplayRow } from './read-set.ts';

/** What is learned beside the outcome of the arm chosen. */
export interface ExtraLearning {
  /** Part of the prompts sent to strong whose weak outcome is learned too. */
  shadow?: number;
  /** Both outcomes of every prompt: no router has that; it shows how far this learner could come. */
  full?: boolean;
}

export interface ReplayResult {
  whole: CurvePoint;
  secondHalf: CurvePoint;
}

const WEAK: RoutingArm = { arm: 'weak', strong: false, cost: 0 };
const STRONG: RoutingArm = { arm: 'strong', strong: true, cost: 1 };
const ARMS = [WEAK, STRONG];

/** One pass of a fresh learner. It sees the prompt's text, the target and the outcome of the arm it named, nothing else. */
export function replay(run: {
  rows: readonly ReplayRow[];
  order: Int32Array;
  target: RoutingTarget;
  seed: number;
  extra?: ExtraLearning;
}): ReplayResult {
  const random = mulberry32(run.seed);
  const router = new QualityRouter({ learner: new QualityLearner(), random });
  const sums = new HalfSums(run.order.length);
  for (const at of run.order) {
    const row = run.rows[at];
    if (row === undefined) continue;
    const features = readPrompt(row.prompt);
    const arm = router.choose({ features, arms: ARMS, target: run.target })?.arm === STRONG.arm ? STRONG : WEAK;
    const quality = arm === STRONG ? row.strong : row.weak;
    router.observe({ features, arm: arm.arm, reward: quality });
    sums.add({ strong: arm === STRONG, quality });
    if (run.extra) learnMore({ router, features, row, chosen: arm, extra: run.extra, random });
  }
  return sums.result();
}

function learnMore(step: {
  router: QualityRouter;
  features: PromptFeatures;
  row: ReplayRow;
  chosen: RoutingArm;
  extra: ExtraLearning;
  random: () => number;
}): void {
  const { router, features, row, chosen, extra } = step;
  const shadowed = chosen === STRONG && extra.shadow !== undefined && step.random() < extra.shadow;
  if (!shadowed && extra.full !== true) return;
  const other = chosen === STRONG ? WEAK : STRONG;
  router.observe({ features, arm: other.arm, reward: other === STRONG ? row.strong : row.weak });
}

/** Share and mean quality of a stream, and of its second half. */
export class HalfSums {
  readonly #length: number;
  #steps = 0;
  readonly #whole = { strong: 0, quality: 0, steps: 0 };
  readonly #half = { strong: 0, quality: 0, steps: 0 };

  constructor(length: number) {
    this.#length = length;
  }

  add({ strong, quality }: { strong: boolean; quality: number }): void {
    for (const sums of this.#steps < this.#length >> 1 ? [this.#whole] : [this.#whole, this.#half]) {
      sums.steps += 1;
      sums.quality += quality;
      if (strong) sums.strong += 1;
    }
    this.#steps += 1;
  }

  result(): ReplayResult {
    const toPoint = ({ strong, quality, steps }: { strong: number; quality: number; steps: number }) => ({
      share: strong / steps,
      quality: quality / steps,
    });
    return { whole: toPoint(this.#whole), secondHalf: toPoint(this.#half) };
  }
}

/** Mean quality of the static policies over the rows that an order names, from the given place on. */
export function staticQuality(rows: readonly ReplayRow[], order: Int32Array, from = 0): StaticQuality {
  const sums = { weak: 0, strong: 0 };
  for (const at of order.subarray(from)) {
    sums.weak += rows[at]?.weak ?? 0;
    sums.strong += rows[at]?.strong ?? 0;
  }
  const count = order.length - from;
  return { weak: sums.weak / count, strong: sums.strong / count };
}
