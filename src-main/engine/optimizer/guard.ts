import type { Clock, Log } from '../ports.ts';

const FAILURES_TO_SUSPEND = 3;
const SUSPENSION_MS = 5 * 60_000;

/**
 * Counts what fails inside the optimizer. Three failures without a success between them switch it off for five minutes:
 * safe defaults serve meanwhile, and then it is tried again. A request never fails because the optimizer did.
 */
export class OptimizerGuard {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #failures = new Map<string, number>();
  #suspendedUntilMs: number | null = null;
  #lastError: string | null = null;

  constructor(options: { clock: Clock; log: Log }) {
    this.#clock = options.clock;
    this.#log = options.log;
  }

  /** Monotonic milliseconds; null: it works. */
  get suspendedForMs(): number | null {
    if (this.#suspendedUntilMs === null) return null;
    const leftMs = this.#suspendedUntilMs - this.#clock.monotonicMs();
    if (leftMs > 0) return leftMs;
    this.#suspendedUntilMs = null;
    return null;
  }

  /** Runs a part of the optimizer; what it throws is counted, and `fallback` stands in. */
  run<Value>(part: string, work: () => Value, fallback: () => Value): Value {
    if (this.suspendedForMs !== null) return fallback();
    try {
      const value = work();
      this.succeeded(part);
      return value;
    } catch (error) {
      this.failed(part, error);
      return fallback();
    }
  }

  /** For parts that are not run by it: only failures with no success between them count. */
  succeeded(part: string): void {
    if (this.#failures.size > 0) this.#failures.delete(part);
  }

  failed(part: string, error: unknown): void {
    const failures = (this.#failures.get(part) ?? 0) + 1;
    this.#failures.set(part, failures);
    this.#lastError = `${part}: ${error instanceof Error ? error.message : String(error)}`;
    this.#log.error({ part, error, failures }, 'a part of the optimizer failed');
    if (failures < FAILURES_TO_SUSPEND) return;
    this.#failures.clear();
    this.#suspendedUntilMs = this.#clock.monotonicMs() + SUSPENSION_MS;
    this.#log.warn({ part }, 'the optimizer is off for five minutes');
  }

  /** In sentences; empty when all is well. */
  describe(): string[] {
    const leftMs = this.suspendedForMs;
    if (leftMs !== null) {
      return [
        `The optimizer failed repeatedly (${this.#lastError ?? 'unknown'}) and is off for ${Math.ceil(leftMs / 1000)} s; requests are served in the plain order of preference.`,
      ];
    }
    return this.#failures.size === 0 ? [] : [`A part of the optimizer failed just now (${this.#lastError ?? ''}).`];
  }
}
