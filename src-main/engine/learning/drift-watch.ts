import { logistic } from './logistic.ts';

/** A change is looked for of this size, in logits: 0.9 → 0.55, or the other way. */
const SHIFT = 2;
/** ln of the mean number of observations between false alarms, at least (Lorden 1971: e^h for a CUSUM of log-likelihood ratios). */
const ALARM_AT = Math.log(10_000);
/** A learner that is still finding its level sees changes everywhere. */
const WATCH_AFTER = 40;
/** What an alarm lets the offset move at once, as a variance; and what it keeps moving with while the alarm lasts. */
const OPENED_VARIANCE = 2;
const ALERT_VARIANCE = 0.6;
/** An offset is forgiven with this time constant, in observations of any arm: the arm gets its next chance. */
const FORGIVEN_AFTER = 80;
/** Observations near the prediction before an alarm ends. */
const CALM_AFTER = 60;
const LARGEST_OFFSET = 4;

/** Plain values, to be kept. */
export interface DriftState {
  offset: number;
  variance: number;
  down: number;
  up: number;
  seen: number;
  calm: number;
  at: number;
}

/**
 * Notices that an arm has become worse or better all at once, which weights built on thousands of outcomes are slow to
 * take in. Two CUSUM detectors run over the outcomes; after an alarm a common offset in logits follows the outcomes
 * within a few observations, and is forgiven with time, so that an arm left alone is tried again. Without an alarm the
 * offset is 0 and nothing is changed.
 */
export class DriftWatch {
  #state: DriftState;

  constructor(state?: DriftState) {
    this.#state = state ?? { offset: 0, variance: 0, down: 0, up: 0, seen: 0, calm: 0, at: 0 };
  }

  /** In logits, at a time counted in observations of any arm. */
  offset(now: number): number {
    const { offset, at } = this.#state;
    return offset === 0 ? 0 : offset * Math.exp(-Math.max(0, now - at) / FORGIVEN_AFTER);
  }

  get variance(): number {
    return this.#state.variance;
  }

  /** `logit`: what was predicted, the offset included. */
  observe(outcome: { logit: number; reward: number; weight: number; now: number }): void {
    const state = this.#state;
    state.offset = this.offset(outcome.now);
    state.at = outcome.now;
    state.seen += 1;
    const predicted = logistic(outcome.logit);
    if (state.variance > 0) this.#follow(predicted, outcome);
    else if (state.seen > WATCH_AFTER) this.#watch(predicted, outcome);
  }

  toState(): DriftState {
    return { ...this.#state };
  }

  #watch(predicted: number, outcome: { logit: number; reward: number; weight: number }): void {
    const state = this.#state;
    state.down = Math.max(0, state.down + outcome.weight * logRatio(predicted, outcome, -SHIFT));
    state.up = Math.max(0, state.up + outcome.weight * logRatio(predicted, outcome, SHIFT));
    if (state.down < ALARM_AT && state.up < ALARM_AT) return;
    state.variance = OPENED_VARIANCE;
    state.down = 0;
    state.up = 0;
    state.calm = 0;
  }

  #follow(predicted: number, outcome: { reward: number; weight: number }): void {
    const state = this.#state;
    const information = outcome.weight * Math.max(0.05, predicted * (1 - predicted));
    const gain = state.variance / (1 + state.variance * information);
    const moved = state.offset + gain * outcome.weight * (outcome.reward - predicted);
    state.offset = Math.min(LARGEST_OFFSET, Math.max(-LARGEST_OFFSET, moved));
    state.variance = Math.max(ALERT_VARIANCE, gain);
    state.calm = Math.abs(state.offset) < 1 ? state.calm + 1 : 0;
    if (state.calm > CALM_AFTER) state.variance = 0;
  }
}

/** ln P(outcome | shifted) / P(outcome | predicted) of a Bernoulli outcome; fractions count as that share of a success. */
function logRatio(predicted: number, outcome: { logit: number; reward: number }, shift: number): number {
  const shifted = logistic(outcome.logit + shift);
  const good = Math.log((shifted + 1e-6) / (predicted + 1e-6));
  const bad = Math.log((1 - shifted + 1e-6) / (1 - predicted + 1e-6));
  return outcome.reward * good + (1 - outcome.reward) * bad;
}
