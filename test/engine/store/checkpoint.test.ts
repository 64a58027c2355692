import { statSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { checkpoint, logState } from '../../../src-main/engine/store/checkpoint.ts';
import { CHECKPOINT_INTERVAL_MS, startCheckpoints } from '../../../src-main/engine/store/start-checkpoints.ts';
import { IDLE_THREAD_MS, UpkeepThread } from '../../../src-main/engine/store/upkeep-thread.ts';
import { SILENT, makeRecord, openStore } from './support.ts';
import type { OpenStore } from './support.ts';

function fill({ writer }: OpenStore, count: number): void {
  for (let index = 0; index < count; index++) writer.append(makeRecord());
  writer.flush();
}

test('the writer alone lets the log grow; a checkpoint brings it into the database file', () => {
  const store = openStore();
  const { file } = store.database;
  fill(store, 2000);
  const before = statSync(file).size;
  expect(logState(file)?.bytes).toBeGreaterThan(500_000);
  expect(checkpoint({ file, nowMs: 5 })).toBe(true);
  expect(statSync(file).size).toBeGreaterThan(before + 300_000);
});

test('after a checkpoint the log is written from its start again instead of growing', () => {
  const store = openStore();
  const { file } = store.database;
  fill(store, 2000);
  checkpoint({ file, nowMs: 5 });
  const bytes = logState(file)?.bytes;
  fill(store, 1000);
  expect(logState(file)?.bytes).toBe(bytes);
});

test('a large log is cut back', () => {
  const store = openStore();
  const { file } = store.database;
  for (let round = 0; round < 10; round++) fill(store, 4000);
  expect(logState(file)?.bytes).toBeGreaterThan(16 * 1024 * 1024);
  checkpoint({ file, nowMs: 5 });
  expect(logState(file)?.bytes).toBeLessThan(20_000);
});

test('while somebody reads an old state the rest of the log stays for later', () => {
  const store = openStore();
  const { file, reader } = store.database;
  fill(store, 10);
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM requests').get();
  fill(store, 10);
  expect(checkpoint({ file, nowMs: 5 })).toBe(false);
  reader.exec('COMMIT');
  expect(checkpoint({ file, nowMs: 5 })).toBe(true);
});

test('the thread starts when something was written, copies it, and ends when stopped', async () => {
  const store = openStore();
  const { clock } = store;
  const { file } = store.database;
  fill(store, 1);
  await clock.advance(1000);
  const thread = new UpkeepThread({ file, clock, log: SILENT });
  const checkpoints = startCheckpoints({ database: store.database, thread, clock, log: SILENT });
  await clock.advance(CHECKPOINT_INTERVAL_MS);
  expect(thread.running).toBe(false);

  const before = statSync(file).size;
  fill(store, 2000);
  await clock.advance(CHECKPOINT_INTERVAL_MS);
  expect(thread.running).toBe(true);
  await vi.waitFor(() => expect(statSync(file).size).toBeGreaterThan(before + 300_000), { timeout: 20_000 });

  checkpoints.stop();
  await thread.stop();
  expect(thread.running).toBe(false);
  expect(clock.pendingTimers).toBe(0);
});

test('a thread that nobody asks ends, and the next question starts another', async () => {
  const store = openStore();
  const { clock } = store;
  const thread = new UpkeepThread({ file: store.database.file, clock, log: SILENT });
  fill(store, 10);
  expect(await thread.checkpoint()).toMatchObject({ done: true });
  await clock.advance(IDLE_THREAD_MS - 1);
  expect(thread.running).toBe(true);
  expect(await thread.checkpoint()).toMatchObject({ done: true });
  await clock.advance(IDLE_THREAD_MS - 1);
  expect(thread.running).toBe(true);
  await clock.advance(1);
  expect(thread.running).toBe(false);
  expect(await thread.checkpoint()).toMatchObject({ done: true });
  expect(thread.running).toBe(true);
  await thread.stop();
  expect(thread.running).toBe(false);
  expect(clock.pendingTimers).toBe(0);
});

test('what is settled needs no thread until something else is written', async () => {
  const store = openStore();
  const { clock, database } = store;
  const thread = new UpkeepThread({ file: database.file, clock, log: SILENT });
  const checkpoints = startCheckpoints({ database, thread, clock, log: SILENT });
  fill(store, 2000);
  await clock.advance(1);
  const before = statSync(database.file).size;
  checkpoints.settle();
  expect(statSync(database.file).size).toBeGreaterThan(before + 300_000);
  await clock.advance(CHECKPOINT_INTERVAL_MS);
  expect(thread.running).toBe(false);
  fill(store, 1);
  await clock.advance(CHECKPOINT_INTERVAL_MS);
  expect(thread.running).toBe(true);
  checkpoints.stop();
  await thread.stop();
});

test('what cannot be settled is left to the thread, and told', async () => {
  const store = openStore();
  const { clock, database } = store;
  const complaints: unknown[] = [];
  const log = { ...SILENT, warn: (fields: unknown) => void complaints.push(fields) };
  const thread = new UpkeepThread({ file: database.file, clock, log });
  const checkpoints = startCheckpoints({ database, thread, clock, log });
  fill(store, 10);
  database.writer.exec('DROP TABLE upkeep');
  expect(() => checkpoints.settle()).not.toThrow();
  expect(complaints).toEqual([{ error: expect.stringContaining('upkeep') as string }]);
  await clock.advance(CHECKPOINT_INTERVAL_MS);
  expect(thread.running).toBe(true);
  checkpoints.stop();
  await thread.stop();
});

test('a checkpoint that fails is told and tried again', async () => {
  const store = openStore();
  const { clock } = store;
  const complaints: unknown[] = [];
  const log = { ...SILENT, warn: (fields: unknown) => void complaints.push(fields) };
  const { file } = store.database;
  const thread = new UpkeepThread({ file, clock, log });
  const checkpoints = startCheckpoints({ database: store.database, thread, clock, log });
  fill(store, 10);
  store.database.writer.exec('DROP TABLE upkeep');
  for (const count of [1, 2]) {
    await clock.advance(CHECKPOINT_INTERVAL_MS);
    await vi.waitFor(() => expect(complaints).toHaveLength(count), { timeout: 20_000 });
  }
  expect(complaints[0]).toMatchObject({ error: expect.stringContaining('upkeep') as string });
  checkpoints.stop();
  await thread.stop();
});
