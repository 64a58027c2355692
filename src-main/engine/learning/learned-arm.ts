import { DriftWatch } from './drift-watch.ts';
import { DENSE_SIZE } from './dense-size.ts';
import type { LearnerOptions } from './learner-options.ts';
import { logit } from './logistic.ts';
import { UsualLogit } from './usual-logit.ts';
import { WeightTable, type PriorVariances } from './weight-table.ts';

/** What is known of an arm before its first outcome: its mean quality, and how many outcomes that knowledge is worth. */
export interface ArmPrior {
  readonly mean: number;
  readonly strength: number;
}

const LEAST_INFORMATION = 0.02;

/** One arm's own part of the learner. */
export class LearnedArm {
  readonly drift: DriftWatch;
  readonly prior: ArmPrior | null;
  /** Logit of the prior mean, 0 without a prior. */
  readonly level: number;
  /** Sum of the weights of its outcomes. */
  observations = 0;
  /** Of the prompts that it answered. */
  readonly usual: UsualLogit;
  /** null until it has an outcome. */
  weights: WeightTable | null = null;

  constructor(prior: ArmPrior | null, known: { drift?: DriftWatch; usual?: UsualLogit } = {}) {
    this.prior = prior;
    this.level = prior === null ? 0 : logit(prior.mean);
    this.drift = known.drift ?? new DriftWatch();
    this.usual = known.usual ?? new UsualLogit();
  }

  /** Makes room for its weights; with 0 bits it has none for text. */
  open(options: LearnerOptions, bits: number): WeightTable {
    this.weights = new WeightTable({ bits, dense: DENSE_SIZE, prior: this.#variances(options) });
    return this.weights;
  }

  retune(options: LearnerOptions): void {
    this.weights?.retune(this.#variances(options));
  }

  /** How uncertain its level is before the first outcome, in logits; never more than without a prior. */
  levelVariance({ armPrior }: LearnerOptions): number {
    if (this.prior === null) return armPrior.constant;
    const { mean, strength } = this.prior;
    return armPrior.constant / (1 + armPrior.constant * strength * Math.max(LEAST_INFORMATION, mean * (1 - mean)));
  }

  #variances(options: LearnerOptions): PriorVariances {
    return { ...options.armPrior, constant: this.levelVariance(options) };
  }
}
