import type { PromptFeatures } from './prompt-features.ts';
import { SHAPE_SIZE } from './prompt-shape.ts';
import { GRAM_BITS } from './scan-prompt.ts';
import type { SparseVector } from './sparse-vector.ts';

/** Weight of form beside text: all figures together weigh about as much as the text does. */
const SHAPE_SCALE = 0.15;
/** Prompts before figures of form are believed. */
const SHAPE_WARM_UP = 5;
const FARTHEST_DEVIATION = 4;

/**
 * Running statistics of the prompts seen, and prompts scaled by them: grams by (1 + ln tf) · √idf with unit length, those
 * never seen before left out (they cannot have been learned); figures of form by their running mean and deviation
 * (Welford 1962).
 */
export class PromptScaler {
  prompts = 0;
  readonly frequencies = new Float32Array(2 ** GRAM_BITS);
  readonly means = new Float64Array(SHAPE_SIZE);
  readonly squares = new Float64Array(SHAPE_SIZE);

  count(features: PromptFeatures): void {
    this.prompts += 1;
    for (const gram of features.grams) this.frequencies[gram] = (this.frequencies[gram] ?? 0) + 1;
    for (let at = 0; at < SHAPE_SIZE; at += 1) {
      const value = features.shape[at] ?? 0;
      const before = this.means[at] ?? 0;
      const mean = before + (value - before) / this.prompts;
      this.means[at] = mean;
      this.squares[at] = (this.squares[at] ?? 0) + (value - before) * (value - mean);
    }
  }

  /** Fills `into`, which has room for the prompt's grams and for `SHAPE_SIZE` + 1 figures. */
  scale(features: PromptFeatures, into: SparseVector): void {
    this.#scaleGrams(features, into);
    for (let at = 0; at < SHAPE_SIZE; at += 1) into.dense[at] = this.#deviation(at, features.shape[at] ?? 0);
    into.dense[SHAPE_SIZE] = 1;
  }

  #scaleGrams({ grams, counts }: PromptFeatures, into: SparseVector): void {
    const room = Math.min(grams.length, into.grams.length);
    let length = 0;
    let squares = 0;
    for (let at = 0; at < room; at += 1) {
      const gram = grams[at] ?? 0;
      const frequency = this.frequencies[gram] ?? 0;
      if (frequency === 0) continue;
      // Frequencies come back from a saved state a little rounded: none is above the number of prompts.
      const rarity = Math.log((this.prompts + 2) / (Math.min(frequency, this.prompts) + 1));
      const value = (counts[at] ?? 0) * Math.sqrt(rarity);
      into.grams[length] = gram;
      into.values[length] = value;
      squares += value * value;
      length += 1;
    }
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let at = 0; at < length; at += 1) into.values[at] = (into.values[at] ?? 0) * scale;
    into.length = length;
  }

  #deviation(at: number, value: number): number {
    if (this.prompts <= SHAPE_WARM_UP) return 0;
    const deviation = Math.sqrt((this.squares[at] ?? 0) / (this.prompts - 1));
    if (deviation < 1e-6) return 0;
    const score = (value - (this.means[at] ?? 0)) / deviation;
    return SHAPE_SCALE * Math.min(FARTHEST_DEVIATION, Math.max(-FARTHEST_DEVIATION, score));
  }
}
