import { isJsonObject } from '../protocols/json.ts';
import { isCount } from './is-count.ts';

/** Every quantile is told within this share of its true value. */
const ACCURACY = 0.01;
const GAMMA = (1 + ACCURACY) / (1 - ACCURACY);
const LOG_GAMMA = Math.log(GAMMA);

/** Less than this counts as zero, more as this much: from a nanosecond to thirty years in ms. Bounds the number of bins. */
const SMALLEST = 1e-6;
const LARGEST = 1e12;
const LOWEST_KEY = sketchKey(SMALLEST);
const HIGHEST_KEY = sketchKey(LARGEST);

/** Room is made in steps of this many bins, so that a sketch of one endpoint's latencies grows a few times and then never. */
const GROWTH = 64;
const STATE_VERSION = 1;

/** What a sketch is kept as; plain JSON. */
export interface SketchState {
  version: number;
  zeros: number;
  sum: number;
  /** Key of `counts[0]`. */
  lowestKey: number;
  counts: number[];
}

/**
 * DDSketch (Masson, Rim, Lee, VLDB 2019) with a relative accuracy of 1 %: a distribution of non-negative values in at most
 * 2,073 counters. `add` is one logarithm and one increment. Sketches add up exactly, so a window is the sum of its slices;
 * nothing can be taken out again.
 */
export class Sketch {
  #counts = new Float64Array(0);
  #lowestKey = 0;
  #zeros = 0;
  #count = 0;
  #sum = 0;

  get count(): number {
    return this.#count;
  }

  /** Exact, not from the bins; null when nothing was added. */
  get mean(): number | null {
    return this.#count === 0 ? null : this.#sum / this.#count;
  }

  /** Takes one value; false, and nothing happens, when it is negative, infinite or NaN. */
  add(value: number): boolean {
    if (!(value >= 0 && value < Infinity)) return false;
    this.#count += 1;
    this.#sum += value;
    if (value < SMALLEST) this.#zeros += 1;
    else this.#addToBin(value > LARGEST ? HIGHEST_KEY : sketchKey(value), 1);
    return true;
  }

  /** Adds everything the other one holds; the other one stays as it is. */
  merge(other: Sketch): void {
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#zeros += other.#zeros;
    for (let bin = 0; bin < other.#counts.length; bin += 1) {
      const count = other.#counts[bin] ?? 0;
      if (count > 0) this.#addToBin(other.#lowestKey + bin, count);
    }
  }

  /** The value with this share of all values at or below it, within 1 %; null when nothing was added. */
  quantile(share: number): number | null {
    if (!(share >= 0 && share <= 1))
      throw new RangeError(`a quantile is asked for with a share in [0, 1], not ${share}`);
    if (this.#count === 0) return null;
    const rank = share * (this.#count - 1);
    let seen = this.#zeros;
    if (seen > rank) return 0;
    let lastUsed = 0;
    for (let bin = 0; bin < this.#counts.length; bin += 1) {
      const count = this.#counts[bin] ?? 0;
      if (count === 0) continue;
      lastUsed = bin;
      seen += count;
      if (seen > rank) break;
    }
    return sketchValue(this.#lowestKey + lastUsed);
  }

  toState(): SketchState {
    const used = (count: number) => count > 0;
    const first = Math.max(0, this.#counts.findIndex(used));
    const counts = [...this.#counts.subarray(first, this.#counts.findLastIndex(used) + 1)];
    return { version: STATE_VERSION, zeros: this.#zeros, sum: this.#sum, lowestKey: this.#lowestKey + first, counts };
  }

  /** A sketch from what `toState` gave; null when that is damaged or of another version. */
  static fromState(state: unknown): Sketch | null {
    const parsed = parseState(state);
    if (parsed === null) return null;
    const sketch = new Sketch();
    parsed.counts.forEach((count, index) => {
      if (count > 0) sketch.#addToBin(parsed.lowestKey + index, count);
      sketch.#count += count;
    });
    sketch.#zeros = parsed.zeros;
    sketch.#count += parsed.zeros;
    sketch.#sum = parsed.sum;
    return sketch;
  }

  #addToBin(key: number, count: number): void {
    const bin = key - this.#lowestKey;
    if (bin >= 0 && bin < this.#counts.length) this.#counts[bin] = (this.#counts[bin] ?? 0) + count;
    else {
      this.#makeRoomFor(key);
      this.#addToBin(key, count);
    }
  }

  #makeRoomFor(key: number): void {
    const empty = this.#counts.length === 0;
    const from = Math.min(empty ? key : this.#lowestKey, Math.floor(key / GROWTH) * GROWTH);
    const to = Math.max(empty ? key : this.#lowestKey + this.#counts.length, Math.floor(key / GROWTH + 1) * GROWTH);
    const grown = new Float64Array(to - from);
    if (!empty) grown.set(this.#counts, this.#lowestKey - from);
    this.#counts = grown;
    this.#lowestKey = from;
  }
}

/** The bin of a positive value: bin k holds (γ^(k-1), γ^k]. */
export function sketchKey(value: number): number {
  return Math.ceil(Math.log(value) / LOG_GAMMA);
}

/** What is told for all values of a bin: within 1 % of each of them. */
export function sketchValue(key: number): number {
  return (2 * Math.exp(key * LOG_GAMMA)) / (GAMMA + 1);
}

function parseState(state: unknown): SketchState | null {
  if (!isJsonObject(state) || state.version !== STATE_VERSION) return null;
  const { version, zeros, sum, lowestKey, counts } = state;
  if (!isCount(zeros) || !isCount(sum) || !Array.isArray(counts) || !counts.every(isCount)) return null;
  if (typeof lowestKey !== 'number' || !Number.isInteger(lowestKey)) return null;
  const withinBounds = lowestKey >= LOWEST_KEY && lowestKey + counts.length - 1 <= HIGHEST_KEY;
  return counts.length === 0 || withinBounds ? { version, zeros, sum, lowestKey, counts } : null;
}
