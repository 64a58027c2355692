import type { SparseVector } from './sparse-vector.ts';

/** Prior variances of the weights of one table, on the logit scale. */
export interface PriorVariances {
  readonly gram: number;
  readonly shape: number;
  readonly constant: number;
}

/** What a table says of a vector. Room that is used over and over. */
export interface Weighed {
  sum: number;
  variance: number;
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

  /** Fills `into` with the weights' sum over the vector, and its variance. One pass for both: the weights lie far apart. */
  weigh(vector: SparseVector, into: Weighed): void {
    into.sum = 0;
    // Of a text of which nothing was seen before it is that of any one gram.
    into.variance = vector.length === 0 ? this.#prior.gram : 0;
    if (this.#gramPlaces > 0) this.#weighGrams(vector, into);
    else this.#weighUnknown(vector, into);
    this.#weighDense(vector.dense, into);
  }

  /** One step of an extended Kalman filter with diagonal covariance: `step` is the gain, `information` that of the outcome. */
  update(vector: SparseVector, by: { step: number; information: number }): void {
    if (this.#gramPlaces > 0) this.#updateGrams(vector, by);
    const { dense } = vector;
    for (let at = 0; at < dense.length; at += 1) {
      this.#updateAt(this.#gramPlaces + at, this.#denseVariance(at), dense[at] ?? 0, by);
    }
  }

  #weighGrams({ grams, values, length }: SparseVector, into: Weighed): void {
    const { means, gathered } = this;
    const mask = this.#gramPlaces - 1;
    const prior = this.#prior.gram;
    let { sum, variance } = into;
    for (let at = 0; at < length; at += 1) {
      const value = values[at] ?? 0;
      const place = (grams[at] ?? 0) & mask;
      sum += value * (means[place] ?? 0);
      variance += value * value * (prior / (1 + prior * (gathered[place] ?? 0)));
    }
    into.sum = sum;
    into.variance = variance;
  }

  /** Without text weights a gram varies as it did before anything was seen. */
  #weighUnknown({ values, length }: SparseVector, into: Weighed): void {
    let { variance } = into;
    for (let at = 0; at < length; at += 1) {
      const value = values[at] ?? 0;
      variance += value * value * this.#prior.gram;
    }
    into.variance = variance;
  }

  #weighDense(dense: Float32Array, into: Weighed): void {
    const { means, gathered } = this;
    const from = this.#gramPlaces;
    let { sum, variance } = into;
    for (let at = 0; at < dense.length; at += 1) {
      const value = dense[at] ?? 0;
      const prior = this.#denseVariance(at);
      sum += value * (means[from + at] ?? 0);
      variance += value * value * (prior / (1 + prior * (gathered[from + at] ?? 0)));
    }
    into.sum = sum;
    into.variance = variance;
  }

  #updateGrams({ grams, values, length }: SparseVector, by: { step: number; information: number }): void {
    const mask = this.#gramPlaces - 1;
    const prior = this.#prior.gram;
    for (let at = 0; at < length; at += 1) this.#updateAt((grams[at] ?? 0) & mask, prior, values[at] ?? 0, by);
  }

  #updateAt(place: number, prior: number, value: number, by: { step: number; information: number }): void {
    const gathered = this.gathered[place] ?? 0;
    this.means[place] = (this.means[place] ?? 0) + by.step * value * (prior / (1 + prior * gathered));
    this.gathered[place] = gathered + by.information * value * value;
  }

  #denseVariance(at: number): number {
    return this.#gramPlaces + at === this.#constantAt ? this.#prior.constant : this.#prior.shape;
  }
}
