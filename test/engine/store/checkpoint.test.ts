import { statSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { checkpoint, logState } from '../../../src-main/engine/store/checkpoint.ts';
import { CHECKPOINT_INTERVAL_MS, startCheckpoints } from '../../../src-main/engine/store/start-checkpoints.ts';
import { UpkeepThread } from '../../../src-main/engine/store/upkeep-thread.ts';
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
  const thread = new UpkeepThread({ file, log: SILENT });
  const stopCheckpoints = startCheckpoints({ file, thread, clock, log: SILENT });
  await clock.advance(CHECKPOINT_INTERVAL_MS);
  expect(thread.running).toBe(false);

  const before = statSync(file).size;
  fill(store, 2000);
  await clock.advance(CHECKPOINT_INTERVAL_MS);
  expect(thread.running).toBe(true);
  await vi.waitFor(() => expect(statSync(file).size).toBeGreaterThan(before + 300_000), { timeout: 20_000 });

  stopCheckpoints();
  await thread.stop();
  expect(thread.running).toBe(false);
  expect(clock.pendingTimers).toBe(0);
});

test('a checkpoint that fails is told and tried again', async () => {
  const store = openStore();
  const { clock } = store;
  const complaints: unknown[] = [];
  const log = { ...SILENT, warn: (fields: unknown) => void complaints.push(fields) };
  const { file } = store.database;
  const thread = new UpkeepThread({ file, log });
  const stopCheckpoints = startCheckpoints({ file, thread, clock, log });
  fill(store, 10);
  store.database.writer.exec('DROP TABLE upkeep');
  for (const count of [1, 2]) {
    await clock.advance(CHECKPOINT_INTERVAL_MS);
    await vi.waitFor(() => expect(complaints).toHaveLength(count), { timeout: 20_000 });
  }
  expect(complaints[0]).toMatchObject({ error: expect.stringContaining('upkeep') as string });
  stopCheckpoints();
  await thread.stop();
});
