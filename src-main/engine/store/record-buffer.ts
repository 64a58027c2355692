import type { RequestRecord } from './records.ts';

/** What waits while nothing can be written; about 50 MB of ordinary requests. */
const MAX_RECORDS = 50_000;

/** Makes room for this many at a time, so that a full buffer does not cost a search with every append. */
const ROOM = 1_000;

/** Requests between their end and their place in the database. Bounded: when it is full, the least valuable go first. */
export class RecordBuffer {
  #records: RequestRecord[] = [];
  #lost = 0;

  get length(): number {
    return this.#records.length;
  }

  /** Requests given up because there was no room or no way to write them. */
  get lost(): number {
    return this.#lost;
  }

  push(record: RequestRecord): void {
    this.#records.push(record);
    if (this.#records.length > MAX_RECORDS) this.#makeRoom();
  }

  /** The oldest requests, at most so many of them and of their calls, but at least one. */
  peek(limit: { requests: number; attempts: number }): RequestRecord[] {
    let attempts = 0;
    let end = 0;
    while (end < this.#records.length && end < limit.requests) {
      attempts += this.#records[end]?.attempts.length ?? 0;
      if (attempts > limit.attempts && end > 0) break;
      end++;
    }
    return this.#records.slice(0, end);
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

  /** Drops the oldest requests that moved no money, then simply the oldest. */
  #makeRoom(): void {
    let tooMany = ROOM;
    const kept = this.#records.filter((record) => {
      if (tooMany === 0 || movedMoney(record)) return true;
      tooMany--;
      return false;
    });
    this.#records = kept.slice(tooMany);
    this.#lost += ROOM;
  }
}

/** An unknown cost may be money: it is kept like one. */
function movedMoney(record: RequestRecord): boolean {
  return record.attempts.some((attempt) => attempt.costNanoUsd !== 0);
}
