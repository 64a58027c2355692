import type { Connection } from './database.ts';
import { JOB_TABLES } from './job-tables.ts';
import { OPTIMIZER_TABLES } from './optimizer-tables.ts';

/**
 * The database's history: number to SQL, append-only. A released step is never edited; a change is a new step.
 * Integers throughout: money in nano-dollars, times in Unix milliseconds, durations in microseconds.
 */
export const MIGRATIONS: ReadonlyMap<number, string> = new Map([
  [
    1,
    `
    CREATE TABLE requests (
      seq INTEGER PRIMARY KEY,            -- order of append, which is the order of finishing
      id TEXT NOT NULL UNIQUE,
      started_at_ms INTEGER NOT NULL,
      operation TEXT NOT NULL,
      app TEXT,
      requested_model TEXT,
      stream INTEGER NOT NULL,
      outcome TEXT NOT NULL,
      status INTEGER NOT NULL,
      path TEXT,
      reason TEXT NOT NULL,
      failure_code TEXT,
      duration_us INTEGER NOT NULL,
      first_content_us INTEGER,
      overhead_us INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX requests_by_start ON requests (started_at_ms);
    -- Those that went well are nearly all: whoever wants them reads in order of append.
    CREATE INDEX requests_by_outcome ON requests (outcome) WHERE outcome <> 'ok';

    -- Every distinct set of unit prices once, in USD per million tokens.
    CREATE TABLE prices (
      price_id INTEGER PRIMARY KEY,
      fingerprint TEXT NOT NULL UNIQUE,
      input REAL,
      cached_input REAL,
      cache_write REAL,
      cache_write_1h REAL,
      output REAL,
      reasoning REAL,
      per_call_usd REAL,
      source TEXT NOT NULL,
      date TEXT
    ) STRICT;

    -- The ledger: one row a call. Clustered behind its request, so that it needs no index of its own.
    CREATE TABLE attempts (
      request_seq INTEGER NOT NULL REFERENCES requests (seq),
      ordinal INTEGER NOT NULL,
      provider_id TEXT NOT NULL,
      model TEXT NOT NULL,
      track TEXT NOT NULL,
      started_us INTEGER NOT NULL,
      first_content_us INTEGER,
      duration_us INTEGER NOT NULL,
      outcome TEXT NOT NULL,
      status INTEGER,
      failure_code TEXT,
      input_tokens INTEGER,
      cached_input_tokens INTEGER,
      cache_write_tokens INTEGER,
      cache_write_1h_tokens INTEGER,
      output_tokens INTEGER,
      reasoning_tokens INTEGER,
      usage_estimated INTEGER NOT NULL,
      cost_nano_usd INTEGER,
      price_id INTEGER REFERENCES prices (price_id),
      PRIMARY KEY (request_seq, ordinal)
    ) STRICT, WITHOUT ROWID;

    -- Sums of every quarter of an hour, kept up with each append: no total ever reads many rows.
    -- Time zones differ by quarters of an hour, so a local midnight is always the start of a row.
    CREATE TABLE quarter_hours (
      start_ms INTEGER PRIMARY KEY,
      requests INTEGER NOT NULL,
      failed INTEGER NOT NULL,
      cancelled INTEGER NOT NULL,
      local INTEGER NOT NULL,
      cloud INTEGER NOT NULL,
      input_tokens INTEGER NOT NULL,
      output_tokens INTEGER NOT NULL,
      cost_nano_usd INTEGER NOT NULL,
      unknown_costs INTEGER NOT NULL
    ) STRICT;

    -- One row that the upkeep thread rewrites: the first write after a checkpoint waits for the disk, and it shall.
    CREATE TABLE upkeep (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      checkpointed_at_ms INTEGER NOT NULL
    ) STRICT;
    INSERT INTO upkeep VALUES (1, 0);
    `,
  ],
  [2, OPTIMIZER_TABLES],
  [3, JOB_TABLES],
]);

/** `newer`: the file was written by a later version of the program, and is left as it is. */
export type MigrationOutcome =
  { kind: 'current' } | { kind: 'migrated'; from: number } | { kind: 'newer'; found: number };

/** Brings the database to the last step, each step with its number in one transaction. */
export function migrate(
  connection: Connection,
  migrations: ReadonlyMap<number, string> = MIGRATIONS,
): MigrationOutcome {
  const from = schemaVersion(connection);
  const latest = Math.max(...migrations.keys());
  if (from > latest) return { kind: 'newer', found: from };
  if (from === latest) return { kind: 'current' };
  for (const [version, sql] of migrations) {
    if (version <= from) continue;
    connection.transaction(() => {
      connection.exec(sql);
      connection.pragma(`user_version = ${version}`);
    })();
  }
  return { kind: 'migrated', from };
}

function schemaVersion(connection: Connection): number {
  return Number(connection.pragma('user_version', { simple: true }));
}
