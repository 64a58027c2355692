import type { Estimate } from '../routing/estimate.ts';
import { TASK_KINDS, type TaskKind } from '../routing/request-profile.ts';
import { PredictedAmount, type AmountState } from './predicted-amount.ts';

/** Tokens of a typical answer. */
const TYPICAL_TOKENS: Record<TaskKind, number> = {
  chat: 220,
  code: 500,
  math: 350,
  extract: 120,
  tools: 90,
  vision: 180,
  translate: 200,
  summarise: 250,
  write: 600,
};
const SPREAD = 0.7;
/** Lengths differ by more than anything else: the answers' own logarithms, and those of one kind at one endpoint. */
const NOISE = 0.8;
const GLOBAL_RETENTION = 0.99;
const RETENTION = 0.95;
/** So many answers and half of an endpoint's difference from the others is believed. */
const HALF_BELIEVED = 5;
const NOISE_WEIGHT = 4;
const Z95 = 1.645;

/** How long answers are by kind of task, over all endpoints. */
export class AnswerLengths {
  readonly #kinds = TASK_KINDS.map(
    (kind) =>
      new PredictedAmount({
        prior: { median: TYPICAL_TOKENS[kind], spread: SPREAD, noise: NOISE },
        retention: GLOBAL_RETENTION,
      }),
  );

  of(kind: TaskKind): PredictedAmount {
    const found = this.#kinds[TASK_KINDS.indexOf(kind)];
    if (found === undefined) throw new RangeError(`there is no kind of task ${kind}`);
    return found;
  }

  /** In the order of `TASK_KINDS`. */
  toState(): AmountState[] {
    return this.#kinds.map((amount) => amount.toState());
  }

  restore(states: readonly AmountState[]): void {
    for (const [index, state] of states.entries()) this.#kinds[index]?.restore(state);
  }
}

/** A mean of differences, with forgetting. */
interface Offset {
  weight: number;
  mean: number;
  squares: number;
}

/** First the endpoint as a whole, then its kinds in the order of `TASK_KINDS`; as `[weight, mean, squares]`. */
export type OutputState = readonly AmountState[];
export const OUTPUT_STATES = 1 + TASK_KINDS.length;

/**
 * How long the answers of one endpoint are: what is usual for the kind of task, times how wordy the endpoint is, times how
 * wordy it is with this kind; each believed as far as there is evidence (in logarithms, shrunk to the level above).
 */
export class PredictedOutput {
  readonly #lengths: AnswerLengths;
  readonly #offsets: Offset[] = Array.from({ length: OUTPUT_STATES }, () => ({ weight: 0, mean: 0, squares: 0 }));

  constructor(lengths: AnswerLengths) {
    this.#lengths = lengths;
  }

  observe(kind: TaskKind, tokens: number): void {
    if (!(tokens > 0 && tokens < Infinity)) return;
    const usual = this.#lengths.of(kind);
    const whole = this.#offsetAt(0);
    const difference = Math.log(tokens) - usual.centre;
    learn(this.#offsetAt(1 + TASK_KINDS.indexOf(kind)), difference - believed(whole));
    learn(whole, difference);
    usual.observe(tokens);
  }

  /** Tokens; `mostTokens` is the limit that the answer has, null for none. */
  predict(kind: TaskKind, mostTokens: number | null): { outputTokens: Estimate; p95: number } {
    const own = this.#offsetAt(1 + TASK_KINDS.indexOf(kind));
    const centre = this.#lengths.of(kind).centre + believed(this.#offsetAt(0)) + believed(own);
    const variance = (NOISE_WEIGHT * NOISE ** 2 + own.squares) / (NOISE_WEIGHT + own.weight);
    const uncertainty = 1 / (1 / SPREAD ** 2 + own.weight / variance);
    const most = mostTokens ?? Infinity;
    const mean = Math.min(most, Math.exp(centre + variance / 2));
    return {
      outputTokens: { mean, sd: mean * Math.sqrt(Math.expm1(uncertainty)), observations: own.weight },
      p95: Math.min(most, Math.exp(centre + Z95 * Math.sqrt(variance + uncertainty))),
    };
  }

  /** What was seen weighs only this share from now on. */
  distrust(share: number): void {
    for (const offset of this.#offsets) {
      offset.weight *= share;
      offset.squares *= share;
    }
  }

  toState(): AmountState[] {
    return this.#offsets.map(({ weight, mean, squares }) => [weight, mean, squares]);
  }

  /** Takes over what `toState` gave. */
  restore(states: OutputState): void {
    for (const [index, [weight, mean, squares]] of states.entries()) {
      Object.assign(this.#offsetAt(index), { weight, mean, squares });
    }
  }

  #offsetAt(index: number): Offset {
    const offset = this.#offsets[index];
    if (offset === undefined) throw new RangeError(`there is no offset ${index}`);
    return offset;
  }
}

function learn(offset: Offset, difference: number): void {
  const away = difference - offset.mean;
  offset.weight = offset.weight * RETENTION + 1;
  offset.mean += away / offset.weight;
  offset.squares = offset.squares * RETENTION + away * (difference - offset.mean);
}

function believed({ weight, mean }: Offset): number {
  return (mean * weight) / (weight + HALF_BELIEVED);
}
