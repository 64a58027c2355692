import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { spendQuery, spendReport } from '../../../src-shared/spend.ts';
import type { SpendRow } from '../../../src-shared/spend.ts';
import { openWriterConnection } from '../../../src-main/engine/store/database.ts';
import { DecisionReader } from '../../../src-main/engine/store/decision-reader.ts';
import { FeedbackReader } from '../../../src-main/engine/store/feedback-reader.ts';
import { LoggedDecisions } from '../../../src-main/engine/store/logged-decisions.ts';
import { QUARTER_HOUR_MS } from '../../../src-main/engine/store/quarter-hours.ts';
import { RecordReader } from '../../../src-main/engine/store/record-reader.ts';
import type { RequestRecord } from '../../../src-main/engine/store/records.ts';
import { SpendReader } from '../../../src-main/engine/store/spend-reader.ts';
import { arbitraryRecord, makeAttempt, makeRecord, openStore } from './support.ts';

const MIDNIGHT_MS = Date.UTC(2026, 10, 21);
const HOUR_MS = 3600_000;
const DAY_MS = 24 * HOUR_MS;

/** Local days of a zone that is so many milliseconds ahead all year. */
const daysAhead = (offsetMs: number) => (timeMs: number) =>
  Math.floor((timeMs + offsetMs) / DAY_MS) * DAY_MS - offsetMs;
const dayStartOf = daysAhead(0);
const WHOLE_DAY = { fromMs: MIDNIGHT_MS, toMs: MIDNIGHT_MS + DAY_MS, bucket: 'day', dayStartOf } as const;

function storeOf(records: readonly RequestRecord[]) {
  const store = openStore();
  for (const record of records) store.writer.append(record);
  store.writer.flush();
  return { ...store, spend: new SpendReader(store.database) };
}

function at(timeMs: number, changes: Partial<RequestRecord> = {}): RequestRecord {
  return makeRecord({ startedAtMs: timeMs, ...changes });
}

test('a report tells requests, tokens, cost, reference and energy of each bucket', () => {
  const { spend } = storeOf([
    at(MIDNIGHT_MS, { referenceNanoUsd: 5_000_000, energyJoules: 1.5 }),
    at(MIDNIGHT_MS + HOUR_MS, { outcome: 'failed', attempts: [makeAttempt({ costNanoUsd: null, price: null })] }),
  ]);
  const report = spend.spend({ ...WHOLE_DAY, by: 'none' });
  expect(spendReport.parse(report).rows).toEqual([
    {
      startMs: MIDNIGHT_MS,
      key: null,
      requests: 2,
      failed: 1,
      inputTokens: 2000,
      outputTokens: 100,
      costNanoUsd: 3_210_000,
      unknownCosts: 1,
      compared: 1,
      referenceNanoUsd: 5_000_000,
      comparedCostNanoUsd: 3_210_000,
      energyJoules: 1.5,
      unknownEnergies: 1,
    },
  ]);
});

test('savings are told of requests alone whose cost and reference are both known', () => {
  const unknown = [makeAttempt(), makeAttempt({ costNanoUsd: null, price: null })];
  const { spend } = storeOf([
    at(MIDNIGHT_MS, { referenceNanoUsd: 7_000_000 }),
    at(MIDNIGHT_MS, { referenceNanoUsd: null }),
    at(MIDNIGHT_MS, { referenceNanoUsd: 7_000_000, attempts: unknown }),
  ]);
  expect(spend.spend({ ...WHOLE_DAY, by: 'none' }).rows).toMatchObject([
    { compared: 1, referenceNanoUsd: 7_000_000, comparedCostNanoUsd: 3_210_000, costNanoUsd: 3 * 3_210_000 },
  ]);
});

test('a request counts where it was answered, its calls cost where they were made', () => {
  const lost = makeAttempt({ outcome: 'cancelled', costNanoUsd: 7 });
  const won = makeAttempt({ providerId: 'ollama', track: 'local', costNanoUsd: 0, price: null });
  const { spend } = storeOf([
    at(MIDNIGHT_MS, { path: 'parallel', attempts: [won, lost] }),
    at(MIDNIGHT_MS, { path: null, outcome: 'failed', app: null, attempts: [] }),
  ]);
  const by = (key: 'app' | 'provider' | 'track') =>
    spend.spend({ ...WHOLE_DAY, by: key }).rows.map((row) => [row.key, row.requests, row.costNanoUsd]);
  expect(by('provider')).toEqual([
    [null, 1, 0],
    ['ollama', 1, 0],
    ['openai', 0, 7],
  ]);
  expect(by('track')).toEqual([
    [null, 1, 0],
    ['cloud', 0, 7],
    ['local', 1, 0],
  ]);
  expect(by('app')).toEqual([
    [null, 1, 0],
    ['OpenAI', 1, 7],
  ]);
});

test('days begin at local midnight, also a quarter of an hour off', () => {
  const offsetMs = 5.75 * HOUR_MS;
  const startMs = MIDNIGHT_MS - offsetMs;
  const { spend } = storeOf([at(startMs - 1), at(startMs), at(startMs + DAY_MS - 1), at(startMs + DAY_MS)]);
  const span = {
    fromMs: startMs - DAY_MS,
    toMs: startMs + 2 * DAY_MS,
    dayStartOf: daysAhead(offsetMs),
    by: 'none',
  } as const;
  const days = spend.spend({ ...span, bucket: 'day' }).rows;
  expect(days.map((row) => [row.startMs, row.requests])).toEqual([
    [startMs - DAY_MS, 1],
    [startMs, 2],
    [startMs + DAY_MS, 1],
  ]);
  const hours = spend.spend({ ...span, bucket: 'hour' }).rows;
  expect(hours.map((row) => row.startMs - startMs)).toEqual([-HOUR_MS, 0, DAY_MS - HOUR_MS, DAY_MS]);
});

test('a day on which the clocks change is as long as it is', () => {
  const long = 25 * HOUR_MS;
  const starts = [MIDNIGHT_MS, MIDNIGHT_MS + long, MIDNIGHT_MS + long + DAY_MS];
  const changing = (timeMs: number) => starts.findLast((startMs) => startMs <= timeMs) ?? MIDNIGHT_MS;
  const { spend } = storeOf([at(MIDNIGHT_MS), at(MIDNIGHT_MS + long - 1), at(MIDNIGHT_MS + long)]);
  const span = { fromMs: MIDNIGHT_MS, toMs: MIDNIGHT_MS + 2 * DAY_MS, dayStartOf: changing };
  const { rows } = spend.spend({ ...span, bucket: 'day', by: 'none' });
  expect(rows.map((row) => [row.startMs, row.requests])).toEqual([
    [MIDNIGHT_MS, 2],
    [MIDNIGHT_MS + long, 1],
  ]);
});

test('a span is widened to whole buckets, and what lies outside of them is left out', () => {
  const { spend } = storeOf([at(MIDNIGHT_MS - 1), at(MIDNIGHT_MS), at(MIDNIGHT_MS + QUARTER_HOUR_MS)]);
  const span = { fromMs: MIDNIGHT_MS + 5, toMs: MIDNIGHT_MS + 6, dayStartOf, by: 'none' } as const;
  const startsOf = (bucket: 'quarter' | 'hour') =>
    spend.spend({ ...span, bucket }).rows.map((row) => [row.startMs, row.requests]);
  expect(startsOf('quarter')).toEqual([[MIDNIGHT_MS, 1]]);
  expect(startsOf('hour')).toEqual([[MIDNIGHT_MS, 2]]);
});

test('a query for more buckets than a report may hold is refused', () => {
  const year = { fromMs: MIDNIGHT_MS, toMs: MIDNIGHT_MS + 365 * DAY_MS };
  expect(spendQuery.safeParse({ ...year, bucket: 'quarter' }).success).toBe(false);
  expect(spendQuery.parse({ ...year })).toMatchObject({ bucket: 'day', by: 'none' });
});

test('property: reports and budgets are the sums of the calls, however they are cut', () => {
  const records = fc.uniqueArray(arbitraryRecord, { maxLength: 50, selector: ({ id }) => id });
  const sinceMs = fc.integer({ min: Date.UTC(2026, 10, 21, 9), max: Date.UTC(2026, 10, 21, 15) });
  const cut = fc.constantFrom('quarter', 'hour', 'day');
  fc.assert(
    fc.property(records, sinceMs, cut, (all, since, bucket) => {
      const { spend, database } = storeOf(all);
      for (const by of ['app', 'provider', 'track', 'none'] as const) {
        const { rows } = spend.spend({ ...WHOLE_DAY, bucket, by });
        expect(sumUp(rows)).toEqual(expectedOf(all));
      }
      const due = all.filter(({ startedAtMs }) => startedAtMs >= since);
      expect(spend.spentSince(since)).toEqual(costOf(due, () => true));
      expect(spend.spentSince(since, { provider: 'ollama' })).toEqual(costOf(due, (_, id) => id === 'ollama'));
      const both = { app: 'OpenAI', provider: 'openai' };
      expect(spend.spentSince(since, both)).toEqual(costOf(due, (app, id) => app === 'OpenAI' && id === 'openai'));
      database.close();
    }),
    { numRuns: 40 },
  );
});

test('with a hundred thousand requests, reports and budgets read some hundred sums and no request', () => {
  const { database, writer, spend } = storeOf([]);
  const template = makeRecord();
  for (let index = 0; index < 100_000; index++) {
    writer.append({ ...template, id: `n${index}`, startedAtMs: MIDNIGHT_MS + index * 864 });
    if (index % 10_000 === 0) writer.flush();
  }
  writer.flush();
  expect(database.reader.prepare('SELECT count(*) FROM usage_quarter_hours').pluck().get()).toBe(96);
  // Whoever answers without the requests has not read them.
  const vandal = openWriterConnection(database.file);
  vandal.exec('PRAGMA foreign_keys = OFF; DELETE FROM attempts; DELETE FROM requests');
  vandal.close();
  expect(sumUp(spend.spend({ ...WHOLE_DAY, bucket: 'hour', by: 'app' }).rows).requests).toBe(100_000);
  expect(spend.spentSince(MIDNIGHT_MS).costNanoUsd).toBe(100_000 * 3_210_000);
});

test('every query of every reader goes down an index', async () => {
  const { database, spend } = storeOf([makeRecord()]);
  const prepare = vi.spyOn(database.reader, 'prepare');
  new RecordReader(database).request('r1');
  spend.spentSince(MIDNIGHT_MS);
  new DecisionReader(database).decisions({ limit: 1 });
  new FeedbackReader({ database, isWaiting: () => false }).feedbackOf('r1');
  await new LoggedDecisions(database).read({ sinceMs: 0, limit: 1 }).next();
  const seen = prepare.mock.calls.map(([sql]) => sql);
  prepare.mockRestore();
  expect(seen.length).toBeGreaterThan(15);
  for (const sql of seen) {
    const plan = database.reader.prepare(`EXPLAIN QUERY PLAN ${sql.replace(/\?|:\w+/g, '1')}`).all();
    // The list of buckets is the query's own; adaptations are read from their end, as far as they are asked for.
    expect(JSON.stringify(plan)).not.toMatch(/SCAN (?!bucket|json_each|adaptations)/);
    if (!sql.includes('GROUP BY')) expect(JSON.stringify(plan)).not.toMatch(/TEMP B-TREE/);
  }
});

function sumUp(rows: readonly SpendRow[]) {
  const sum = { requests: 0, failed: 0, inputTokens: 0, costNanoUsd: 0, unknownCosts: 0, millijoules: 0, saved: 0 };
  for (const row of rows) {
    sum.requests += row.requests;
    sum.failed += row.failed;
    sum.inputTokens += row.inputTokens;
    sum.costNanoUsd += row.costNanoUsd;
    sum.unknownCosts += row.unknownCosts;
    sum.millijoules += Math.round(row.energyJoules * 1000);
    sum.saved += row.referenceNanoUsd - row.comparedCostNanoUsd;
  }
  return sum;
}

function expectedOf(records: readonly RequestRecord[]): ReturnType<typeof sumUp> {
  const { costNanoUsd, unknownCosts } = costOf(records, () => true);
  let [inputTokens, millijoules, saved] = [0, 0, 0];
  for (const { attempts, energyJoules, referenceNanoUsd } of records) {
    for (const { usage } of attempts) inputTokens += usage.inputTokens ?? 0;
    millijoules += Math.round((energyJoules ?? 0) * 1000);
    const known = attempts.every((attempt) => attempt.costNanoUsd !== null);
    if (known && referenceNanoUsd !== null) {
      saved += referenceNanoUsd - attempts.reduce((sum, attempt) => sum + (attempt.costNanoUsd ?? 0), 0);
    }
  }
  const failed = records.filter(({ outcome }) => outcome === 'failed').length;
  return { requests: records.length, failed, inputTokens, costNanoUsd, unknownCosts, millijoules, saved };
}

function costOf(records: readonly RequestRecord[], belongs: (app: string | null, providerId: string) => boolean) {
  const calls = records.flatMap(({ app, attempts }) => attempts.filter(({ providerId }) => belongs(app, providerId)));
  const costs = calls.map(({ costNanoUsd }) => costNanoUsd);
  const known = costs.filter((cost) => cost !== null);
  return {
    costNanoUsd: known.reduce((sum, cost) => sum + cost, 0),
    unknownCosts: costs.length - known.length,
  };
}
