import type { Clock } from '../ports.ts';

export type CircuitState = 'closed' | 'open' | 'half_open';

/** What a call was let through as; it says so again when it ends. */
export type Pass = 'call' | 'probe';

const FAILURES_TO_OPEN = 5;
const FIRST_PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 300_000;

/**
 * Circuit breaker of one endpoint (Nygard, Release It!, 2nd ed., ch. 5). Five counted failures in a row open it; after a
 * pause one call may probe (`half_open`); its success closes the circuit, its failure doubles the pause up to 5 minutes.
 * What counts is the caller's to say: 5xx, timeouts and connection errors do; the client's own errors and hang-ups not.
 */
export class CircuitBreaker {
  readonly #clock: Clock;
  #failures = 0;
  #pauseMs = FIRST_PAUSE_MS;
  #openUntilMs: number | null = null;
  #probing = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get state(): CircuitState {
    if (this.#openUntilMs === null) return 'closed';
    return this.#clock.monotonicMs() >= this.#openUntilMs ? 'half_open' : 'open';
  }

  /** True for the plain case: nothing has failed of late. */
  get isClosed(): boolean {
    return this.#openUntilMs === null;
  }

  /** Milliseconds until a probe is allowed; 0 when one is allowed now or the circuit is closed. */
  get retryInMs(): number {
    if (this.#openUntilMs === null) return 0;
    return Math.max(0, this.#openUntilMs - this.#clock.monotonicMs());
  }

  /** May a call go out now? In `half_open` the first asker gets the probe, all others null. */
  tryEnter(): Pass | null {
    if (this.#openUntilMs === null) return 'call';
    if (this.#probing || this.state === 'open') return null;
    this.#probing = true;
    return 'probe';
  }

  /** Would `tryEnter` let a call through? */
  get mayEnter(): boolean {
    return this.#openUntilMs === null || (!this.#probing && this.state === 'half_open');
  }

  succeeded(): void {
    this.#failures = 0;
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#openUntilMs = null;
    this.#probing = false;
  }

  /** Calls that went out before the circuit opened may fail after it: they neither open it again nor end a probe. */
  failed(pass: Pass): void {
    this.#failures += 1;
    if (this.#openUntilMs === null) {
      if (this.#failures < FAILURES_TO_OPEN) return;
    } else if (pass === 'probe') {
      this.#probing = false;
      this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2);
    } else return;
    this.#openUntilMs = this.#clock.monotonicMs() + this.#pauseMs;
  }

  /** A call ended without telling anything about the endpoint (the client hung up, its request was at fault). */
  ended(pass: Pass): void {
    if (pass === 'probe') this.#probing = false;
  }
}
