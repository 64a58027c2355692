import type { Clock } from '../../src-main/engine/ports.ts';

/** A clock whose time leaps to the next timer as soon as the event loop has nothing better to do: no test waits. */
export class InstantClock implements Clock {
  #elapsedMs = 0;
  #timers: { dueMs: number; run: () => void }[] = [];

  nowMs(): number {
    return Date.UTC(2026, 10, 21, 12) + this.#elapsedMs;
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  get pendingTimers(): number {
    return this.#timers.length;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { dueMs: this.#elapsedMs + Math.max(0, delayMs), run };
    this.#timers.push(timer);
    setImmediate(() => this.#leap());
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  #leap(): void {
    const next = this.#timers.toSorted((one, other) => one.dueMs - other.dueMs)[0];
    if (next === undefined) return;
    this.#timers = this.#timers.filter((each) => each !== next);
    this.#elapsedMs = Math.max(this.#elapsedMs, next.dueMs);
    next.run();
  }
}
