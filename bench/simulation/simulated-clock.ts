import type { Clock } from '../../src-main/engine/ports.ts';

interface Timer {
  dueMs: number;
  order: number;
  /** null: cancelled. */
  run: (() => void) | null;
}

/**
 * Time of a simulation: it stands still while something happens and jumps to the next timer. Timers run in the order of
 * their time, then of their making. Nothing sleeps, so a week passes as fast as it can be computed.
 */
export class SimulatedClock implements Clock {
  readonly #startMs: number;
  readonly #heap: Timer[] = [];
  #elapsedMs = 0;
  #made = 0;

  /** `startMs`: Unix time at which the simulation begins. */
  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  nowMs(): number {
    return this.#startMs + this.#elapsedMs;
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer: Timer = { dueMs: this.#elapsedMs + Math.max(0, delayMs), order: this.#made++, run };
    this.#heap.push(timer);
    this.#rise(this.#heap.length - 1);
    return () => (timer.run = null);
  }

  /** The same at a moment of simulated time, in milliseconds since the start; at once when that is over. */
  at(elapsedMs: number, run: () => void): () => void {
    return this.after(elapsedMs - this.#elapsedMs, run);
  }

  /** Lets time pass until so many milliseconds since the start. */
  runUntil(elapsedMs: number): void {
    for (let next = this.#heap[0]; next !== undefined && next.dueMs <= elapsedMs; next = this.#heap[0]) {
      this.#dropFirst();
      if (next.run === null) continue;
      this.#elapsedMs = Math.max(this.#elapsedMs, next.dueMs);
      next.run();
    }
    this.#elapsedMs = Math.max(this.#elapsedMs, elapsedMs);
  }

  #dropFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink();
  }

  #rise(from: number): void {
    const heap = this.#heap;
    const timer = heap[from];
    let place = from;
    while (timer !== undefined && place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !isBefore(timer, parent)) break;
      heap[place] = parent;
      heap[above] = timer;
      place = above;
    }
  }

  #sink(): void {
    const heap = this.#heap;
    const timer = heap[0];
    let place = 0;
    while (timer !== undefined) {
      const left = 2 * place + 1;
      const one = heap[left];
      const other = heap[left + 1];
      if (one === undefined) break;
      const isRight = other !== undefined && isBefore(other, one);
      const child = isRight ? other : one;
      if (!isBefore(child, timer)) break;
      heap[place] = child;
      place = isRight ? left + 1 : left;
      heap[place] = timer;
    }
  }
}

function isBefore(one: Timer, other: Timer): boolean {
  return one.dueMs < other.dueMs || (one.dueMs === other.dueMs && one.order < other.order);
}
