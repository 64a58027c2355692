import type { Estimate } from '../routing/estimate.ts';

/** Services that are configured and reachable nearly always answer. Worth four calls. */
const PRIOR_MEAN = 0.97;
const PRIOR_WEIGHT = 4;
/** Recent failures weigh: what was twenty calls ago weighs a third. */
const RETENTION = 0.95;

/** `[successes, failures]`, forgetting included. */
export type SuccessState = readonly [number, number];

/** Probability that a call succeeds: a Beta distribution with forgetting. */
export class PredictedSuccess {
  #successes = 0;
  #failures = 0;
  #estimate: Estimate | null = null;

  get estimate(): Estimate {
    return (this.#estimate ??= this.#compute());
  }

  observe(succeeded: boolean): void {
    this.distrust(RETENTION);
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

  #compute(): Estimate {
    const observations = this.#successes + this.#failures;
    const weight = observations + PRIOR_WEIGHT;
    const mean = (this.#successes + PRIOR_MEAN * PRIOR_WEIGHT) / weight;
    return { mean, sd: Math.sqrt((mean * (1 - mean)) / (weight + 1)), observations };
  }
}
