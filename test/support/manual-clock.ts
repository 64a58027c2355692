import type { Clock } from '../../src-main/engine/ports.ts';

interface Timer {
  dueMs: number;
  order: number;
  run: () => void;
}

/** A clock that stands still until a test moves it. Timers run in the order of their time, then of their making. */
export class ManualClock implements Clock {
  #startMs: number;
  #elapsedMs = 0;
  #made = 0;
  readonly #timers = new Set<Timer>();

  constructor(startMs = Date.UTC(2026, 10, 21, 12)) {
    this.#startMs = startMs;
  }

  nowMs(): number {
    return this.#startMs + this.#elapsedMs;
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { dueMs: this.#elapsedMs + Math.max(0, delayMs), order: this.#made++, run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Timers that wait; a stopped object leaves none. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  /** Milliseconds to the next timer; null when none waits. */
  get nextTimerMs(): number | null {
    const next = this.#next(Infinity);
    return next === undefined ? null : next.dueMs - this.#elapsedMs;
  }

  /** Moves the wall clock alone, as a person or NTP does: `nowMs` jumps, timers and `monotonicMs` do not notice. */
  jump(byMs: number): void {
    this.#startMs += byMs;
  }

  /**
   * Moves time on and runs every timer that falls due, also those made meanwhile. Between timers pending promises get
   * their turn; I/O (a real socket) is not waited for: await what you expect of it.
   */
  async advance(byMs: number): Promise<void> {
    const endMs = this.#elapsedMs + byMs;
    await settle();
    for (let timer = this.#next(endMs); timer !== undefined; timer = this.#next(endMs)) {
      this.#timers.delete(timer);
      this.#elapsedMs = Math.max(this.#elapsedMs, timer.dueMs);
      timer.run();
      await settle();
    }
    this.#elapsedMs = endMs;
  }

  #next(untilMs: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueMs > untilMs) continue;
      if (next === undefined || timer.dueMs < next.dueMs || (timer.dueMs === next.dueMs && timer.order < next.order)) {
        next = timer;
      }
    }
    return next;
  }
}

/** One turn of the event loop: every promise that is already settled has been followed up. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
