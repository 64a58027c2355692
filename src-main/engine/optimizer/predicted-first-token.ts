import type { Estimate } from '../routing/estimate.ts';

/** What is believed of the time to the first token before it was seen. */
export interface FirstTokenPrior {
  /** Of an empty prompt. */
  baseMs: number;
  msPerPromptToken: number;
  /** It was measured on this machine. */
  isMeasured?: boolean;
}

/** `[values, squared residuals, level, shape, three covariances]`. */
export type FirstTokenState = readonly [number, number, number, number, number, number, number];

/** Half of what is known is from the last 11 values: three times slower is recognized within 50. */
const RETENTION = 0.94;
/** Standard deviations of logarithms: of a single value around the line, of the prior's level, and of its shape. */
const NOISE = 0.4;
const LEVEL_SPREAD = 0.8;
const SHAPE_SPREAD = 1.2;
/** The same of a prior that was measured. */
const MEASURED_LEVEL_SPREAD = 0.25;
const MEASURED_SHAPE_SPREAD = 0.4;
/** As many values as the prior's noise is worth. */
const NOISE_WEIGHT = 2;
/** Greatest variances, in units of the noise: those of the prior. Forgetting never makes us know less than at the start. */
const MOST_LEVEL = (LEVEL_SPREAD / NOISE) ** 2;
const MOST_SHAPE = (SHAPE_SPREAD / NOISE) ** 2;
/** A value counts as at most this many times off, once there are some to compare it with. */
const TRUSTED_VALUES = 5;
const LONGEST_STEP = Math.log(5);
/** Base and slope are never further apart from the prior's proportion than this (a factor of 150). */
const FARTHEST_SHAPE = 5;
const SHORTEST_MS = 0.1;
const LONGEST_MS = 1e9;
const Z95 = 1.645;

/**
 * Time to the first token of a loaded model: base × (1 + shape × prompt tokens), scattered log-normally around that. The
 * logarithms of base and shape are learned by recursive least squares with forgetting (Ljung, System Identification, 2nd
 * ed., 11.2), linearized in the shape; so a change by a factor is followed equally fast both ways, and the uncertainty
 * is that of the prompt length asked for.
 */
export class PredictedFirstToken {
  readonly #priorShape: number;
  #level: number;
  #shape: number;
  #values = 0;
  #squares = 0;
  #levelVariance = MOST_LEVEL;
  #covariance = 0;
  #shapeVariance = MOST_SHAPE;
  #noise = NOISE ** 2;

  constructor(prior: FirstTokenPrior) {
    this.#level = Math.log(prior.baseMs);
    this.#priorShape = Math.log(prior.msPerPromptToken / prior.baseMs);
    this.#shape = this.#priorShape;
    if (prior.isMeasured !== true) return;
    this.#levelVariance = (MEASURED_LEVEL_SPREAD / NOISE) ** 2;
    this.#shapeVariance = (MEASURED_SHAPE_SPREAD / NOISE) ** 2;
  }

  /** Milliseconds for a prompt of so many tokens that are not in the model's cache. */
  predict(promptTokens: number): { firstTokenMs: Estimate; p95: number } {
    const growth = Math.exp(this.#shape) * promptTokens;
    const share = growth / (1 + growth);
    const uncertainty =
      this.#noise * (this.#levelVariance + 2 * share * this.#covariance + share ** 2 * this.#shapeVariance);
    const median = Math.exp(this.#level) * (1 + growth);
    const mean = median * Math.exp(this.#noise / 2);
    return {
      firstTokenMs: { mean, sd: mean * Math.sqrt(Math.expm1(uncertainty)), observations: this.#values },
      p95: median * Math.exp(Z95 * Math.sqrt(this.#noise + uncertainty)),
    };
  }

  /** The mean alone. */
  meanMs(promptTokens: number): number {
    return Math.exp(this.#level + this.#noise / 2) * (1 + Math.exp(this.#shape) * promptTokens);
  }

  observe(promptTokens: number, valueMs: number): void {
    if (!(valueMs > 0 && promptTokens >= 0 && promptTokens < Infinity)) return;
    const growth = Math.exp(this.#shape) * promptTokens;
    const value = Math.log(Math.max(SHORTEST_MS, Math.min(LONGEST_MS, valueMs)));
    const farthest = this.#values < TRUSTED_VALUES ? Infinity : LONGEST_STEP;
    const away = Math.max(-farthest, Math.min(farthest, value - this.#level - Math.log1p(growth)));
    this.distrust(RETENTION);
    this.#step(growth / (1 + growth), away);
  }

  /** What was seen weighs only this share from now on. */
  distrust(share: number): void {
    this.#values *= share;
    this.#squares *= share;
    this.#noise = (NOISE_WEIGHT * NOISE ** 2 + this.#squares) / (NOISE_WEIGHT + this.#values);
    const level = Math.min(MOST_LEVEL, this.#levelVariance / share);
    const shape = Math.min(MOST_SHAPE, this.#shapeVariance / share);
    // Both grow by as much as they may, and the correlation between them stays.
    this.#covariance *= Math.sqrt((level / this.#levelVariance) * (shape / this.#shapeVariance));
    this.#levelVariance = level;
    this.#shapeVariance = shape;
  }

  toState(): FirstTokenState {
    return [
      this.#values,
      this.#squares,
      this.#level,
      this.#shape,
      this.#levelVariance,
      this.#covariance,
      this.#shapeVariance,
    ];
  }

  /** Takes over what `toState` gave. */
  restore(state: FirstTokenState): void {
    [
      this.#values,
      this.#squares,
      this.#level,
      this.#shape,
      this.#levelVariance,
      this.#covariance,
      this.#shapeVariance,
    ] = state;
    this.#noise = (NOISE_WEIGHT * NOISE ** 2 + this.#squares) / (NOISE_WEIGHT + this.#values);
  }

  /** `share`: how much of the time is due to the prompt, which is what a change of the shape's logarithm changes. */
  #step(share: number, away: number): void {
    const onLevel = this.#levelVariance + share * this.#covariance;
    const onShape = this.#covariance + share * this.#shapeVariance;
    const total = 1 + onLevel + share * onShape;
    const shape = this.#shape + (onShape / total) * away;
    this.#level += (onLevel / total) * away;
    this.#shape = Math.max(this.#priorShape - FARTHEST_SHAPE, Math.min(this.#priorShape + FARTHEST_SHAPE, shape));
    this.#levelVariance -= onLevel ** 2 / total;
    this.#covariance -= (onLevel * onShape) / total;
    this.#shapeVariance -= onShape ** 2 / total;
    this.#values += 1;
    // What was not known before does not count as noise.
    this.#squares += away ** 2 / total;
    this.#noise = (NOISE_WEIGHT * NOISE ** 2 + this.#squares) / (NOISE_WEIGHT + this.#values);
  }
}
