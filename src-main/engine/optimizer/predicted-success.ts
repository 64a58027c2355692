import type { Estimate } from '../routing/estimate.ts';

/** Services that are configured and reachable nearly always answer. Worth four calls. */
const PRIOR_MEAN = 0.97;
const PRIOR_WEIGHT = 4;
/** Recent failures weigh: what was twenty calls ago weighs a third. */
const RETENTION = 0.95;
/** An outage is over at some time, and nobody tells: after this silence what was seen begins to weigh less. */
const STILL_TRUE_MS = 120_000;
/** Beyond it, half as much after each such time. */
const HALF_LIFE_MS = 600_000;

/** `[successes, failures]`, forgetting included. */
export type SuccessState = readonly [number, number];

/** Probability that a call succeeds: a Beta distribution with forgetting. */
export class PredictedSuccess {
  #successes = 0;
  #failures = 0;
  #estimate: Estimate | null = null;

  /** `silentMs`: since the last call. */
  estimateAfter(silentMs: number): Estimate {
    const share = shareAfter(silentMs);
    return share < 1 ? this.#compute(share) : (this.#estimate ??= this.#compute(1));
  }

  /** `silentMs`: since the call before. */
  observe(succeeded: boolean, silentMs: number): void {
    this.distrust(RETENTION * shareAfter(silentMs));
    if (succeeded) this.#successes += 1;
    else this.#failures += 1;
  }

  /** What was seen weighs only this share from now on. */
  distrust(share: number): void {
    this.#successes *= share;
    this.#failures *= share;
    this.#estimate = null;
  }

  toState(): SuccessState {
    return [this.#successes, this.#failures];
  }

  /** Takes over what `toState` gave. */
  restore([successes, failures]: SuccessState): void {
    this.#successes = successes;
    this.#failures = failures;
    this.#estimate = null;
  }

  #compute(share: number): Estimate {
    const observations = (this.#successes + this.#failures) * share;
    const weight = observations + PRIOR_WEIGHT;
    const mean = (this.#successes * share + PRIOR_MEAN * PRIOR_WEIGHT) / weight;
    return { mean, sd: Math.sqrt((mean * (1 - mean)) / (weight + 1)), observations };
  }
}

function shareAfter(silentMs: number): number {
  return silentMs > STILL_TRUE_MS ? 2 ** ((STILL_TRUE_MS - silentMs) / HALF_LIFE_MS) : 1;
}
