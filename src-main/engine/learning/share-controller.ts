/** Scores of this many requests say which score is high. */
const WINDOW = 500;
/** Requests decided by chance, to have outcomes of both arms. */
const WARM_UP = 100;
/** The farther into the stream, the longer the share may take to come back: this part of the requests so far. */
const HORIZON_SHARE = 0.05;
const SHORTEST_HORIZON = 20;
const LONGEST_HORIZON = 500;
/** The realised share stays this near its target, whatever the scores are (and within one request). */
const FENCE_SHARE = 0.008;

/**
 * Sends a given share of requests to the strong arm: those with the highest scores. The threshold is a running quantile
 * of the last 500 scores, moved by a small integral term. While |strong - share · requests| would leave the fence,
 * the score is not asked.
 */
export class ShareController {
  #share: number;
  #requests = 0;
  #strong = 0;
  readonly #warmUp: number;
  /** The window twice: in order of arrival (a ring), and sorted. */
  readonly #ring = new Float64Array(WINDOW);
  readonly #sorted = new Float64Array(WINDOW);
  #filled = 0;
  #next = 0;

  constructor(options: { share: number; warmUp?: number }) {
    this.#share = options.share;
    this.#warmUp = options.warmUp ?? WARM_UP;
  }

  get share(): number {
    return this.#share;
  }

  /** Scores are kept, the balance begins anew. */
  retarget(share: number): void {
    this.#share = share;
    this.#requests = 0;
    this.#strong = 0;
  }

  /** Probability with which this request is to go to the strong arm: 0 or 1 except while warming up and among equal scores. */
  propensity(score: number): number {
    const owed = this.#share * (this.#requests + 1) - this.#strong;
    const fence = Math.max(1, FENCE_SHARE * this.#requests);
    if (owed > fence) return 1;
    if (owed - 1 < -fence) return 0;
    const horizon = Math.min(LONGEST_HORIZON, Math.max(SHORTEST_HORIZON, HORIZON_SHARE * this.#requests));
    const aim = this.#share + (this.#share * this.#requests - this.#strong) / horizon;
    if (this.#filled < this.#warmUp) return Math.min(1, Math.max(0, aim));
    return this.#partAbove(finite(score), aim);
  }

  /** To be called once for each request that could have gone either way, with where it went. */
  record(score: number, choseStrong: boolean): void {
    this.#requests += 1;
    if (choseStrong) this.#strong += 1;
    this.#remember(finite(score));
  }

  /** Which part of the requests with this score lies within the best `aim` of the window. */
  #partAbove(score: number, aim: number): number {
    const from = this.#firstNotBelow(score);
    let to = from;
    while (to < this.#filled && this.#sorted[to] === score) to += 1;
    const greater = this.#filled - to;
    const equal = to - from + 1;
    return Math.min(1, Math.max(0, (aim * (this.#filled + 1) - greater) / equal));
  }

  #remember(score: number): void {
    if (this.#filled === WINDOW) {
      const at = this.#firstNotBelow(this.#ring[this.#next] ?? 0);
      this.#sorted.copyWithin(at, at + 1, this.#filled);
      this.#filled -= 1;
    }
    const at = this.#firstNotBelow(score);
    this.#sorted.copyWithin(at + 1, at, this.#filled);
    this.#sorted[at] = score;
    this.#filled += 1;
    this.#ring[this.#next] = score;
    this.#next = (this.#next + 1) % WINDOW;
  }

  #firstNotBelow(score: number): number {
    let low = 0;
    let high = this.#filled;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] ?? 0) < score) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function finite(score: number): number {
  return Number.isFinite(score) ? score : 0;
}
