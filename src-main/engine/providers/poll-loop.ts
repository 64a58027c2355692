import type { Clock, Log } from '../ports.ts';

export interface PollLoopOptions {
  clock: Clock;
  log: Log;
  /** Looks once and says in how many milliseconds to look again. `signal` fires when the loop is stopped. */
  look: (signal: AbortSignal) => Promise<number>;
}

/** Where a look failed in a way nobody foresaw. */
const AFTER_BUG_MS = 60_000;

/** Looks at something again and again, never twice at the same time. */
export class PollLoop {
  readonly #options: PollLoopOptions;
  #running: Promise<void> | null = null;
  #cancelTimer: (() => void) | null = null;
  #abort: AbortController | null = null;

  constructor(options: PollLoopOptions) {
    this.#options = options;
  }

  /** Looks at once, then at the pace that each look sets. */
  start(): void {
    if (this.#abort !== null) return;
    this.#abort = new AbortController();
    // A look that was stopped a moment ago may still be ending.
    void (this.#running ?? Promise.resolve()).then(() => this.refresh());
  }

  /** Looks now, or joins the look under way. Does nothing on a stopped loop. */
  async refresh(): Promise<void> {
    if (this.#abort === null) return;
    this.#running ??= this.#look(this.#abort.signal);
    await this.#running;
  }

  /** Resolves when a look under way has ended. */
  async stop(): Promise<void> {
    this.#abort?.abort();
    this.#abort = null;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    await this.#running;
  }

  async #look(signal: AbortSignal): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    let delayMs = AFTER_BUG_MS;
    try {
      delayMs = await this.#options.look(signal);
    } catch (error) {
      this.#options.log.error({ error: String(error) }, 'a provider could not be looked at');
    }
    this.#running = null;
    if (!signal.aborted) this.#cancelTimer = this.#options.clock.after(delayMs, () => void this.refresh());
  }
}
