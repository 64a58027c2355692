import type { Clock } from '../ports.ts';

/** Who asked to be left alone, and for how long yet. */
export class Pauses {
  readonly #clock: Clock;
  /** Unix milliseconds. */
  readonly #until = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A pause is never made shorter by a later, shorter one. */
  extend(id: string, untilMs: number): void {
    this.#until.set(id, Math.max(untilMs, this.#until.get(id) ?? 0));
  }

  /** Milliseconds; 0: none. */
  leftMs(id: string): number {
    const untilMs = this.#until.get(id);
    if (untilMs === undefined) return 0;
    const leftMs = untilMs - this.#clock.nowMs();
    if (leftMs <= 0) this.#until.delete(id);
    return Math.max(0, leftMs);
  }
}
