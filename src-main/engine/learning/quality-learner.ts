import { LearnedArm, type ArmPrior } from './learned-arm.ts';
import { createLearnerMemory, type LearnerMemory } from './learner-memory.ts';
import { LEARNER_OPTIONS, type LearnerOptions } from './learner-options.ts';
import { readMemory, writeMemory } from './learner-state.ts';
import { logistic } from './logistic.ts';
import type { PromptFeatures } from './prompt-features.ts';
import { DENSE_SIZE } from './dense-size.ts';
import { createSparseVector } from './sparse-vector.ts';
import type { Weighed, WeightTable } from './weight-table.ts';

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
 * arms' own parts how they differ; how far text is followed at all is learned too (`TextTrust`). Predicting changes nothing; it costs a few microseconds for the first arm of a prompt
 * and less for each further one. Memory: 3 MB and 0.25 MB for each arm that has outcomes, up to 32 of them.
 */
export class QualityLearner {
  #options: LearnerOptions;
  readonly #memory: LearnerMemory;
  readonly #vector = createSparseVector({ grams: GRAM_ROOM, dense: DENSE_SIZE });
  /** The prompt that `#vector` holds, until something is learned. */
  #scaled: PromptFeatures | null = null;
  /** What the shared weights say of that prompt, and what the own ones of the last arm that was asked for do. */
  readonly #shared: Weighed = { sum: 0, variance: 0 };
  readonly #own: Weighed = { sum: 0, variance: 0 };

  constructor(options: LearnerOptions = LEARNER_OPTIONS, memory: LearnerMemory = createLearnerMemory(options)) {
    this.#options = options;
    this.#memory = memory;
  }

  /** What `toState` or the pieces of `stateChunks`, joined, hold. null: another version, or damaged. */
  static fromState(bytes: Uint8Array, options: LearnerOptions = LEARNER_OPTIONS): QualityLearner | null {
    const memory = readMemory(bytes, options);
    return memory === null ? null : new QualityLearner(options, memory);
  }

  /**
   * What a catalogue knows. Returns false and changes nothing for an arm with outcomes of its own (evidence outranks the
   * catalogue), for a mean outside [0, 1] and for a strength that is negative or not finite.
   */
  setPrior(arm: string, prior: ArmPrior): boolean {
    const { mean, strength } = prior;
    if (!(mean >= 0 && mean <= 1) || !(strength >= 0 && strength < Infinity)) return false;
    const known = this.#memory.arms.get(arm);
    if (known !== undefined && known.observations > 0) return false;
    this.#memory.arms.set(arm, new LearnedArm(prior));
    return true;
  }

  /** Learns by these options from now on; what was learned stays. Sizes of tables are not for changing. */
  retune({ sharedPrior, armPrior }: Pick<LearnerOptions, 'sharedPrior' | 'armPrior'>): void {
    this.#options = { ...this.#options, sharedPrior, armPrior };
    this.#memory.shared.retune(sharedPrior);
    for (const arm of this.#memory.arms.values()) arm.retune(this.#options);
    this.#scaled = null;
  }

  predict(features: PromptFeatures, arm: string): QualityPrediction {
    this.#scale(features);
    const learned = this.#memory.arms.get(arm);
    this.#weighOwn(learned);
    const mean = logistic(this.#logit(learned));
    const variance = this.#shared.variance + this.#ownVariance(learned);
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
    this.#weighOwn(weak);
    const weakMean = logistic(this.#logit(weak));
    const weakVariance = this.#ownVariance(weak);
    this.#weighOwn(strong);
    const strongMean = logistic(this.#logit(strong));
    const slope = (weakMean * (1 - weakMean) + strongMean * (1 - strongMean)) / 2;
    const variance = weakVariance + this.#ownVariance(strong);
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
    this.#weighOwn(learned);
    const { usual, text } = this.#expect(learned);
    const predicted = logistic(usual + text);
    const information = weight * Math.max(LEAST_INFORMATION, predicted * (1 - predicted));
    const variance = this.#shared.variance + this.#own.variance;
    const by = { step: (weight * (reward - predicted)) / (1 + information * variance), information };
    memory.shared.update(this.#vector, by);
    own.update(this.#vector, by);
    this.#follow(learned, { usual, text, reward, weight });
    memory.scaler.count(features);
    this.#scaled = null;
    return true;
  }

  /**
   * How far its teacher has come in a row of lessons that shall be learned once: kept with what was learned, so that one never
   * survives without the other.
   */
  get mark(): number {
    return this.#memory.mark;
  }

  set mark(mark: number) {
    this.#memory.mark = mark;
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

  /** The same in pieces of about half a millisecond each; requests may be served between them. */
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
    this.#memory.shared.weigh(this.#vector, this.#shared);
    this.#scaled = features;
  }

  #weighOwn(learned: LearnedArm | undefined): void {
    if (learned !== undefined && learned.weights !== null) learned.weights.weigh(this.#vector, this.#own);
    else this.#own.sum = 0;
  }

  #logit(learned: LearnedArm | undefined): number {
    const { usual, text } = this.#expect(learned);
    return usual + this.#memory.trust.value * text;
  }

  /** In logits: what is expected of the arm on its usual prompts, its drift included; and by how much the weights say that this one differs. */
  #expect(learned: LearnedArm | undefined): { usual: number; text: number } {
    const level = learned?.level ?? 0;
    const weighed = level + this.#shared.sum + this.#own.sum;
    const usual =
      learned === undefined || learned.usual.count === 0 ? level + this.#memory.usual.mean : learned.usual.mean;
    return { usual: usual + (learned?.drift.offset(this.#memory.outcomes) ?? 0), text: weighed - usual };
  }

  /** All that follows outcomes beside the weights. */
  #follow(learned: LearnedArm, outcome: { usual: number; text: number; reward: number; weight: number }): void {
    const memory = this.#memory;
    const { usual, text, reward, weight } = outcome;
    const logit = usual + memory.trust.value * text;
    const drift = learned.drift.offset(memory.outcomes);
    memory.trust.observe(outcome);
    learned.drift.observe({ logit, reward, weight, now: memory.outcomes });
    learned.usual.add(usual - drift + text);
    memory.usual.add(this.#shared.sum);
    learned.observations += weight;
    memory.outcomes += 1;
  }

  #ownVariance(learned: LearnedArm | undefined): number {
    const { armPrior } = this.#options;
    if (learned === undefined) return armPrior.gram + armPrior.constant;
    if (learned.weights === null) return armPrior.gram + learned.levelVariance(this.#options);
    return this.#own.variance + learned.drift.variance;
  }
}
