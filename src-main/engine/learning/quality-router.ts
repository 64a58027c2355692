import type { PromptFeatures } from './prompt-features.ts';
import type { QualityLearner } from './quality-learner.ts';
import { ShareController } from './share-controller.ts';

/** An arm that may answer this request. */
export interface RoutingArm {
  readonly arm: string;
  /** Counts into the share: the cloud, in production. */
  readonly strong: boolean;
  /** In units of quality per λ; the bench has 0 for weak and 1 for strong. */
  readonly cost: number;
}

/** Either a share of requests for strong arms, or the best of quality − λ · cost. */
export type RoutingTarget = { kind: 'share'; share: number } | { kind: 'lambda'; lambda: number };

export interface RoutingChoice {
  readonly arm: string;
  /** Probability with which it was drawn: > 0. */
  readonly propensity: number;
  /** Beside the arms given; they sum to 1. */
  readonly propensities: readonly number[];
}

export interface RouterOptions {
  readonly learner: QualityLearner;
  /** In [0, 1). */
  readonly random: () => number;
}

/** With λ, this many requests are worth exploring in full; after n requests every (n/50)th is: ε = min(1, 50/n). */
const EXPLORED_REQUESTS = 50;

/**
 * Chooses an arm by what the learner predicts, and learns from the outcome. A share is met by a threshold on the predicted
 * gap (greedy after a warm-up: noise costs more than it finds); with λ, a share of requests that shrinks is given to
 * chance, without which the learner would stay with its first impression.
 */
export class QualityRouter {
  readonly #learner: QualityLearner;
  readonly #random: () => number;
  #controller: ShareController | null = null;
  #chosen = 0;

  constructor({ learner, random }: RouterOptions) {
    this.#learner = learner;
    this.#random = random;
  }

  /** null without arms. */
  choose(request: {
    features: PromptFeatures;
    arms: readonly RoutingArm[];
    target: RoutingTarget;
  }): RoutingChoice | null {
    const { features, arms, target } = request;
    if (arms.length === 0) return null;
    if (target.kind === 'share') return this.#chooseForShare({ features, arms, share: target.share });
    return this.#chooseForLambda({ features, arms, lambda: target.lambda });
  }

  /** `reward` in [0, 1]; also for an arm that was not chosen, when its answer was judged in the shadow. */
  observe(outcome: { features: PromptFeatures; arm: string; reward: number; weight?: number }): boolean {
    return this.#learner.learn(outcome.features, outcome.arm, outcome.reward, outcome.weight);
  }

  #chooseForShare(request: {
    features: PromptFeatures;
    arms: readonly RoutingArm[];
    share: number;
  }): RoutingChoice | null {
    const { features, arms, share } = request;
    const weakAt = this.#bestOf(features, arms, false);
    const strongAt = this.#bestOf(features, arms, true);
    if (weakAt === null || strongAt === null) return this.#draw(arms, (at) => (at === (weakAt ?? strongAt) ? 1 : 0));
    const controller = this.#controllerFor(share);
    const score = this.#learner.gap(features, arms[weakAt]?.arm ?? '', arms[strongAt]?.arm ?? '').mean;
    const propensity = controller.propensity(score);
    const choice = this.#draw(arms, (at) => (at === strongAt ? propensity : at === weakAt ? 1 - propensity : 0));
    controller.record(score, choice?.arm === arms[strongAt]?.arm);
    return choice;
  }

  #chooseForLambda(request: {
    features: PromptFeatures;
    arms: readonly RoutingArm[];
    lambda: number;
  }): RoutingChoice | null {
    const { features, arms, lambda } = request;
    this.#chosen += 1;
    const exploring = Math.min(1, EXPLORED_REQUESTS / this.#chosen);
    let best = 0;
    let bestUtility = -Infinity;
    arms.forEach(({ arm, cost }, at) => {
      const utility = this.#learner.predict(features, arm).mean - lambda * cost;
      if (utility > bestUtility) [best, bestUtility] = [at, utility];
    });
    return this.#draw(arms, (at) => exploring / arms.length + (at === best ? 1 - exploring : 0));
  }

  /** Place of the side's best arm by predicted quality, the first among equals; null when the side has none. */
  #bestOf(features: PromptFeatures, arms: readonly RoutingArm[], strong: boolean): number | null {
    let best: number | null = null;
    let bestMean = -Infinity;
    arms.forEach((candidate, at) => {
      if (candidate.strong !== strong) return;
      const { mean } = this.#learner.predict(features, candidate.arm);
      if (mean > bestMean) [best, bestMean] = [at, mean];
    });
    return best;
  }

  #controllerFor(share: number): ShareController {
    this.#controller ??= new ShareController({ share });
    if (this.#controller.share !== share) this.#controller.retarget(share);
    return this.#controller;
  }

  #draw(arms: readonly RoutingArm[], propensityAt: (at: number) => number): RoutingChoice | null {
    const propensities = arms.map((_, at) => propensityAt(at));
    let left = this.#random();
    let drawn = propensities.findIndex((propensity) => (left -= propensity) < 0);
    if (drawn < 0) drawn = propensities.findLastIndex((propensity) => propensity > 0);
    const arm = arms[drawn]?.arm;
    return arm === undefined ? null : { arm, propensity: propensities[drawn] ?? 0, propensities };
  }
}
