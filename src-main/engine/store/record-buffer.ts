import type { StoredRecord } from './records.ts';

/** What waits while nothing can be written; about 50 MB of ordinary requests. */
const MAX_RECORDS = 50_000;

/** Makes room for this many at a time, so that a full buffer does not cost a search with every append. */
const ROOM = 1_000;

/** Records between their making and their place in the database. Bounded: when it is full, the least valuable go first. */
export class RecordBuffer {
  #records: StoredRecord[] = [];
  #lost = 0;

  get length(): number {
    return this.#records.length;
  }

  /** Records given up because there was no room or no way to write them. */
  get lost(): number {
    return this.#lost;
  }

  push(record: StoredRecord): void {
    this.#records.push(record);
    if (this.#records.length > MAX_RECORDS) this.#makeRoom();
  }

  /** The oldest records, at most so many of them and of their calls, but at least one. */
  peek(limit: { requests: number; attempts: number }): StoredRecord[] {
    let attempts = 0;
    let end = 0;
    while (end < this.#records.length && end < limit.requests) {
      const record = this.#records[end];
      if (record !== undefined && 'attempts' in record) attempts += record.attempts.length;
      if (attempts > limit.attempts && end > 0) break;
      end++;
    }
    return this.#records.slice(0, end);
  }

  /** Is this request among those that wait? */
  hasRequest(id: string): boolean {
    return this.#records.some((record) => 'attempts' in record && record.id === id);
  }

  /** Takes the oldest ones out: they are written. */
  remove(count: number): void {
    this.#records.splice(0, count);
  }

  /** Takes the oldest one out: it can never be written. */
  giveUpFirst(): void {
    this.#records.shift();
    this.#lost++;
  }

  /** All of it is forgotten on purpose, and not counted as lost. */
  clear(): void {
    this.#records = [];
  }

  /** Drops the oldest requests that moved no money, then simply the oldest. */
  #makeRoom(): void {
    let tooMany = ROOM;
    const kept = this.#records.filter((record) => {
      if (tooMany === 0 || isValuable(record)) return true;
      tooMany--;
      return false;
    });
    this.#records = kept.slice(tooMany);
    this.#lost += ROOM;
  }
}

/** Money, what may be money, and what people said. */
function isValuable(record: StoredRecord): boolean {
  if (!('attempts' in record)) return true;
  return record.attempts.some((attempt) => attempt.costNanoUsd !== 0);
}
