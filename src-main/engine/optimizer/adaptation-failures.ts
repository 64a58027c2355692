import type { Clock, Log } from '../ports.ts';

const FAILURES_TO_SUSPEND = 3;
const SUSPENSION_MS = 5 * 60_000;

/** Counts the steps of adaptation that failed, and says when to leave it alone for a while. */
export class AdaptationFailures {
  readonly #clock: Clock;
  readonly #log: Log;
  #suspendedUntilMs: number | null = null;
  #inARow = 0;
  #total = 0;
  #last = '';

  constructor(options: { clock: Clock; log: Log }) {
    this.#clock = options.clock;
    this.#log = options.log;
  }

  /** Since the start. */
  get total(): number {
    return this.#total;
  }

  /** Milliseconds; null: it may be tried. */
  get suspendedForMs(): number | null {
    if (this.#suspendedUntilMs === null) return null;
    const leftMs = this.#suspendedUntilMs - this.#clock.monotonicMs();
    return leftMs > 0 ? leftMs : null;
  }

  /** Until somebody ends it, also when the time is over. */
  get isSuspended(): boolean {
    return this.#suspendedUntilMs !== null;
  }

  /** What happened last, in the words of the error. */
  get last(): string {
    return this.#last;
  }

  /** True: it is suspended now, because this was the third in a row, or nobody expected it. */
  note(error: unknown, options: { expected: boolean }): boolean {
    this.#total += 1;
    this.#inARow += 1;
    this.#last = error instanceof Error ? error.message : String(error);
    this.#log.error({ error, inARow: this.#inARow }, 'adaptation failed');
    if (options.expected && this.#inARow < FAILURES_TO_SUSPEND) return false;
    this.#suspendedUntilMs = this.#clock.monotonicMs() + SUSPENSION_MS;
    this.#inARow = 0;
    return true;
  }

  succeeded(): void {
    this.#inARow = 0;
  }

  endSuspension(): void {
    this.#suspendedUntilMs = null;
  }

  /** In sentences; empty when all is well. */
  describe(): string[] {
    const leftMs = this.suspendedForMs;
    if (leftMs !== null) {
      const left = Math.ceil(leftMs / 1_000);
      return [`Adaptation failed (${this.#last}) and is off for ${left} s; safe defaults serve meanwhile.`];
    }
    if (this.#inARow === 0) return [];
    return [`Adaptation failed just now (${this.#last}); the preferences stay as they are.`];
  }
}
