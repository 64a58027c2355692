import type { Estimate } from '../routing/estimate.ts';

/** What is believed of an amount before it was seen. */
export interface AmountPrior {
  median: number;
  /** How far off the median may be: standard deviation of its logarithm. */
  spread: number;
  /** How much single values differ: standard deviation of their logarithms. */
  noise: number;
}

/** As many values as the prior's noise is worth. */
const NOISE_WEIGHT = 2;
/** From this weight on a single value counts as at most this far away (in logarithms: a factor of five). */
const TRUSTED_WEIGHT = 5;
const LONGEST_STEP = Math.log(5);
/** What is beyond is taken as this: no speed or duration that anybody meets. */
const SMALLEST = 1e-3;
const LARGEST = 1e9;
const Z95 = 1.645;

/** `[weight, mean of the logarithms, their weighted squares]`. */
export type AmountState = readonly [number, number, number];

/**
 * A positive amount that is about log-normal (a speed, a duration), learned from its values: each weighs `retention`
 * times the one after it, and prior and values are weighed by their precision (normal-normal, in logarithms).
 */
export class PredictedAmount {
  readonly #retention: number;
  readonly #lean: number;
  readonly #prior: AmountPrior;
  #weight = 0;
  #mean = 0;
  #squares = 0;
  #estimate: Estimate | null = null;
  #p95 = 0;
  #centre = 0;

  /** `isRate`: what is asked for is the harmonic mean, the one that gives the right time for an amount of work. */
  constructor(options: { prior: AmountPrior; retention: number; isRate?: boolean }) {
    this.#prior = options.prior;
    this.#retention = options.retention;
    this.#lean = options.isRate === true ? -0.5 : 0.5;
  }

  /** The same object until the next value. */
  get estimate(): Estimate {
    return this.#estimate ?? this.#compute();
  }

  get p95(): number {
    if (this.#estimate === null) this.#compute();
    return this.#p95;
  }

  /** Logarithm of the median. */
  get centre(): number {
    if (this.#estimate === null) this.#compute();
    return this.#centre;
  }

  /** Takes one value; what is not positive has no logarithm and is left out. */
  observe(value: number): void {
    if (!(value > 0)) return;
    const away = Math.log(Math.max(SMALLEST, Math.min(LARGEST, value))) - this.#mean;
    const step = this.#weight < TRUSTED_WEIGHT ? away : Math.max(-LONGEST_STEP, Math.min(LONGEST_STEP, away));
    this.#weight = this.#weight * this.#retention + 1;
    const moved = step / this.#weight;
    this.#mean += moved;
    this.#squares = this.#squares * this.#retention + step * (step - moved);
    this.#estimate = null;
  }

  /** What was seen weighs only this share from now on. */
  distrust(share: number): void {
    this.#weight *= share;
    this.#squares *= share;
    this.#estimate = null;
  }

  toState(): AmountState {
    return [this.#weight, this.#mean, this.#squares];
  }

  /** Takes over what `toState` gave. */
  restore([weight, mean, squares]: AmountState): void {
    this.#weight = weight;
    this.#mean = mean;
    this.#squares = squares;
    this.#estimate = null;
  }

  #compute(): Estimate {
    const { median, spread, noise } = this.#prior;
    const variance = (NOISE_WEIGHT * noise ** 2 + this.#squares) / (NOISE_WEIGHT + this.#weight);
    const priorPrecision = 1 / spread ** 2;
    const precision = priorPrecision + this.#weight / variance;
    const uncertainty = 1 / precision;
    this.#centre = (Math.log(median) * priorPrecision + (this.#mean * this.#weight) / variance) / precision;
    this.#p95 = Math.exp(this.#centre + Z95 * Math.sqrt(variance + uncertainty));
    const mean = Math.exp(this.#centre + this.#lean * variance);
    this.#estimate = { mean, sd: mean * Math.sqrt(Math.expm1(uncertainty)), observations: this.#weight };
    return this.#estimate;
  }
}
