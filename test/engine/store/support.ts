import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { onTestFinished } from 'vitest';
import type { Clock, Log } from '../../../src-main/engine/ports.ts';
import { UNKNOWN_USAGE } from '../../../src-main/engine/protocols/chat-event.ts';
import { openDatabase } from '../../../src-main/engine/store/open-database.ts';
import { RecordReader } from '../../../src-main/engine/store/record-reader.ts';
import { RecordWriter } from '../../../src-main/engine/store/record-writer.ts';
import type {
  AttemptRecord,
  CandidateRecord,
  DecisionRecord,
  RequestRecord,
  UnitPrice,
} from '../../../src-main/engine/store/records.ts';
import type { StoreDatabase } from '../../../src-main/engine/store/store-database.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const ignore = (): void => undefined;
export const SILENT: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

export const PRICE: UnitPrice = {
  input: 3,
  cachedInput: 0.3,
  cacheWrite: 3.75,
  cacheWrite1h: 6,
  output: 15,
  reasoning: null,
  source: 'settings',
  date: null,
};

export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface OpenStore {
  folder: string;
  clock: ManualClock;
  database: StoreDatabase;
  writer: RecordWriter;
  reader: RecordReader;
}

/** A real database in a folder of its own, with a clock that stands still. */
export function openStore(folder = makeFolder()): OpenStore {
  const clock = new ManualClock();
  const database = openSound(folder, clock);
  onTestFinished(() => database.close());
  const writer = new RecordWriter({ database, clock, log: SILENT });
  return { folder, clock, database, writer, reader: new RecordReader(database) };
}

export function openSound(folder: string, clock: Clock): StoreDatabase {
  const opened = openDatabase({ folder, clock, log: SILENT });
  if (!opened.ok) throw new Error(opened.problem.message);
  return opened.database;
}

/** Overwrites everything behind the first page, past the connections' back. */
export function damage(database: StoreDatabase): void {
  database.writer.pragma('wal_checkpoint(TRUNCATE)');
  database.writer.pragma('shrink_memory');
  const size = Number(database.writer.pragma('page_count', { simple: true })) * 4096;
  const file = openSync(database.file, 'r+');
  writeSync(file, Buffer.alloc(size - 4096, 0xa5), 0, size - 4096, 4096);
  closeSync(file);
}

let made = 0;

export function makeRecord(changes: Partial<RequestRecord> = {}): RequestRecord {
  return {
    id: `r${String(made++).padStart(9, '0')}`,
    startedAtMs: Date.UTC(2026, 10, 21, 12),
    operation: 'openai-chat',
    app: 'OpenAI',
    requestedModel: 'gpt-4o',
    stream: true,
    outcome: 'ok',
    status: 200,
    path: 'cloud',
    reason: 'asked for by name',
    failureCode: null,
    durationMs: 812.123,
    firstContentMs: 301.5,
    overheadMs: 0.25,
    decision: null,
    referenceNanoUsd: null,
    energyJoules: null,
    attempts: [makeAttempt()],
    ...changes,
  };
}

export function makeAttempt(changes: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    providerId: 'openai',
    model: 'gpt-4o',
    track: 'cloud',
    startedMs: 0.125,
    firstContentMs: 300,
    durationMs: 811,
    outcome: 'ok',
    status: 200,
    failureCode: null,
    usage: { ...UNKNOWN_USAGE, inputTokens: 1000, cachedInputTokens: 200, outputTokens: 50 },
    usageEstimated: false,
    costNanoUsd: 3_210_000,
    price: PRICE,
    ...changes,
  };
}

export function makeDecision(changes: Partial<DecisionRecord> = {}): DecisionRecord {
  return {
    strategy: 'adaptive',
    actsAs: 'cost_focused',
    kind: 'code',
    path: 'single',
    explored: false,
    escalated: false,
    keptPrivate: null,
    answeredBy: 'ollama/qwen3:8b',
    reward: 0.75,
    signal: null,
    candidates: [makeCandidate(), makeCandidate({ endpointId: 'openai/gpt-4o', propensity: 0.125 })],
    refusals: [{ endpointId: 'ollama/llava', why: 'it has no tools' }],
    ...changes,
  };
}

/** Figures that survive the rounding of the log. */
export function makeCandidate(changes: Partial<CandidateRecord> = {}): CandidateRecord {
  return {
    endpointId: 'ollama/qwen3:8b',
    score: 7_000_000,
    parts: { quality: 8_300_000, latency: -1_200_000, cost: 0, energy: -833, pressure: 0, preference: -99_167 },
    propensity: 0.875,
    firstTokenMs: 412,
    tokensPerSecond: 41.5,
    quality: 0.8312,
    qualitySd: 0.0513,
    costNanoUsd: 0,
    energyJoules: 12.34,
    ...changes,
  };
}

const tokens = fc.option(fc.nat(2_000_000));

export const arbitraryAttempt: fc.Arbitrary<AttemptRecord> = fc
  .record({
    track: fc.constantFrom('local', 'cloud'),
    providerId: fc.constantFrom('openai', 'ollama', 'anthropic'),
    outcome: fc.constantFrom('ok', 'failed', 'cancelled'),
    inputTokens: tokens,
    outputTokens: tokens,
    costNanoUsd: fc.option(fc.nat({ max: 10 ** 12 })),
  })
  .map(({ inputTokens, outputTokens, ...rest }) =>
    makeAttempt({ ...rest, usage: { ...UNKNOWN_USAGE, inputTokens, outputTokens } }),
  );

/** Requests spread over some hours, to the millisecond. */
export const arbitraryRecord: fc.Arbitrary<RequestRecord> = fc
  .record({
    startedAtMs: fc.integer({ min: Date.UTC(2026, 10, 21, 10), max: Date.UTC(2026, 10, 21, 14) }),
    outcome: fc.constantFrom('ok', 'failed', 'cancelled'),
    path: fc.constantFrom('local', 'cloud', 'parallel', 'cascade', 'cache', null),
    attempts: fc.array(arbitraryAttempt, { maxLength: 4 }),
    app: fc.constantFrom('OpenAI', 'Ollama', null),
    referenceNanoUsd: fc.option(fc.nat({ max: 10 ** 12 })),
    energyJoules: fc.option(fc.nat({ max: 10 ** 6 }).map((millijoules) => millijoules / 1000)),
  })
  .map((record) => makeRecord(record));
