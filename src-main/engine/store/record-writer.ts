import type { Clock, Log } from '../ports.ts';
import { faultOf } from './database.ts';
import type { StoreFault } from './database.ts';
import { RecordBuffer } from './record-buffer.ts';
import { createRecordInserter } from './record-inserter.ts';
import type { StoredRecord } from './records.ts';
import type { StoreDatabase } from './store-database.ts';
import { storeProblem } from './store-problem.ts';

/** A record is in the database this long after its request ended, give or take the time of writing. */
export const FLUSH_INTERVAL_MS = 100;

const SLICE = { requests: 256, attempts: 512 };

/**
 * As soon as a slice is full it is written. Records that wait longer outlive the young generation, and clearing them away
 * costs more; smaller slices write the same pages more often.
 */
const EAGER_REQUESTS = SLICE.requests;

/** A turn of the event loop stops writing after half of this, because the last slice may take as long again. */
const WORK_PER_TURN_MS = 5;

const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 30_000;

/** A lock that lasts this many flushes is worth a word; the upkeep thread's are shorter. */
const PATIENCE_WITH_LOCKS = 20;

/**
 * The only way into the ledger. `append` only remembers; writing happens in slices between other work. What cannot be
 * written (full disk, lock, errors) is kept and tried again, and `problem` says so until it succeeds.
 */
export class RecordWriter {
  readonly #database: StoreDatabase;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #expectsLock: () => boolean;
  readonly #buffer = new RecordBuffer();
  #insert: ((records: readonly StoredRecord[]) => void) | null = null;
  #generation = 0;
  #cancelTimer: (() => void) | null = null;
  #failures = 0;
  #problem: string | null = null;
  #stopped = false;
  #held = false;
  #onWritten: () => void = () => undefined;

  /** `expectsLock`: is the database locked by ourselves for longer than usual? Then nothing is wrong. */
  constructor(options: { database: StoreDatabase; clock: Clock; log: Log; expectsLock?: () => boolean }) {
    this.#expectsLock = options.expectsLock ?? (() => false);
    this.#database = options.database;
    this.#clock = options.clock;
    this.#log = options.log;
  }

  /** Why records are not being written now and what to do, in sentences; null when they are. */
  get problem(): string | null {
    if (this.#problem === null) return null;
    return `${this.#problem} ${this.#buffer.length} requests wait to be written${this.#lossText()}.`;
  }

  /** Requests that could not be kept at all. */
  get lostRecords(): number {
    return this.#buffer.lost;
  }

  /** Requests that are not yet in the database. */
  get waitingRecords(): number {
    return this.#buffer.length;
  }

  /** Is this request finished but not yet in the database? */
  isWaiting(requestId: string): boolean {
    return this.#buffer.hasRequest(requestId);
  }

  /** Takes a finished request, feedback or an adaptation. Never throws, never waits. After `stop` it is written at once. */
  append(record: StoredRecord): void {
    this.#buffer.push(record);
    if (this.#held) return;
    if (this.#stopped) this.flush();
    else if (this.#cancelTimer === null) this.#runAfter(FLUSH_INTERVAL_MS);
    else if (this.#buffer.length === EAGER_REQUESTS && this.#failures === 0) {
      this.#cancelTimer();
      this.#runAfter(0);
    }
  }

  /** Told after requests have come into the database, where sums are read. The one who says it last is told. */
  onWritten(listener: () => void): void {
    this.#onWritten = listener;
  }

  /** Writes everything now, on this turn of the event loop. What cannot be written stays; see `problem`. */
  flush(): void {
    while (!this.#held && this.#buffer.length > 0 && this.#writeSlice());
  }

  /** Ends the timers and writes what is left. */
  stop(): void {
    this.#stopped = true;
    this.#held = false;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.flush();
    if (this.#buffer.length > 0) this.#log.error({ records: this.#buffer.length }, 'requests were lost at the end');
  }

  /**
   * Forgets what waits, and writes nothing until the returned function is called: what comes meanwhile is kept for then.
   * The database may be another one afterwards.
   */
  holdAndForget(): () => void {
    this.#held = true;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#buffer.clear();
    return () => {
      if (!this.#held) return;
      this.#held = false;
      this.#insert = null;
      if (this.#buffer.length > 0) this.#runAfter(FLUSH_INTERVAL_MS);
    };
  }

  #runAfter(delayMs: number): void {
    this.#cancelTimer = this.#clock.after(delayMs, () => this.#work());
  }

  #work(): void {
    this.#cancelTimer = null;
    const startedMs = this.#clock.monotonicMs();
    let written = true;
    while (written && this.#buffer.length > 0 && this.#clock.monotonicMs() - startedMs < WORK_PER_TURN_MS / 2) {
      written = this.#writeSlice();
    }
    if (this.#buffer.length > 0) this.#runAfter(written ? 0 : this.#retryDelayMs());
  }

  #writeSlice(): boolean {
    const slice = this.#buffer.peek(SLICE);
    try {
      this.#write(slice);
    } catch (error) {
      return this.#handleFailure(error, slice);
    }
    this.#buffer.remove(slice.length);
    if (this.#problem !== null) this.#log.info({ lost: this.#buffer.lost }, 'records are being written again');
    this.#failures = 0;
    this.#problem = null;
    this.#onWritten();
    return true;
  }

  #write(records: readonly StoredRecord[]): void {
    if (this.#database.damaged) this.#database.replaceDamaged('an earlier attempt to put it aside failed');
    if (this.#insert === null || this.#generation !== this.#database.generation) {
      this.#generation = this.#database.generation;
      this.#insert = createRecordInserter(this.#database.writer);
    }
    this.#insert(records);
  }

  /** True when writing may go on at once. */
  #handleFailure(error: unknown, slice: readonly StoredRecord[]): boolean {
    this.#insert = null;
    const fault = faultOf(error);
    if (fault === 'rejected') return this.#writeOneByOne(slice);
    if (fault !== 'corrupt' || this.#database.damaged) return this.#report(fault, error);
    try {
      this.#database.replaceDamaged(error);
      return true;
    } catch (obstacle) {
      return this.#report('corrupt', obstacle);
    }
  }

  /** One record that the database refuses must not hold up the others: it alone is given up. */
  #writeOneByOne(slice: readonly StoredRecord[]): boolean {
    for (const record of slice) {
      try {
        this.#write([record]);
        this.#buffer.remove(1);
      } catch (error) {
        this.#insert = null;
        const fault = faultOf(error);
        if (fault !== 'rejected') return this.#report(fault, error);
        this.#log.error({ ...nameOf(record), error: String(error) }, 'the database refused a record');
        this.#buffer.giveUpFirst();
      }
    }
    return true;
  }

  #report(fault: StoreFault, error: unknown): false {
    if (fault === 'busy' && this.#expectsLock()) return false;
    this.#failures++;
    if (fault === 'busy' && this.#failures < PATIENCE_WITH_LOCKS) return false;
    if (this.#problem === null) this.#log.warn({ fault, error: String(error) }, 'records cannot be written');
    this.#problem = storeProblem({ fault, file: this.#database.file, error }).message;
    return false;
  }

  #retryDelayMs(): number {
    if (this.#problem === null) return FLUSH_INTERVAL_MS;
    return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(this.#failures - 1, 10));
  }

  #lossText(): string {
    return this.#buffer.lost === 0 ? '' : `, and ${this.#buffer.lost} were lost for want of room`;
  }
}

function nameOf(record: StoredRecord): Record<string, unknown> {
  if ('attempts' in record) return { request: record.id };
  return 'requestId' in record ? { feedbackOn: record.requestId } : { adaptationAtMs: record.atMs };
}
