import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openWriterConnection } from '../../../src-main/engine/store/database.ts';
import { FeedbackReader } from '../../../src-main/engine/store/feedback-reader.ts';
import { FLUSH_INTERVAL_MS } from '../../../src-main/engine/store/record-writer.ts';
import type { FeedbackRecord } from '../../../src-main/engine/store/records.ts';
import { PRICE, arbitraryRecord, damage, makeAttempt, makeRecord, openStore } from './support.ts';

test('append writes nothing by itself; one flush interval later the record is there', async () => {
  const { clock, writer, reader } = openStore();
  const record = makeRecord();
  writer.append(record);
  await clock.advance(FLUSH_INTERVAL_MS - 1);
  expect(reader.request(record.id)).toBeNull();
  await clock.advance(1);
  expect(reader.request(record.id)?.id).toBe(record.id);
});

test('an idle writer has no timer', async () => {
  const { clock, writer } = openStore();
  writer.append(makeRecord());
  await clock.advance(FLUSH_INTERVAL_MS);
  expect(clock.pendingTimers).toBe(0);
});

test('a burst does not wait for the interval; it is written in slices of 256 requests, and a turn of the event loop ends when its time is used up', async () => {
  const { clock, writer } = openStore();
  for (let index = 0; index < 600; index++) writer.append(makeRecord());
  let slowMs = 0;
  clock.monotonicMs = () => (slowMs += 2);
  const seen: number[] = [];
  clock.after(0, () => {
    seen.push(writer.waitingRecords);
    clock.after(0, () => seen.push(writer.waitingRecords));
  });
  await clock.advance(0);
  expect(seen).toEqual([600 - 256, 600 - 512]);
  expect(writer.waitingRecords).toBe(0);
});

test('stop writes what is left, ends the timers, and what still comes is written at once', () => {
  const { clock, writer, reader } = openStore();
  const [first, late] = [makeRecord(), makeRecord()];
  writer.append(first);
  writer.stop();
  writer.append(late);
  expect(clock.pendingTimers).toBe(0);
  expect(reader.requests({ limit: 10 }).requests.map(({ id }) => id)).toEqual([late.id, first.id]);
});

test('equal prices are stored once, whoever holds them', () => {
  const { database, writer } = openStore();
  writer.append(makeRecord());
  writer.append(makeRecord({ attempts: [makeAttempt({ price: { ...PRICE } }), makeAttempt({ price: null })] }));
  writer.append(makeRecord({ attempts: [makeAttempt({ price: { ...PRICE, perCallUsd: 0.005 } })] }));
  writer.flush();
  const rows = database.reader.prepare('SELECT price_id, per_call_usd FROM prices ORDER BY 1').raw().all();
  expect(rows).toEqual([
    [1, null],
    [2, 0.005],
  ]);
  const used = database.reader.prepare('SELECT price_id FROM attempts ORDER BY request_seq, ordinal').pluck().all();
  expect(used).toEqual([1, 1, null, 2]);
});

test('a full disk is told in a sentence, nothing is lost, and writing resumes by itself', async () => {
  const { clock, database, writer, reader } = openStore();
  const pages = Number(database.writer.pragma('page_count', { simple: true }));
  database.writer.pragma(`max_page_count = ${pages}`);
  for (let index = 0; index < 1000; index++) writer.append(makeRecord());
  await clock.advance(FLUSH_INTERVAL_MS);
  expect(writer.problem).toMatch(/is full\. Make room on it\. \(SQLITE_FULL\) 1000 requests wait to be written\./);
  await clock.advance(60_000);
  expect(writer.waitingRecords).toBe(1000);
  database.writer.pragma('max_page_count = 1000000');
  await clock.advance(30_000);
  expect(writer.problem).toBeNull();
  expect(reader.totals(0).requests).toBe(1000);
});

test('while it cannot write it tries less and less often', async () => {
  const { clock, database, writer } = openStore();
  database.writer.pragma(`max_page_count = 1`);
  for (let index = 0; index < 1000; index++) writer.append(makeRecord());
  const pauses: (number | null)[] = [];
  for (let attempt = 0; attempt < 10; attempt++) {
    await clock.advance(clock.nextTimerMs ?? 0);
    pauses.push(clock.nextTimerMs);
  }
  expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

test('a short lock is waited out without a word, a long one is told', async () => {
  const { clock, database, writer, reader } = openStore();
  const other = openWriterConnection(database.file);
  other.exec('BEGIN IMMEDIATE');
  writer.append(makeRecord());
  await clock.advance(10 * FLUSH_INTERVAL_MS);
  expect(writer.problem).toBeNull();
  await clock.advance(20 * FLUSH_INTERVAL_MS);
  expect(writer.problem).toMatch(/locked by another program/);
  other.exec('ROLLBACK');
  other.close();
  await clock.advance(30_000);
  expect(writer.problem).toBeNull();
  expect(reader.totals(0).requests).toBe(1);
});

test('one record that the database refuses does not hold up the others', () => {
  const { writer, reader } = openStore();
  const twice = makeRecord();
  const impossible = makeRecord({ attempts: [makeAttempt({ costNanoUsd: 0.5 })] });
  const records = [twice, twice, impossible, makeRecord()];
  for (const record of records) writer.append(record);
  writer.flush();
  expect(reader.totals(0).requests).toBe(2);
  expect(writer.lostRecords).toBe(2);
  expect(writer.waitingRecords).toBe(0);
});

test('a database damaged while running is put aside and the waiting records go into the new one', async () => {
  const { clock, database, folder, writer, reader } = openStore();
  for (let index = 0; index < 500; index++) writer.append(makeRecord());
  writer.flush();
  damage(database);
  const record = makeRecord();
  writer.append(record);
  await clock.advance(FLUSH_INTERVAL_MS);
  expect(writer.problem).toBeNull();
  expect(database.warning).toMatch(/damaged.*kept as/);
  expect(readdirSync(folder).filter((name) => name.includes('.corrupt-'))).not.toEqual([]);
  expect(reader.requests({ limit: 10 }).requests.map(({ id }) => id)).toEqual([record.id]);
});

test('a damaged database that cannot be put aside is told, and the records wait for it', async () => {
  const { clock, database, writer, reader } = openStore();
  for (let index = 0; index < 500; index++) {
    writer.append(makeRecord());
    if (index % 100 === 99) writer.flush();
  }
  damage(database);
  const record = makeRecord();
  writer.append(record);
  // A folder with something in it stands where the damaged file would be kept.
  const inTheWay = `${database.file}.corrupt-20261121T120000100Z`;
  mkdirSync(inTheWay);
  writeFileSync(`${inTheWay}/file`, '');
  await clock.advance(FLUSH_INTERVAL_MS);
  expect(writer.problem).toMatch(/is damaged and could not be put aside\..* 1 requests wait to be written\./);
  expect(database.damaged).toBe(true);
  rmSync(inTheWay, { recursive: true });
  await clock.advance(30_000);
  expect(writer.problem).toBeNull();
  expect(reader.requests({ limit: 10 }).requests.map(({ id }) => id)).toEqual([record.id]);
});

test('a full buffer drops the oldest requests that moved no money, and says so', () => {
  const { database, writer } = openStore();
  database.writer.pragma('max_page_count = 1');
  const free = makeRecord({ path: 'local', attempts: [makeAttempt({ costNanoUsd: 0, price: null })] });
  const paid = makeRecord();
  for (let index = 0; index < 25_000; index++) {
    writer.append({ ...paid, id: `p${index}` });
    writer.append({ ...free, id: `f${index}` });
  }
  writer.append(makeRecord());
  expect(writer.waitingRecords).toBe(49_001);
  expect(writer.lostRecords).toBe(1000);
  writer.flush();
  expect(writer.problem).toMatch(/49001 requests wait to be written, and 1000 were lost for want of room\./);
  database.writer.pragma('max_page_count = 1000000');
  writer.flush();
  const left = database.reader.prepare("SELECT count(*) FROM requests WHERE id LIKE 'p%'").pluck();
  expect(left.get()).toBe(25_000);
  expect(
    database.reader
      .prepare("SELECT min(CAST(substr(id, 2) AS INTEGER)) FROM requests WHERE id LIKE 'f%'")
      .pluck()
      .get(),
  ).toBe(1000);
});

test('property: however records come and are flushed, all of them arrive once and in order', async () => {
  const bursts = fc.array(fc.array(arbitraryRecord, { maxLength: 30 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(bursts, async (all) => {
      const { clock, writer, reader, database } = openStore();
      const unique = renumber(all);
      for (const burst of unique) {
        for (const record of burst) writer.append(record);
        await clock.advance(60);
      }
      writer.stop();
      const stored = reader.requests({ limit: 1000 }).requests.map(({ id }) => id);
      expect(stored.reverse()).toEqual(unique.flat().map(({ id }) => id));
      database.close();
    }),
    { numRuns: 15 },
  );
});

/** Shrinking may repeat a record; ids have to differ. */
function renumber(bursts: ReturnType<typeof makeRecord>[][]): ReturnType<typeof makeRecord>[][] {
  let index = 0;
  return bursts.map((burst) => burst.map((record) => ({ ...record, id: `n${String(index++).padStart(6, '0')}` })));
}

test('a request is known while it waits to be written', () => {
  const { writer } = openStore();
  const record = makeRecord();
  writer.append({ ...feedbackOn('somebody'), requestId: record.id });
  expect(writer.isWaiting(record.id)).toBe(false);
  writer.append(record);
  expect(writer.isWaiting(record.id)).toBe(true);
  writer.flush();
  expect(writer.isWaiting(record.id)).toBe(false);
});

test('feedback waits out a full disk like a request, and is not what is given up for want of room', () => {
  const { database, writer } = openStore();
  database.writer.pragma('max_page_count = 1');
  writer.append(feedbackOn('r1'));
  const free = makeRecord({ path: 'local', attempts: [makeAttempt({ costNanoUsd: 0, price: null })] });
  for (let index = 0; index < 50_000; index++) writer.append({ ...free, id: `f${index}` });
  expect(writer.lostRecords).toBe(1000);
  database.writer.pragma('max_page_count = 1000000');
  writer.flush();
  expect(new FeedbackReader({ database, isWaiting: () => false }).feedbackOf('r1')).toHaveLength(1);
});

test('feedback that the database refuses does not hold up the others, and is counted as lost', () => {
  const { database, writer, reader } = openStore();
  const record = makeRecord();
  for (const entry of [{ ...feedbackOn('r1'), value: 1.5 }, feedbackOn('r2'), record]) writer.append(entry);
  writer.flush();
  expect(writer.lostRecords).toBe(1);
  expect(new FeedbackReader({ database, isWaiting: () => false }).feedbackOf('r2')).toHaveLength(1);
  expect(reader.request(record.id)?.id).toBe(record.id);
});

function feedbackOn(requestId: string): FeedbackRecord {
  return { requestId, atMs: 1, kind: 'success', source: 'user', value: 1, note: null };
}

test('a writer that is held forgets what waited, keeps what comes, and writes it when it is let go', async () => {
  const { clock, writer, reader } = openStore();
  const [before, meanwhile] = [makeRecord(), makeRecord()];
  writer.append(before);
  const resume = writer.holdAndForget();
  expect(clock.pendingTimers).toBe(0);
  writer.append(meanwhile);
  await clock.advance(10_000);
  expect([reader.request(meanwhile.id), writer.waitingRecords]).toEqual([null, 1]);
  resume();
  await clock.advance(FLUSH_INTERVAL_MS);
  expect([reader.request(before.id), reader.request(meanwhile.id)?.id]).toEqual([null, meanwhile.id]);
  expect([writer.lostRecords, writer.problem]).toEqual([0, null]);
});

test('a writer that is stopped while it is held writes what came', () => {
  const { writer, reader } = openStore();
  const resume = writer.holdAndForget();
  const record = makeRecord();
  writer.append(record);
  writer.stop();
  resume();
  expect(reader.request(record.id)?.id).toBe(record.id);
});
