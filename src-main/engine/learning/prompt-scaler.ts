import { gramOf, weightOf } from './gram-terms.ts';
import type { PromptFeatures } from './prompt-features.ts';
import { SHAPE_SIZE } from './prompt-shape.ts';
import { RarityRoots } from './rarity-roots.ts';
import { GRAM_BITS } from './read-grams.ts';
import type { SparseVector } from './sparse-vector.ts';

/** Weight of form beside text: all figures together weigh about as much as the text does. */
const SHAPE_SCALE = 0.15;
/** Prompts before figures of form are believed. */
const SHAPE_WARM_UP = 5;
const FARTHEST_DEVIATION = 4;
/** A figure that deviates less is the same for all prompts. */
const LEAST_DEVIATION = 1e-6;

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
  readonly #roots = new RarityRoots();
  readonly #deviations = new Float64Array(SHAPE_SIZE);
  /** The number of prompts that `#deviations` were read off at. */
  #deviationsAt = 0;

  count(features: PromptFeatures): void {
    this.prompts += 1;
    const { frequencies } = this;
    for (const term of features.terms) {
      const gram = gramOf(term);
      frequencies[gram] = (frequencies[gram] ?? 0) + 1;
    }
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
    this.#scaleGrams(features.terms, into);
    this.#scaleShape(features.shape, into.dense);
    into.dense[SHAPE_SIZE] = 1;
  }

  #scaleGrams(terms: readonly number[], into: SparseVector): void {
    const { grams, values } = into;
    const { frequencies, prompts } = this;
    const room = Math.min(terms.length, grams.length);
    let length = 0;
    let squares = 0;
    for (let at = 0; at < room; at += 1) {
      const term = terms[at] ?? 0;
      const gram = gramOf(term);
      const frequency = frequencies[gram] ?? 0;
      if (frequency === 0) continue;
      // Frequencies come back from a saved state a little rounded: none is above the number of prompts.
      const known = frequency < prompts ? frequency : prompts;
      const value = weightOf(term) * this.#roots.rarityOf((prompts + 2) / (known + 1), known);
      grams[length] = gram;
      values[length] = value;
      squares += value * value;
      length += 1;
    }
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let at = 0; at < length; at += 1) values[at] = (values[at] ?? 0) * scale;
    into.length = length;
  }

  #scaleShape(shape: readonly number[], into: Float32Array): void {
    if (this.prompts <= SHAPE_WARM_UP) {
      into.fill(0, 0, SHAPE_SIZE);
      return;
    }
    if (this.#deviationsAt !== this.prompts) this.#readDeviations();
    for (let at = 0; at < SHAPE_SIZE; at += 1) {
      const deviation = this.#deviations[at] ?? 0;
      const score = deviation < LEAST_DEVIATION ? 0 : ((shape[at] ?? 0) - (this.means[at] ?? 0)) / deviation;
      into[at] = SHAPE_SCALE * within(FARTHEST_DEVIATION, score);
    }
  }

  /** They change when a prompt is counted, and more prompts are scaled than counted. */
  #readDeviations(): void {
    for (let at = 0; at < SHAPE_SIZE; at += 1) {
      this.#deviations[at] = Math.sqrt((this.squares[at] ?? 0) / (this.prompts - 1));
    }
    this.#deviationsAt = this.prompts;
  }
}

/** Comparisons cost less than `Math.min` and `Math.max`, and this is done for every figure of every prompt. */
function within(most: number, value: number): number {
  if (value > most) return most;
  return value < -most ? -most : value;
}
