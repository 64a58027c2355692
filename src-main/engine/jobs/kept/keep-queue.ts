import type { Clock, Log, Random } from '../../ports.ts';
import type { FinishedChat } from '../../store/finished-chat.ts';
import type { KeptPromptTable, KeptRow } from '../../store/kept-prompt-table.ts';
import { prepareChat, type Prepared } from './prepare-chat.ts';
import { NONCE_BYTES, seal } from './seal.ts';
import type { VaultKey } from './vault-key.ts';

/** Requests that end together are let go by first. */
const DELAY_MS = 50;
/** A turn of the event loop works for about this long and leaves the rest to the next. */
const WORK_PER_TURN_MS = 2;
/** What waits is content in memory: bounded in number and in size. */
const MOST_WAITING = 256;
const MOST_WAITING_CHARACTERS = 4 * 1024 * 1024;

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 30_000;
/** A lock that lasts this many tries is worth a word; the upkeep thread's are shorter. */
const PATIENCE_WITH_LOCKS = 20;
/** Of a row besides its text: columns, indexes, the page's own. */
const ROW_BYTES = 200;

export interface KeepQueueOptions {
  clock: Clock;
  random: Random;
  log: Log;
  table: KeptPromptTable;
  /** null: nothing may be sealed. */
  key: () => VaultKey | null;
  /** Private chats may be kept. */
  keepsPrivate: () => boolean;
  keepMs: () => number;
  /** A row was written, or what is said of the queue has changed. */
  onChange: (writtenBytes: number) => void;
}

/**
 * Chats on their way into the vault. Taking one only remembers it; looking through it, sealing and writing it are done in
 * small slices when the event loop is free. What does not fit is not kept, and counted; nobody ever waits.
 */
export class KeepQueue {
  readonly #options: KeepQueueOptions;
  readonly #waiting: FinishedChat[] = [];
  #characters = 0;
  /** Of the first that waits, as far as it has come. */
  #preparing: Generator<undefined, Prepared> | null = null;
  #cancelTimer: (() => void) | null = null;
  #failures = 0;
  #problem: string | null = null;
  #dropped = 0;

  constructor(options: KeepQueueOptions) {
    this.#options = options;
  }

  get hasRoom(): boolean {
    return this.#waiting.length < MOST_WAITING && this.#characters < MOST_WAITING_CHARACTERS;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Chats that were not kept because too many waited, or because the database would not take them. */
  get dropped(): number {
    return this.#dropped;
  }

  /** What keeps prompts from being written, in sentences; null: nothing. */
  get problem(): string | null {
    return this.#problem;
  }

  push(chat: FinishedChat): void {
    if (!this.hasRoom) {
      this.#drop(chat, 'too many wait to be kept');
      return;
    }
    this.#waiting.push(chat);
    this.#characters += chat.characters;
    this.#cancelTimer ??= this.#options.clock.after(DELAY_MS, () => this.#work());
  }

  /** Forgets what waits, all of it or that of one request: none of it will be written. */
  forget(requestId: string | null): void {
    const kept = requestId === null ? [] : this.#waiting.filter((chat) => chat.requestId !== requestId);
    if (kept[0] !== this.#waiting[0]) this.#preparing = null;
    this.#waiting.splice(0, Infinity, ...kept);
    this.#characters = kept.reduce((sum, { characters }) => sum + characters, 0);
    if (kept.length > 0) return;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#problem = null;
  }

  /** Writes what waits, as far as that is possible now, and ends. */
  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    while (this.#waiting.length > 0 && this.#step());
    if (this.#waiting.length > 0) this.#options.log.warn({ prompts: this.#waiting.length }, 'prompts were not kept');
    this.forget(null);
  }

  #work(): void {
    const { clock } = this.#options;
    this.#cancelTimer = null;
    const startedMs = clock.monotonicMs();
    let goesOn = true;
    while (goesOn && this.#waiting.length > 0 && clock.monotonicMs() - startedMs < WORK_PER_TURN_MS) {
      goesOn = this.#step();
    }
    if (this.#waiting.length > 0) this.#cancelTimer = clock.after(goesOn ? 0 : this.#retryMs, () => this.#work());
  }

  get #retryMs(): number {
    return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(this.#failures, 10));
  }

  /** One step of the first that waits; false: it has to be tried again later. */
  #step(): boolean {
    const [chat] = this.#waiting;
    if (chat === undefined) return true;
    try {
      this.#preparing ??= prepareChat(chat);
      const prepared = this.#preparing.next();
      if (prepared.done !== true) return true;
      this.#preparing = null;
      if (prepared.value.ok) return this.#write(chat, prepared.value.text);
      this.#options.log.debug({ requestId: chat.requestId, why: prepared.value.why }, 'a prompt is not kept');
      this.#remove();
    } catch (error) {
      // Its words may stand in the error.
      this.#drop(chat, error instanceof Error ? error.name : 'an error');
      this.#remove();
    }
    return true;
  }

  #write(chat: FinishedChat, text: string): boolean {
    const { key, keepsPrivate, table } = this.#options;
    const current = key();
    // What holds now counts, not what held when it began to wait.
    if (current !== null && (!chat.isPrivate || keepsPrivate())) {
      const row = this.#toRow(chat, text, current);
      try {
        table.insert(row);
      } catch (error) {
        return this.#handleFailure(chat, error);
      }
      this.#noteWritten(row.bytes);
    }
    this.#remove();
    return true;
  }

  #toRow(chat: FinishedChat, text: string, { id, bytes }: VaultKey): KeptRow {
    const { clock, random, keepMs } = this.#options;
    const { requestId, isPrivate, track, endpoint, costNanoUsd } = chat;
    const nonce = Buffer.from(random.bytes(NONCE_BYTES));
    const ciphertext = seal(text, { key: bytes, nonce, for: { requestId, isPrivate } });
    const keptAtMs = Math.round(clock.nowMs());
    return {
      ...{ requestId, isPrivate, track, endpoint, costNanoUsd, keptAtMs, nonce, ciphertext },
      expiresAtMs: keptAtMs + keepMs(),
      bytes: ciphertext.length + ROW_BYTES,
      keyId: id,
    };
  }

  #noteWritten(bytes: number): void {
    if (this.#problem !== null) this.#options.log.info({}, 'prompts are being kept again');
    this.#failures = 0;
    this.#problem = null;
    this.#options.onChange(bytes);
  }

  /** True when the next one may be written at once. */
  #handleFailure(chat: FinishedChat, error: unknown): boolean {
    const { fault, message } = this.#options.table.problemOf(error);
    if (fault === 'rejected') {
      this.#drop(chat, 'the database refused it');
      this.#remove();
      return true;
    }
    this.#failures += 1;
    if (fault === 'busy' && this.#failures < PATIENCE_WITH_LOCKS) return false;
    if (this.#problem === null) this.#options.log.warn({ fault }, 'prompts cannot be kept');
    this.#problem = `Prompts cannot be written now. ${message}`;
    this.#options.onChange(0);
    return false;
  }

  #remove(): void {
    const chat = this.#waiting.shift();
    this.#characters -= chat?.characters ?? 0;
  }

  #drop({ requestId }: FinishedChat, why: string): void {
    this.#dropped += 1;
    this.#options.log.warn({ requestId, why, dropped: this.#dropped }, 'a prompt could not be kept');
    this.#options.onChange(0);
  }
}
