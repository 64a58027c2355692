import type { Clock, Log } from '../ports.ts';
import { faultOf, type StoreFault } from './database.ts';
import type { JobStore } from './job-store.ts';
import { withoutRequest, type JobWrite } from './job-write.ts';
import { storeProblem } from './store-problem.ts';

const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 60_000;

/** A lock that lasts so many tries is worth a word; the upkeep thread's are shorter. */
const PATIENCE_WITH_LOCKS = 5;

export interface SavedWrite {
  write: JobWrite;
  /** It is in the database, or (`refused`) can never be. */
  done: (end: 'written' | 'refused') => void;
}

/**
 * Writes what background work does, in order: at once where it can, else again and again until it succeeds, for nothing
 * that was done may be lost in silence. Whoever works asks `isBehind` first, so that little can ever wait here.
 */
export class JobSaver {
  readonly #store: JobStore;
  readonly #clock: Clock;
  readonly #log: Log;
  #waiting: SavedWrite[] = [];
  #cancelTimer: (() => void) | null = null;
  #failures = 0;
  #problem: string | null = null;
  /** Erasures under way. */
  #holds = 0;
  #flushing = false;
  #stopped = false;
  #onFree: () => void = () => undefined;

  constructor(options: { store: JobStore; clock: Clock; log: Log }) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#log = options.log;
  }

  /** Something waits to be written. */
  get isBehind(): boolean {
    return this.#holds > 0 || this.#waiting.length > 0;
  }

  /** Why it cannot be written and what to do, in sentences; null: it can. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Never throws. `done` is called once, maybe before this returns; not at all for what is forgotten. */
  save(write: JobWrite, done: SavedWrite['done'] = () => undefined): void {
    this.#waiting.push({ write, done });
    if (this.#holds === 0 && this.#cancelTimer === null) this.flush();
  }

  /** A request (null: all) is erased: what waits is written without what was made of it. */
  eraseRequest(requestId: string | null): void {
    this.#waiting = this.#waiting.map(({ write, done }) => ({
      write:
        write.kind === 'run' && write.unit !== null ? { ...write, unit: withoutRequest(write.unit, requestId) } : write,
      done,
    }));
  }

  /** Told when nothing waits any more although something had to. The one who says it last is told. */
  onFree(listener: () => void): void {
    this.#onFree = listener;
  }

  /** Tries now. */
  flush(): void {
    if (this.#flushing) return;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    const wasBehind = this.#failures > 0;
    this.#flushing = true;
    const all = this.#writeAll();
    this.#flushing = false;
    if (!all && !this.#stopped) this.#cancelTimer = this.#clock.after(this.#retryDelayMs(), () => this.flush());
    if (all && wasBehind) this.#onFree();
  }

  #writeAll(): boolean {
    for (let next = this.#waiting[0]; next !== undefined && this.#holds === 0; next = this.#waiting[0]) {
      const end = this.#write(next.write);
      if (end === null) return false;
      this.#waiting.shift();
      next.done(end);
    }
    return true;
  }

  /** Tries a last time. What still cannot be written is said, and done again after the next start. */
  stop(): void {
    this.#stopped = true;
    this.flush();
    if (this.#waiting.length > 0) {
      this.#log.error({ writes: this.#waiting.length }, 'background work could not be written down at the end');
    }
  }

  /**
   * Forgets what waits, and writes nothing until the returned function is called: what comes meanwhile is forgotten too.
   * Several may hold it at a time.
   */
  holdAndForget(): () => void {
    this.#holds++;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    let isHeld = true;
    return () => {
      if (isHeld) this.#holds--;
      isHeld = false;
      this.#waiting = [];
      this.#failures = 0;
      this.#problem = null;
      if (this.#holds === 0) this.#onFree();
    };
  }

  /** null: not now. */
  #write(write: JobWrite): 'written' | 'refused' | null {
    try {
      this.#store.write(write);
    } catch (error) {
      const fault = faultOf(error);
      if (fault !== 'rejected') return this.#report(fault, error);
      this.#log.error({ kind: write.kind, error: String(error) }, 'the database refused a step of background work');
      return 'refused';
    }
    if (this.#problem !== null) this.#log.info({}, 'background work is being written down again');
    this.#failures = 0;
    this.#problem = null;
    return 'written';
  }

  #report(fault: StoreFault, error: unknown): null {
    this.#failures++;
    if (fault === 'busy' && this.#failures < PATIENCE_WITH_LOCKS) return null;
    if (this.#problem === null) {
      this.#log.warn({ fault, error: String(error) }, 'background work cannot be written down');
    }
    this.#problem = storeProblem({ fault, file: this.#store.file, error }).message;
    return null;
  }

  #retryDelayMs(): number {
    return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(this.#failures - 1, 10));
  }
}
