import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UNKNOWN_USAGE } from '../../../src-main/engine/protocols/chat-event.ts';
import type { RequestRecord } from '../../../src-main/engine/store/records.ts';
import { NO_TOTALS, addToTotals } from '../../../src-main/engine/store/sum-records.ts';
import { QUARTER_HOUR_MS } from '../../../src-main/engine/store/quarter-hours.ts';
import { requestView, requestsPage } from '../../../src-shared/control.ts';
import { arbitraryRecord, damage, makeAttempt, makeDecision, makeRecord, openStore } from './support.ts';

function storeOf(records: RequestRecord[]) {
  const store = openStore();
  for (const record of records) store.writer.append(record);
  store.writer.flush();
  return store;
}

test('a request is shown as it was recorded, with its calls in order', () => {
  const usage = { ...UNKNOWN_USAGE, inputTokens: 7, cacheWriteTokens: 3, outputTokens: 2, reasoningTokens: 1 };
  const record = makeRecord({
    path: 'cascade',
    attempts: [makeAttempt({ track: 'local', costNanoUsd: 0, price: null, usage }), makeAttempt({ costNanoUsd: 42 })],
  });
  const shown = storeOf([record]).reader.request(record.id);
  const { attempts, ...head } = record;
  expect(shown).toMatchObject({ ...head, costNanoUsd: 42 });
  expect(shown?.attempts[0]).toMatchObject({ track: 'local', inputTokens: 7, cacheWriteTokens: 3, reasoningTokens: 1 });
  expect(shown?.attempts[1]?.costNanoUsd).toBe(attempts[1]?.costNanoUsd);
  expect(requestView.parse(shown)).toEqual(shown);
});

test('a routed request is shown with its decision, what it would have cost elsewhere and its energy', () => {
  const decision = makeDecision();
  const record = makeRecord({ decision, referenceNanoUsd: 12_345, energyJoules: 7.25 });
  const shown = storeOf([record]).reader.request(record.id);
  expect(shown).toMatchObject({ referenceNanoUsd: 12_345, energyJoules: 7.25, decision });
  expect(requestView.parse(shown)).toEqual(shown);
});

test('a request that was not routed has no decision, and unknown estimates stay unknown', () => {
  const record = makeRecord();
  const shown = storeOf([record]).reader.request(record.id);
  expect(shown).toMatchObject({ decision: null, referenceNanoUsd: null, energyJoules: null });
});

test('estimates that are no numbers are unknown and do not cost the record', () => {
  const record = makeRecord({ referenceNanoUsd: NaN, energyJoules: Infinity });
  const { reader, writer } = storeOf([record]);
  expect(writer.lostRecords).toBe(0);
  expect(reader.request(record.id)).toMatchObject({ referenceNanoUsd: null, energyJoules: null });
});

test('an unknown cost of one call makes the cost of the request unknown, not smaller', () => {
  const record = makeRecord({ attempts: [makeAttempt(), makeAttempt({ costNanoUsd: null, price: null })] });
  expect(storeOf([record]).reader.request(record.id)?.costNanoUsd).toBeNull();
});

test('a request that called nothing cost nothing', () => {
  const record = makeRecord({ path: null, outcome: 'failed', attempts: [] });
  expect(storeOf([record]).reader.request(record.id)).toMatchObject({ costNanoUsd: 0, attempts: [] });
});

test('an unknown id is null', () => {
  expect(storeOf([]).reader.request('nobody')).toBeNull();
});

test('pages lead from the newest to the oldest without gap or repetition', () => {
  const records = Array.from({ length: 25 }, () => makeRecord());
  const { reader } = storeOf(records);
  const seen: string[] = [];
  let before: string | undefined;
  do {
    const page = requestsPage.parse(reader.requests({ limit: 10, ...(before !== undefined && { before }) }));
    seen.push(...page.requests.map(({ id }) => id));
    before = page.next ?? undefined;
  } while (before !== undefined);
  expect(seen).toEqual(records.map(({ id }) => id).reverse());
});

test('a page can be asked for one outcome alone', () => {
  const records = Array.from({ length: 9 }, (_, index) => makeRecord({ outcome: index % 3 === 0 ? 'failed' : 'ok' }));
  const { requests } = storeOf(records).reader.requests({ limit: 50, outcome: 'failed' });
  expect(requests.map(({ id }) => id)).toEqual([records[6]?.id, records[3]?.id, records[0]?.id]);
});

test('a page before an id that is gone begins at its place', () => {
  const { reader } = storeOf([makeRecord({ id: 'a1' }), makeRecord({ id: 'a3' })]);
  expect(reader.requests({ limit: 5, before: 'a2' }).requests.map(({ id }) => id)).toEqual(['a1']);
  expect(reader.requests({ limit: 5, before: 'a0' }).requests).toEqual([]);
});

test('queries go down an index, however much is stored', () => {
  const { database } = openStore();
  const plans = [
    'SELECT * FROM requests WHERE seq < 9 ORDER BY seq DESC LIMIT 5',
    "SELECT * FROM requests WHERE outcome = 'ok' AND seq < 9 ORDER BY seq DESC LIMIT 5",
    "SELECT * FROM requests WHERE id = 'x'",
    'SELECT * FROM attempts WHERE request_seq = 1 ORDER BY ordinal',
    'SELECT sum(requests) FROM quarter_hours WHERE start_ms >= 1',
    'SELECT count(*) FROM requests WHERE started_at_ms >= 1 AND started_at_ms < 2',
  ].map((sql) => JSON.stringify(database.reader.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()));
  for (const plan of plans) expect(plan).not.toMatch(/SCAN|TEMP B-TREE/);
});

test('a race or a cascade counts for the track that answered', () => {
  const [lost, won] = [makeAttempt({ track: 'cloud', outcome: 'cancelled' }), makeAttempt({ track: 'local' })];
  const { reader } = storeOf([
    makeRecord({ path: 'parallel', attempts: [lost, won] }),
    makeRecord({ path: 'cache', attempts: [] }),
  ]);
  expect(reader.totals(0)).toMatchObject({ requests: 2, local: 1, cloud: 0 });
});

test('unknown costs are counted, not added', () => {
  const { reader } = storeOf([makeRecord({ attempts: [makeAttempt({ costNanoUsd: null }), makeAttempt()] })]);
  expect(reader.totals(0)).toMatchObject({ costNanoUsd: 3_210_000, unknownCosts: 1 });
});

test('a database found damaged while reading is put aside and begins anew, empty', () => {
  const { database, reader, writer } = storeOf(Array.from({ length: 500 }, () => makeRecord()));
  damage(database);
  expect(reader.requests({ limit: 10 })).toEqual({ requests: [], next: null });
  expect(database.warning).toMatch(/damaged/);
  const record = makeRecord();
  writer.append(record);
  writer.flush();
  expect(reader.request(record.id)?.id).toBe(record.id);
});

test('property: totals are the sum of their parts, from any moment on', () => {
  const sinceMs = fc.oneof(
    fc.integer({ min: Date.UTC(2026, 10, 21, 9), max: Date.UTC(2026, 10, 21, 15) }),
    fc.integer({ min: 36, max: 60 }).map((n) => Date.UTC(2026, 10, 21) + n * QUARTER_HOUR_MS),
  );
  fc.assert(
    fc.property(
      fc.uniqueArray(arbitraryRecord, { maxLength: 60, selector: ({ id }) => id }),
      sinceMs,
      (records, since) => {
        const { reader, database } = storeOf(records);
        const expected = { ...NO_TOTALS };
        for (const record of records) if (record.startedAtMs >= since) addToTotals(expected, record);
        expect(reader.totals(since)).toEqual(expected);
        database.close();
      },
    ),
    { numRuns: 40 },
  );
});
