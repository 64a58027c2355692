import type { Clock } from '../ports.ts';

/** Something that wants to be looked at while time passes. */
export interface Timed {
  tick(nowMs: number): void;
}

const SWEEP_MS = 100;

/**
 * One timer for all requests under way: each is looked at every 100 ms, which is precise enough for time limits and
 * heartbeats of seconds and spares every request its own timers. With nothing under way no timer runs.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #watched = new Set<Timed>();
  #stop: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#watched.size;
  }

  watch(timed: Timed): void {
    this.#watched.add(timed);
    this.#stop ??= this.#clock.after(SWEEP_MS, () => this.#sweep());
  }

  forget(timed: Timed): void {
    this.#watched.delete(timed);
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
    this.#watched.clear();
  }

  #sweep(): void {
    this.#stop = this.#watched.size === 0 ? null : this.#clock.after(SWEEP_MS, () => this.#sweep());
    const nowMs = this.#clock.monotonicMs();
    for (const timed of this.#watched) timed.tick(nowMs);
  }
}
