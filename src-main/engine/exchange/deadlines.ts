import type { Clock } from '../ports.ts';

/** Something that wants to be looked at while time passes. */
export interface Timed {
  /** Its place among the watched; -1 while it is not. Belongs to `Deadlines`. */
  slot: number;
  tick(nowMs: number): void;
}

const SWEEP_MS = 100;

/**
 * One timer for all requests under way: each is looked at every 100 ms, which is precise enough for time limits and
 * heartbeats of seconds and spares every request its own timers. With nothing under way no timer runs.
 *
 * An array with places, not a Set: a Set that lives long leaves its outgrown tables behind, and they keep requests that
 * are over alive until the next full garbage collection (a fifth of a request's CPU when this was a Set).
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #watched: Timed[] = [];
  #stop: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#watched.length;
  }

  watch(timed: Timed): void {
    timed.slot = this.#watched.length;
    this.#watched.push(timed);
    this.#stop ??= this.#clock.after(SWEEP_MS, () => this.#sweep());
  }

  /** The last one takes the place that becomes free. */
  forget(timed: Timed): void {
    const { slot } = timed;
    if (slot === -1) return;
    timed.slot = -1;
    const last = this.#watched.pop();
    if (last === undefined || last === timed) return;
    last.slot = slot;
    this.#watched[slot] = last;
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
    for (const timed of this.#watched) timed.slot = -1;
    this.#watched.length = 0;
  }

  #sweep(): void {
    this.#stop = this.#watched.length === 0 ? null : this.#clock.after(SWEEP_MS, () => this.#sweep());
    const nowMs = this.#clock.monotonicMs();
    for (const timed of [...this.#watched]) timed.tick(nowMs);
  }
}
