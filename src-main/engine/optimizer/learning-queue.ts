import type { Clock } from '../ports.ts';

const DELAY_MS = 20;
/** A turn of the event loop learns for about this long and leaves the rest to the next. */
const WORK_PER_TURN_MS = 2;
/** Beyond this the oldest are dropped: learning must never eat the memory of what it learns from. */
const MOST_WAITING = 4_096;

/**
 * Learns after the fact: what a request taught waits here until the event loop has a moment, so that no answer ever
 * waits for it. A lesson that fails is reported and skipped.
 */
export class LearningQueue<Lesson> {
  readonly #clock: Clock;
  readonly #learn: (lesson: Lesson) => void;
  readonly #onError: (error: unknown) => void;
  #waiting: Lesson[] = [];
  #cancelTimer: (() => void) | null = null;
  #dropped = 0;

  constructor(options: { clock: Clock; learn: (lesson: Lesson) => void; onError: (error: unknown) => void }) {
    this.#clock = options.clock;
    this.#learn = options.learn;
    this.#onError = options.onError;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get dropped(): number {
    return this.#dropped;
  }

  push(lesson: Lesson): void {
    if (this.#waiting.length >= MOST_WAITING) {
      this.#waiting.shift();
      this.#dropped += 1;
    }
    this.#waiting.push(lesson);
    this.#cancelTimer ??= this.#clock.after(DELAY_MS, () => this.#work());
  }

  /** Learns everything that waits, now. */
  flush(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    const lessons = this.#waiting;
    this.#waiting = [];
    for (const lesson of lessons) this.#take(lesson);
  }

  #work(): void {
    this.#cancelTimer = null;
    const startedMs = this.#clock.monotonicMs();
    let done = 0;
    for (const lesson of this.#waiting) {
      this.#take(lesson);
      done += 1;
      if (this.#clock.monotonicMs() - startedMs >= WORK_PER_TURN_MS) break;
    }
    this.#waiting = this.#waiting.slice(done);
    if (this.#waiting.length > 0) this.#cancelTimer = this.#clock.after(0, () => this.#work());
  }

  #take(lesson: Lesson): void {
    try {
      this.#learn(lesson);
    } catch (error) {
      this.#onError(error);
    }
  }
}
