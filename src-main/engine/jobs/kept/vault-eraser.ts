import type { Clock, Log } from '../../ports.ts';
import type { KeptPromptTable } from '../../store/kept-prompt-table.ts';

/** The machine may sleep, and its clock may jump: the end of the first is looked at again after this. */
const LONGEST_WAIT_MS = 3_600_000;
/** What could not be erased is tried again. */
const RETRY_MS = 60_000;
/** With the room used up, so much of it is made free at once. */
const FREED_SHARE = 0.05;

export interface VaultEraserOptions {
  clock: Clock;
  log: Log;
  table: KeptPromptTable;
  /** How long and in how much room prompts are kept now. */
  limits: () => { mostMs: number; bytes: number };
  onGone: () => void;
}

/**
 * Erases kept prompts: on their day, when the room is used up, and when somebody says so. What is to go cannot be read
 * from then on, however long the files take. One timer, for the first that ends.
 */
export class VaultEraser {
  readonly #options: VaultEraserOptions;
  /** On their way out, and whether what jobs made of them goes too. */
  readonly #going = new Map<string, boolean>();
  #allGoing = false;
  /** Erasures are made one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #cancelTimer: (() => void) | null = null;
  #bytes = 0;
  #isMakingRoom = false;
  #problem: string | null = null;
  #stopped = false;

  constructor(options: VaultEraserOptions) {
    this.#options = options;
  }

  /** What is still to be erased and could not be, in sentences; null: nothing. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Everything is on its way out. */
  get allGoing(): boolean {
    return this.#allGoing;
  }

  isGoing(requestId: string): boolean {
    return this.#allGoing || this.#going.has(requestId);
  }

  /** Counts anew what is there, erases what should be gone, and sets the timer for the next. Never rejects. */
  async sweep(): Promise<void> {
    const { clock, table, limits } = this.#options;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    await this.#tryAgain();
    await this.#eraseEach(() => table.endedIds(clock.nowMs(), limits().mostMs), false);
    await this.#makeRoom();
    this.#setTimer();
  }

  /** Private ones, with what jobs made of them. */
  async erasePrivate(onGoing: (requestIds: readonly string[]) => void): Promise<void> {
    await this.#eraseEach(() => {
      const ids = this.#options.table.privateIds();
      onGoing(ids);
      return ids;
    }, true);
  }

  /** Those that no key but this one could open. */
  async eraseOfOtherKeys(keyId: string): Promise<void> {
    await this.#eraseEach(() => this.#options.table.idsOfOtherKeys(keyId), false);
  }

  /** Resolves when they (null: all) are gone from the files; with a sentence, when they are not and it is tried again. */
  async erase(requestIds: readonly string[] | null, withResults = true): Promise<string | null> {
    if (requestIds === null) this.#allGoing = true;
    else for (const id of requestIds) this.#going.set(id, withResults || this.#going.get(id) === true);
    const erasing = this.#turn.then(() => this.#options.table.erase({ requestIds, withResults }));
    this.#turn = erasing;
    this.#problem = await erasing;
    if (this.#problem === null) this.#noteGone(requestIds);
    else this.#setTimer();
    return this.#problem;
  }

  async #tryAgain(): Promise<void> {
    if (this.#allGoing) await this.erase(null);
    for (const withResults of [true, false]) {
      const ids = [...this.#going].filter(([, each]) => each === withResults).map(([id]) => id);
      if (ids.length > 0) await this.erase(ids, withResults);
    }
  }

  /** Some after some, until none is found or one cannot be erased. Never rejects. */
  async #eraseEach(find: () => readonly string[], withResults: boolean): Promise<void> {
    try {
      for (let ids = find(); ids.length > 0; ids = find()) {
        if ((await this.erase(ids, withResults)) !== null) return;
      }
    } catch (error) {
      this.#options.log.warn({ error: String(error) }, 'kept prompts could not be looked through');
      this.#problem = 'The kept prompts could not be looked through; that is tried again.';
      this.#setTimer();
    }
  }

  /** A row was written. */
  noteWritten(bytes: number): void {
    this.#bytes += bytes;
    if (this.#cancelTimer === null) this.#setTimer();
    if (this.#bytes > this.#options.limits().bytes && !this.#isMakingRoom) void this.#makeRoom();
  }

  /** Everything is gone by another hand. */
  forget(): void {
    this.#going.clear();
    this.#allGoing = false;
    this.#problem = null;
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  #noteGone(requestIds: readonly string[] | null): void {
    if (requestIds === null) this.forget();
    else for (const id of requestIds) this.#going.delete(id);
    if (!this.#stopped) this.#options.onGone();
  }

  /** The oldest go first. */
  async #makeRoom(): Promise<void> {
    const { limits, table } = this.#options;
    this.#isMakingRoom = true;
    await this.#eraseEach(() => {
      this.#bytes = table.sums().bytes;
      const over = this.#bytes - limits().bytes;
      return over <= 0 ? [] : table.oldestIds(over + limits().bytes * FREED_SHARE);
    }, false);
    this.#isMakingRoom = false;
  }

  #setTimer(): void {
    if (this.#stopped) return;
    const { clock } = this.#options;
    const waitMs = this.#problem === null ? this.#waitMs() : RETRY_MS;
    this.#cancelTimer?.();
    this.#cancelTimer =
      waitMs === null
        ? null
        : clock.after(waitMs, () => {
            this.#cancelTimer = null;
            void this.sweep();
          });
  }

  /** Until the first of them ends; null: there is none. */
  #waitMs(): number | null {
    const { clock, table, limits } = this.#options;
    try {
      const endAtMs = table.nextEndAtMs(limits().mostMs);
      return endAtMs === null ? null : Math.min(LONGEST_WAIT_MS, Math.max(0, endAtMs - clock.nowMs()));
    } catch {
      return RETRY_MS;
    }
  }
}
