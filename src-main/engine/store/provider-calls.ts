import { z } from 'zod';
import type { Connection } from './database.ts';
import { PreparedReads } from './prepared-reads.ts';
import type { StoreDatabase } from './store-database.ts';

const providerCall = z.object({
  providerId: z.string(),
  track: z.enum(['local', 'cloud']),
  app: z.string().nullable(),
  /** Unix milliseconds, of its request. */
  atMs: z.number(),
  outcome: z.enum(['ok', 'failed', 'cancelled']),
  failureCode: z.string().nullable(),
  /** From the start of the call; null: there was no content. */
  firstTokenMs: z.number().nullable(),
  durationMs: z.number(),
  streamed: z.int().transform((flag) => flag === 1),
  inputTokens: z.int().nullable(),
  outputTokens: z.int().nullable(),
  usageEstimated: z.int().transform((flag) => flag === 1),
  costNanoUsd: z.int().nullable(),
});
/** One call of the ledger, as much of it as tells how its provider does. */
export type ProviderCall = z.output<typeof providerCall>;

const known = z.object({ seq: z.int().nullable() });
const start = z.object({ startMs: z.number().nullable() });
const asked = z.object({ providerId: z.string() });

/** Reads calls by the order of append, in pieces of the reader's choosing, and which providers were asked when. */
export class ProviderCalls {
  readonly #reads: PreparedReads<Statements>;

  constructor(database: StoreDatabase) {
    this.#reads = new PreparedReads(database, prepareStatements);
  }

  /** The last request's number; 0: there is none. */
  lastSeq(): number {
    return this.#reads.read(({ last }) => known.parse(last.get()).seq ?? 0);
  }

  /** The number of the first request that started then or later; null: there is none. */
  firstSeqSince(sinceMs: number): number | null {
    return this.#reads.read(({ first }) => known.optional().parse(first.get(sinceMs))?.seq ?? null);
  }

  /** The calls of the requests behind `afterSeq`, up to and with `toSeq`: some microseconds each. */
  between(afterSeq: number, toSeq: number): ProviderCall[] {
    return this.#reads.read(({ calls }) => calls.all(afterSeq, toSeq).map((row) => providerCall.parse(row)));
  }

  /** Start of the oldest quarter of an hour that is summed; null: nothing was ever asked. */
  firstUseMs(): number | null {
    return this.#reads.read(({ oldest }) => start.parse(oldest.get()).startMs);
  }

  /** Ids of the providers that answered or were tried in that time. A day at once is read in well under a millisecond. */
  askedBetween(fromMs: number, toMs: number): string[] {
    return this.#reads.read(({ askedIn }) => askedIn.all(fromMs, toMs).map((row) => asked.parse(row).providerId));
  }
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(connection: Connection) {
  return {
    last: connection.prepare('SELECT max(seq) AS seq FROM requests'),
    first: connection.prepare('SELECT seq FROM requests WHERE started_at_ms >= ? ORDER BY started_at_ms LIMIT 1'),
    calls: connection.prepare(`
      SELECT
        provider_id AS providerId,
        track,
        app,
        started_at_ms AS atMs,
        attempts.outcome AS outcome,
        attempts.failure_code AS failureCode,
        (attempts.first_content_us - started_us) / 1000.0 AS firstTokenMs,
        attempts.duration_us / 1000.0 AS durationMs,
        stream AS streamed,
        input_tokens AS inputTokens,
        output_tokens AS outputTokens,
        usage_estimated AS usageEstimated,
        cost_nano_usd AS costNanoUsd
      FROM requests CROSS JOIN attempts ON request_seq = seq
      WHERE seq > ? AND seq <= ?
      ORDER BY seq, ordinal`),
    oldest: connection.prepare('SELECT min(start_ms) AS startMs FROM usage_quarter_hours'),
    askedIn: connection.prepare(`
      SELECT DISTINCT provider_id AS providerId
      FROM usage_quarter_hours
      WHERE start_ms >= ? AND start_ms < ? AND provider_id <> ''`),
  };
}
