import type { SparseVector } from './sparse-vector.ts';

/** Prior variances of the weights of one table, on the logit scale. */
export interface PriorVariances {
  readonly gram: number;
  readonly shape: number;
  readonly constant: number;
}

/**
 * Weights with a diagonal Gaussian posterior each. `gathered` is the information (1/variance) that data added to the
 * prior's, so that 0 means untouched in both arrays and only what is not 0 needs to be kept. Grams are folded to
 * 2^bits places; the figures of form and the constant follow them.
 */
export class WeightTable {
  readonly bits: number;
  readonly means: Float32Array;
  readonly gathered: Float32Array;
  #prior: PriorVariances;
  readonly #gramPlaces: number;
  readonly #constantAt: number;

  /** With 0 bits the table has no text weights. */
  constructor(options: { bits: number; dense: number; prior: PriorVariances }) {
    this.bits = options.bits;
    this.#gramPlaces = options.bits === 0 ? 0 : 2 ** options.bits;
    this.#constantAt = this.#gramPlaces + options.dense - 1;
    this.#prior = options.prior;
    this.means = new Float32Array(this.#gramPlaces + options.dense);
    this.gathered = new Float32Array(this.#gramPlaces + options.dense);
  }

  /** From now on weights vary as if this had been the prior; what they are stays. */
  retune(prior: PriorVariances): void {
    this.#prior = prior;
  }

  dot(vector: SparseVector): number {
    const { grams, values, dense } = vector;
    let sum = 0;
    if (this.#gramPlaces > 0) {
      const mask = this.#gramPlaces - 1;
      for (let at = 0; at < vector.length; at += 1) {
        sum += (values[at] ?? 0) * (this.means[(grams[at] ?? 0) & mask] ?? 0);
      }
    }
    for (let at = 0; at < dense.length; at += 1) sum += (dense[at] ?? 0) * (this.means[this.#gramPlaces + at] ?? 0);
    return sum;
  }

  /** Variance of `dot`; that of any one gram for a text of which nothing was seen before. */
  variance(vector: SparseVector): number {
    const { grams, values, dense } = vector;
    const mask = this.#gramPlaces - 1;
    let sum = vector.length === 0 ? this.#prior.gram : 0;
    for (let at = 0; at < vector.length; at += 1) {
      const value = values[at] ?? 0;
      const place = this.#gramPlaces > 0 ? (grams[at] ?? 0) & mask : -1;
      sum += value * value * this.#varianceAt(place, this.#prior.gram);
    }
    for (let at = 0; at < dense.length; at += 1) {
      const value = dense[at] ?? 0;
      sum += value * value * this.#varianceAt(this.#gramPlaces + at, this.#denseVariance(at));
    }
    return sum;
  }

  /** One step of an extended Kalman filter with diagonal covariance: `step` is the gain, `information` that of the outcome. */
  update(vector: SparseVector, by: { step: number; information: number }): void {
    const { grams, values, dense } = vector;
    if (this.#gramPlaces > 0) {
      const mask = this.#gramPlaces - 1;
      for (let at = 0; at < vector.length; at += 1) {
        this.#updateAt((grams[at] ?? 0) & mask, this.#prior.gram, values[at] ?? 0, by);
      }
    }
    for (let at = 0; at < dense.length; at += 1) {
      this.#updateAt(this.#gramPlaces + at, this.#denseVariance(at), dense[at] ?? 0, by);
    }
  }

  #updateAt(place: number, prior: number, value: number, by: { step: number; information: number }): void {
    this.means[place] = (this.means[place] ?? 0) + by.step * value * this.#varianceAt(place, prior);
    this.gathered[place] = (this.gathered[place] ?? 0) + by.information * value * value;
  }

  #varianceAt(place: number, prior: number): number {
    return prior / (1 + prior * (this.gathered[place] ?? 0));
  }

  #denseVariance(at: number): number {
    return this.#gramPlaces + at === this.#constantAt ? this.#prior.constant : this.#prior.shape;
  }
}
