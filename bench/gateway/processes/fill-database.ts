import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { IdSource } from '../../../src-main/engine/ids.ts';
import type { Clock, Log } from '../../../src-main/engine/ports.ts';
import { openDatabase } from '../../../src-main/engine/store/open-database.ts';
import { RecordWriter } from '../../../src-main/engine/store/record-writer.ts';
import type { RequestRecord } from '../../../src-main/engine/store/records.ts';
import { MODEL } from '../mock-replies.ts';

/**
 * `node fill-database.ts FOLDER COUNT`: fills the database of a data folder with finished requests of the last 30
 * days, through the store's own writer, so that the file is what a long life would have made it.
 */
const BATCH = 10_000;
const CHECKPOINT_EVERY = 100_000;
const PERIOD_MS = 30 * 24 * 3600 * 1000;
const PRICE = {
  input: 1,
  cachedInput: null,
  cacheWrite: null,
  cacheWrite1h: null,
  output: 4,
  reasoning: null,
  source: 'settings',
  date: null,
};

/** Time as the requests see it: moved on by hand, no timer ever fires. */
class PastClock implements Clock {
  #timeMs: number;

  constructor(startMs: number) {
    this.#timeMs = startMs;
  }

  nowMs(): number {
    return Math.floor(this.#timeMs);
  }

  monotonicMs(): number {
    return this.#timeMs;
  }

  after(): () => void {
    return () => undefined;
  }

  advance(ms: number): void {
    this.#timeMs += ms;
  }
}

const log: Log = { debug: () => undefined, info: () => undefined, warn: console.error, error: console.error };

function toRecord(id: string, startedAtMs: number): RequestRecord {
  const common = { firstContentMs: 180.25, durationMs: 912.5, outcome: 'ok', status: 200, failureCode: null } as const;
  return {
    ...common,
    id,
    startedAtMs,
    operation: 'openai-chat',
    app: 'bench',
    requestedModel: `mock/${MODEL}`,
    stream: false,
    path: 'cloud',
    reason: 'exact name',
    overheadMs: 0.21,
    decision: null,
    referenceNanoUsd: null,
    energyJoules: null,
    attempts: [
      {
        ...common,
        providerId: 'mock',
        model: MODEL,
        track: 'cloud',
        startedMs: 0.12,
        usage: {
          inputTokens: 57,
          cachedInputTokens: 0,
          cacheWriteTokens: null,
          cacheWrite1hTokens: null,
          outputTokens: 24,
          reasoningTokens: 0,
        },
        usageEstimated: false,
        costNanoUsd: 57_000 + 24 * 4_000,
        price: PRICE,
      },
    ],
  };
}

function fill({ folder, count }: { folder: string; count: number }): void {
  const clock = new PastClock(Date.now() - PERIOD_MS);
  const ids = new IdSource({ clock, random: { bytes: randomBytes } });
  const opened = openDatabase({ folder, clock, log });
  if (!opened.ok) throw new Error(opened.problem.message);
  const { database } = opened;
  const writer = new RecordWriter({ database, clock, log });
  for (let done = 1; done <= count; done += 1) {
    clock.advance(PERIOD_MS / count);
    writer.append(toRecord(ids.next(), clock.nowMs()));
    if (done % BATCH === 0) writer.flush();
    if (done % CHECKPOINT_EVERY === 0) database.writer.pragma('wal_checkpoint(TRUNCATE)');
  }
  writer.stop();
  if (writer.waitingRecords + writer.lostRecords > 0) throw new Error(writer.problem ?? 'records were lost');
  database.close();
}

const [folder, count] = z.tuple([z.string().min(1), z.coerce.number().int().min(1)]).parse(process.argv.slice(2));
fill({ folder, count });
