import { LearnedArm, type ArmPrior } from './learned-arm.ts';
import { createLearnerMemory, type LearnerMemory } from './learner-memory.ts';
import { LEARNER_OPTIONS, type LearnerOptions } from './learner-options.ts';
import { readMemory, writeMemory } from './learner-state.ts';
import { logistic } from './logistic.ts';
import type { PromptFeatures } from './prompt-features.ts';
import { DENSE_SIZE } from './dense-size.ts';
import { createSparseVector } from './sparse-vector.ts';
import type { WeightTable } from './weight-table.ts';

/** More grams than the longest text that is read can hold. */
const GRAM_ROOM = 4096;
/** Information of an outcome that was nearly certain, which a model should not be too sure of. */
const LEAST_INFORMATION = 0.02;
const LARGEST_WEIGHT = 1000;
/** Nothing within [0, 1] deviates more. */
const WIDEST_SD = 0.5;

/**
 * Probability of a good answer, in [0, 1], and how far it may be off: an upper bound, because each weight is counted
 * as if the others could not make up for it.
 */
export interface QualityPrediction {
  mean: number;
  sd: number;
  /** Outcomes of this arm that were learned, by weight. */
  observations: number;
}

/**
 * Learns from outcomes how likely each arm answers a prompt well. A logistic model whose weights are shared by all arms
 * plus each arm's own; every weight has its own variance (extended Kalman filter with diagonal covariance), so what is
 * seen for the first time moves a lot and what is well known little. The shared part carries how hard a prompt is, the
 * arms' own parts how they differ. Predicting changes nothing; it costs a few microseconds for the first arm of a prompt
 * and less for each further one. Memory: 3 MB and 0.25 MB for each arm that has outcomes, up to 32 of them.
 */
export class QualityLearner {
  readonly #options: LearnerOptions;
  readonly #memory: LearnerMemory;
  readonly #vector = createSparseVector({ grams: GRAM_ROOM, dense: DENSE_SIZE });
  /** The prompt that `#vector` holds, until something is learned. */
  #scaled: PromptFeatures | null = null;
  #sharedLogit = 0;
  #sharedVariance = 0;

  constructor(options: LearnerOptions = LEARNER_OPTIONS, memory: LearnerMemory = createLearnerMemory(options)) {
    this.#options = options;
    this.#memory = memory;
  }

  /** What `toState` or the pieces of `stateChunks`, joined, hold. null: another version, or damaged. */
  static fromState(bytes: Uint8Array, options: LearnerOptions = LEARNER_OPTIONS): QualityLearner | null {
    const memory = readMemory(bytes, options);
    return memory === null ? null : new QualityLearner(options, memory);
  }

  /** What a catalogue knows. An arm with outcomes of its own keeps what it learned: evidence outranks the catalogue. */
  setPrior(arm: string, prior: ArmPrior): void {
    const known = this.#memory.arms.get(arm);
    if (known !== undefined && known.observations > 0) return;
    this.#memory.arms.set(arm, new LearnedArm(prior));
  }

  predict(features: PromptFeatures, arm: string): QualityPrediction {
    this.#scale(features);
    const learned = this.#memory.arms.get(arm);
    const mean = logistic(this.#logit(learned));
    const variance = this.#sharedVariance + this.#ownVariance(learned);
    return {
      mean,
      sd: Math.min(WIDEST_SD, mean * (1 - mean) * Math.sqrt(variance)),
      observations: learned?.observations ?? 0,
    };
  }

  /** How much better the strong arm is expected to answer, in [-1, 1]. What both share does not make it uncertain. */
  gap(features: PromptFeatures, weakArm: string, strongArm: string): { mean: number; sd: number } {
    this.#scale(features);
    const weak = this.#memory.arms.get(weakArm);
    const strong = this.#memory.arms.get(strongArm);
    const weakMean = logistic(this.#logit(weak));
    const strongMean = logistic(this.#logit(strong));
    const slope = (weakMean * (1 - weakMean) + strongMean * (1 - strongMean)) / 2;
    const variance = this.#ownVariance(weak) + this.#ownVariance(strong);
    return { mean: strongMean - weakMean, sd: slope * Math.sqrt(variance) };
  }

  /**
   * `reward` in [0, 1]; `weight` in (0, 1000] says how much the outcome is to be trusted. Returns false, and changes
   * nothing, for what cannot be learned from.
   */
  learn(features: PromptFeatures, arm: string, reward: number, weight = 1): boolean {
    if (!(reward >= 0 && reward <= 1) || !(weight > 0 && weight <= LARGEST_WEIGHT)) return false;
    const memory = this.#memory;
    const learned = this.#openArm(arm);
    const own = learned.weights ?? this.#openWeights(learned);
    this.#scale(features);
    const predictedLogit = this.#logit(learned);
    const predicted = logistic(predictedLogit);
    const information = weight * Math.max(LEAST_INFORMATION, predicted * (1 - predicted));
    const variance = this.#sharedVariance + own.variance(this.#vector);
    const by = { step: (weight * (reward - predicted)) / (1 + information * variance), information };
    memory.shared.update(this.#vector, by);
    own.update(this.#vector, by);
    learned.drift.observe({ logit: predictedLogit, reward, weight, now: memory.outcomes });
    learned.observations += weight;
    memory.outcomes += 1;
    memory.scaler.count(features);
    this.#scaled = null;
    return true;
  }

  /** Compact and versioned; about 0.3 MB after ten thousand prompts. */
  toState(): Uint8Array {
    const pieces = [...this.stateChunks()];
    const state = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const piece of pieces) {
      state.set(piece, at);
      at += piece.length;
    }
    return state;
  }

  /** The same in pieces of well under a millisecond each; requests may be served between them. */
  stateChunks(): Generator<Uint8Array> {
    return writeMemory(this.#memory, this.#options);
  }

  #openArm(arm: string): LearnedArm {
    const known = this.#memory.arms.get(arm);
    if (known !== undefined) return known;
    const opened = new LearnedArm(null);
    this.#memory.arms.set(arm, opened);
    return opened;
  }

  #openWeights(learned: LearnedArm): WeightTable {
    const { armBits, mostTextArms } = this.#options;
    const textArms = [...this.#memory.arms.values()].filter(({ weights }) => (weights?.bits ?? 0) > 0).length;
    return learned.open(this.#options, textArms < mostTextArms ? armBits : 0);
  }

  /** Scales the prompt once for all arms; the same features object is not scaled again until something was learned. */
  #scale(features: PromptFeatures): void {
    if (this.#scaled === features) return;
    this.#memory.scaler.scale(features, this.#vector);
    this.#sharedLogit = this.#memory.shared.dot(this.#vector);
    this.#sharedVariance = this.#memory.shared.variance(this.#vector);
    this.#scaled = features;
  }

  #logit(learned: LearnedArm | undefined): number {
    if (learned === undefined) return this.#sharedLogit;
    const own = learned.weights?.dot(this.#vector) ?? 0;
    return learned.level + this.#sharedLogit + own + learned.drift.offset(this.#memory.outcomes);
  }

  #ownVariance(learned: LearnedArm | undefined): number {
    const { armPrior } = this.#options;
    if (learned === undefined) return armPrior.gram + armPrior.constant;
    if (learned.weights === null) return armPrior.gram + learned.levelVariance(this.#options);
    return learned.weights.variance(this.#vector) + learned.drift.variance;
  }
}
