import { isJsonObject } from '../protocols/json.ts';

/** What a mean is kept as; plain JSON. */
export interface EwmaState {
  value: number;
  atMs: number;
}

/**
 * Exponentially weighted moving average for values that come at irregular times: a value that comes Δt after the one before
 * weighs 1 − exp(−Δt/τ). The first value is the mean (never 0). Two values at the same instant: the later one weighs nothing.
 */
export class Ewma {
  readonly #tauMs: number;
  #value: number | null = null;
  #atMs = 0;

  constructor(options: { tauMs: number }) {
    this.#tauMs = options.tauMs;
  }

  /** null until something was added. */
  get value(): number | null {
    return this.#value;
  }

  /** Takes one value; false, and nothing happens, when it or its time is not a finite number. */
  add(value: number, atMs: number): boolean {
    if (!Number.isFinite(value) || !Number.isFinite(atMs)) return false;
    if (this.#value === null) this.#value = value;
    else this.#value += smoothingFactor({ elapsedMs: atMs - this.#atMs, tauMs: this.#tauMs }) * (value - this.#value);
    // Also when the clock went back: else nothing would count until it has caught up.
    this.#atMs = atMs;
    return true;
  }

  /** null until something was added. */
  toState(): EwmaState | null {
    return this.#value === null ? null : { value: this.#value, atMs: this.#atMs };
  }

  /** A mean from what `toState` gave; null when that is damaged. */
  static fromState(options: { tauMs: number }, state: unknown): Ewma | null {
    if (!isJsonObject(state)) return null;
    const { value, atMs } = state;
    if (typeof value !== 'number' || typeof atMs !== 'number') return null;
    const ewma = new Ewma(options);
    return ewma.add(value, atMs) ? ewma : null;
  }
}

/** Weight in [0, 1] of a value that comes this long after the one before. */
export function smoothingFactor(times: { elapsedMs: number; tauMs: number }): number {
  return -Math.expm1(-Math.max(0, times.elapsedMs) / times.tauMs);
}

/** The time constant with which a value has lost half its weight after this time. */
export function tauOfHalfLife(halfLifeMs: number): number {
  return halfLifeMs / Math.LN2;
}
