import { z } from 'zod';
import type { Log } from '../ports.ts';
import { faultOf, type Connection, type StoreFault } from './database.ts';
import type { KeptErasure } from './erase-kept.ts';
import { PreparedReads } from './prepared-reads.ts';
import type { StoreDatabase } from './store-database.ts';
import { storeProblem } from './store-problem.ts';
import type { UpkeepThread } from './upkeep-thread.ts';

const head = z.object({
  requestId: z.string(),
  keptAtMs: z.int(),
  expiresAtMs: z.int(),
  isPrivate: z.int().transform((flag) => flag !== 0),
  track: z.enum(['local', 'cloud']),
  endpoint: z.string(),
  costNanoUsd: z.int().nullable(),
  bytes: z.int(),
  keyId: z.string(),
});
/** All that a kept prompt's row says without being opened. */
export type KeptHead = z.infer<typeof head>;

const row = head.extend({ nonce: z.instanceof(Uint8Array), ciphertext: z.instanceof(Uint8Array) });
export type KeptRow = z.infer<typeof row>;

const sums = z.object({ count: z.int(), bytes: z.int(), oldestAtMs: z.int().nullable() });
export type KeptSums = z.infer<typeof sums>;
const idRow = z.object({ requestId: z.string(), bytes: z.int() });
const endRow = z.object({ endAtMs: z.int().nullable() });

/** So many ids are looked for at a time. */
const IDS_AT_ONCE = 500;

/** Kept prompts in the database. Writing is one row at a time, on the event loop; erasing is the upkeep thread's. */
export class KeptPromptTable {
  readonly #database: StoreDatabase;
  readonly #thread: UpkeepThread;
  readonly #log: Log;
  readonly #reads: PreparedReads<ReturnType<typeof prepareReads>>;
  #insert: ReturnType<typeof prepareInsert> | null = null;
  #generation = 0;

  constructor(options: { database: StoreDatabase; thread: UpkeepThread; log: Log }) {
    this.#database = options.database;
    this.#thread = options.thread;
    this.#log = options.log;
    this.#reads = new PreparedReads(options.database, prepareReads);
  }

  /** Throws what SQLite throws; `faultOf` tells what it means. */
  insert(kept: KeptRow): void {
    if (this.#insert === null || this.#generation !== this.#database.generation) {
      this.#generation = this.#database.generation;
      this.#insert = prepareInsert(this.#database.writer);
    }
    this.#insert.run({ ...kept, isPrivate: kept.isPrivate ? 1 : 0 });
  }

  /** Oldest first, after that place. */
  page(after: { keptAtMs: number; requestId: string } | null, limit: number): KeptHead[] {
    const { keptAtMs, requestId } = after ?? { keptAtMs: -1, requestId: '' };
    return this.#reads.read(({ page }) => page.all({ keptAtMs, requestId, limit }).map((found) => head.parse(found)));
  }

  read(requestId: string): KeptRow | null {
    return this.#reads.read(({ byId }) => {
      const found = byId.get(requestId);
      return found === undefined ? null : row.parse(found);
    });
  }

  sums(): KeptSums {
    return this.#reads.read((statements) => sums.parse(statements.sums.get()));
  }

  /** When the first of them ends, each being kept for at most `mostMs`; null: there is none. */
  nextEndAtMs(mostMs: number): number | null {
    return this.#reads.read(({ firstEnd, firstKept }) => {
      const end = endRow.parse(firstEnd.get()).endAtMs;
      const kept = endRow.parse(firstKept.get()).endAtMs;
      return end === null || kept === null ? null : Math.min(end, kept + mostMs);
    });
  }

  /** Some of those whose end has come. */
  endedIds(nowMs: number, mostMs: number): string[] {
    return this.#ids(({ ended }) => ended.all({ nowMs, keptUpToMs: nowMs - mostMs, limit: IDS_AT_ONCE }));
  }

  /** Some of those that no key but this one could open. */
  idsOfOtherKeys(keyId: string): string[] {
    return this.#ids(({ otherKeys }) => otherKeys.all({ keyId, limit: IDS_AT_ONCE }));
  }

  hasOtherKeys(keyId: string): boolean {
    return this.#reads.read(({ anyOtherKey }) => anyOtherKey.get(keyId) !== undefined);
  }

  /** Some of the private ones. */
  privateIds(): string[] {
    return this.#ids(({ privateOnes }) => privateOnes.all({ limit: IDS_AT_ONCE }));
  }

  /** The oldest, until they make up so many bytes; some of them when they are many. */
  oldestIds(bytes: number): string[] {
    return this.#reads.read(({ oldest }) => {
      const ids: string[] = [];
      let sum = 0;
      for (const found of oldest.all({ limit: IDS_AT_ONCE }).map((each) => idRow.parse(each))) {
        if (sum >= bytes) break;
        sum += found.bytes;
        ids.push(found.requestId);
      }
      return ids;
    });
  }

  #ids(read: (statements: ReturnType<typeof prepareReads>) => unknown[]): string[] {
    return this.#reads.read((statements) => read(statements).map((found) => idRow.parse(found).requestId));
  }

  /** Resolves when nothing of it is left in the files, and that has reached the disk: null, or why not. Never rejects. */
  async erase(what: KeptErasure): Promise<string | null> {
    const { done, failure } = await this.#thread.eraseKept(what);
    if (done) return null;
    this.#log.warn({ error: failure?.message ?? 'busy' }, 'kept prompts could not be erased yet');
    const fault = failure?.fault ?? 'busy';
    const { message } = storeProblem({ fault, file: this.#database.file, error: failure });
    return `Kept prompts could not all be erased yet; that is tried again. ${message}`;
  }

  /** Why a row could not be written. */
  problemOf(error: unknown): { fault: StoreFault; message: string } {
    const fault = faultOf(error);
    this.#insert = null;
    return { fault, message: storeProblem({ fault, file: this.#database.file, error }).message };
  }
}

const HEAD = `request_id AS requestId, kept_at_ms AS keptAtMs, expires_at_ms AS expiresAtMs, is_private AS isPrivate,
  track, endpoint, cost_nano_usd AS costNanoUsd, bytes, key_id AS keyId`;

function prepareInsert(connection: Connection) {
  return connection.prepare<[Omit<KeptRow, 'isPrivate'> & { isPrivate: number }]>(`
    INSERT INTO kept_prompts
      (request_id, kept_at_ms, expires_at_ms, is_private, track, endpoint, cost_nano_usd, bytes, key_id, nonce, ciphertext)
    VALUES (@requestId, @keptAtMs, @expiresAtMs, @isPrivate, @track, @endpoint, @costNanoUsd, @bytes, @keyId, @nonce,
      @ciphertext)`);
}

function prepareReads(connection: Connection) {
  const ids = 'SELECT request_id AS requestId, bytes FROM kept_prompts';
  return {
    page: connection.prepare(`
      SELECT ${HEAD} FROM kept_prompts
      WHERE (kept_at_ms, request_id) > (@keptAtMs, @requestId)
      ORDER BY kept_at_ms, request_id LIMIT @limit`),
    byId: connection.prepare(`SELECT ${HEAD}, nonce, ciphertext FROM kept_prompts WHERE request_id = ?`),
    sums: connection.prepare(
      'SELECT count(*) AS count, coalesce(sum(bytes), 0) AS bytes, min(kept_at_ms) AS oldestAtMs FROM kept_prompts',
    ),
    firstEnd: connection.prepare('SELECT min(expires_at_ms) AS endAtMs FROM kept_prompts'),
    firstKept: connection.prepare('SELECT min(kept_at_ms) AS endAtMs FROM kept_prompts'),
    ended: connection.prepare(`${ids} WHERE expires_at_ms <= @nowMs OR kept_at_ms <= @keptUpToMs LIMIT @limit`),
    otherKeys: connection.prepare(`${ids} WHERE key_id <> @keyId LIMIT @limit`),
    anyOtherKey: connection.prepare('SELECT bytes FROM kept_prompts WHERE key_id <> ? LIMIT 1'),
    privateOnes: connection.prepare(`${ids} WHERE is_private = 1 LIMIT @limit`),
    oldest: connection.prepare(`${ids} ORDER BY kept_at_ms LIMIT @limit`),
  };
}
