import { isJsonObject } from '../protocols/json.ts';
import { isCount } from './is-count.ts';

const STATE_VERSION = 1;

/** What it is kept as; plain JSON. */
export interface MeanVarianceState {
  version: number;
  mean: number;
  weight: number;
  squaredWeight: number;
  squares: number;
}

/** What is believed before anything was seen: as if `count` values had come with this mean and standard deviation. */
export interface MeanPrior {
  mean: number;
  deviation: number;
  count: number;
}

/**
 * Mean, standard deviation and effective number of values, each value weighing `retention` times the one after it (1: all the
 * same; 0.98: about the last hundred). Updated in one pass (West 1979); the variance is the unbiased one for such weights.
 */
export class MeanVariance {
  readonly #retention: number;
  #mean = 0;
  #weight = 0;
  #squaredWeight = 0;
  #squares = 0;

  constructor(options: { retention: number; prior?: MeanPrior }) {
    this.#retention = options.retention;
    if (options.prior === undefined) return;
    const { mean, deviation, count } = options.prior;
    this.#mean = mean;
    this.#weight = count;
    this.#squaredWeight = count;
    this.#squares = deviation ** 2 * Math.max(0, count - 1);
  }

  /** null when nothing is known. */
  get mean(): number | null {
    return this.#weight === 0 ? null : this.#mean;
  }

  /** Number of equally weighted values that would tell as much: (Σw)² / Σw². */
  get effectiveCount(): number {
    return this.#weight === 0 ? 0 : this.#weight ** 2 / this.#squaredWeight;
  }

  /** Of the values; null below two of them. */
  get deviation(): number | null {
    const freedom = this.#weight === 0 ? 0 : this.#weight - this.#squaredWeight / this.#weight;
    // Weights that almost cancel (strong forgetting, one value) leave rounding errors, not information.
    return freedom < 1e-9 ? null : Math.sqrt(this.#squares / freedom);
  }

  /** Of the mean: how far it may be off; null below two values. */
  get standardError(): number | null {
    const { deviation } = this;
    return deviation === null ? null : deviation / Math.sqrt(this.effectiveCount);
  }

  /** Takes one value; false, and nothing happens, when it is not a finite number. */
  add(value: number): boolean {
    if (!Number.isFinite(value)) return false;
    this.#weight = this.#weight * this.#retention + 1;
    this.#squaredWeight = this.#squaredWeight * this.#retention ** 2 + 1;
    const offBefore = value - this.#mean;
    this.#mean += offBefore / this.#weight;
    this.#squares = this.#squares * this.#retention + offBefore * (value - this.#mean);
    return true;
  }

  toState(): MeanVarianceState {
    return {
      version: STATE_VERSION,
      mean: this.#mean,
      weight: this.#weight,
      squaredWeight: this.#squaredWeight,
      squares: this.#squares,
    };
  }

  /** One from what `toState` gave; null when that is damaged or of another version. */
  static fromState(options: { retention: number }, state: unknown): MeanVariance | null {
    if (!isJsonObject(state) || state.version !== STATE_VERSION) return null;
    const { mean, weight, squaredWeight, squares } = state;
    if (typeof mean !== 'number' || !Number.isFinite(mean)) return null;
    if (!isCount(weight) || !isCount(squaredWeight) || !isCount(squares)) return null;
    if ((weight === 0) !== (squaredWeight === 0)) return null;
    const restored = new MeanVariance(options);
    restored.#mean = mean;
    restored.#weight = weight;
    restored.#squaredWeight = squaredWeight;
    restored.#squares = squares;
    return restored;
  }
}
