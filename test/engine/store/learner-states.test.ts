import { expect, onTestFinished, test } from 'vitest';
import { LearnerStates } from '../../../src-main/engine/store/learner-states.ts';
import { UpkeepThread } from '../../../src-main/engine/store/upkeep-thread.ts';
import { SILENT, damage, makeFolder, makeRecord, openStore } from './support.ts';

function openStates(folder = makeFolder()) {
  const store = openStore(folder);
  const thread = new UpkeepThread({ file: store.database.file, clock: store.clock, log: SILENT });
  onTestFinished(() => thread.stop());
  return { ...store, thread, states: new LearnerStates({ ...store, thread, log: SILENT }) };
}

const state = (version: number, fill: number, bytes = 1000) => ({
  name: 'quality',
  version,
  bytes: new Uint8Array(bytes).fill(fill),
});

test('a state is read as it was saved, megabytes as well', async () => {
  const { states, clock } = openStates();
  const bytes = Uint8Array.from({ length: 2 * 1024 * 1024 }, (_, index) => (index * 7919) >> 5);
  expect(await states.saveState({ name: 'quality', version: 3, bytes })).toEqual({ ok: true });
  const found = states.readState('quality');
  expect(found).toMatchObject({ name: 'quality', version: 3, savedAtMs: clock.nowMs() });
  expect(Buffer.compare(found?.bytes ?? new Uint8Array(), bytes)).toBe(0);
});

test('there is none under a name that nobody saved', () => {
  expect(openStates().states.readState('quality')).toBeNull();
});

test('the bytes may be written over as soon as saving has begun', async () => {
  const { states } = openStates();
  const taken = state(1, 5);
  const saved = states.saveState(taken);
  taken.bytes.fill(9);
  await saved;
  expect(new Set(states.readState('quality')?.bytes)).toEqual(new Set([5]));
});

test('the last of several states saved at once is the one that holds', async () => {
  const { states } = openStates();
  await Promise.all([1, 2, 3].map((fill) => states.saveState(state(1, fill))));
  expect(states.readState('quality')?.bytes[0]).toBe(3);
});

test('a state is there when the database is opened again without having been closed', async () => {
  const first = openStates();
  await first.states.saveState(state(1, 7));
  const again = openStates(first.folder);
  expect(again.states.readState('quality')?.bytes[0]).toBe(7);
});

test('a state of a newer version is read with its version, and put aside when another takes its place', async () => {
  const { states, database, clock } = openStates();
  await states.saveState(state(9, 1));
  expect(states.readState('quality')?.version).toBe(9);
  await states.saveState(state(2, 2));
  expect(states.readState('quality')).toMatchObject({ version: 2 });
  const aside = database.reader.prepare(
    'SELECT version, kept_aside_at_ms, hex(substr(state, 1, 1)) FROM learner_states WHERE version = 9',
  );
  expect(aside.raw().get()).toEqual([9, clock.nowMs(), '01']);
  await states.saveState(state(2, 3));
  expect(aside.raw().get()).toEqual([9, clock.nowMs(), '01']);
});

test('an older version makes way for the one that was made of it', async () => {
  const { states, database } = openStates();
  await states.saveState(state(1, 1));
  await states.saveState(state(2, 2));
  expect(states.readState('quality')?.version).toBe(2);
  expect(database.reader.prepare('SELECT count(*) FROM learner_states').pluck().get()).toBe(1);
});

test('what cannot be saved is told in a sentence and leaves the state before it, until it can', async () => {
  const { states, database } = openStates();
  await states.saveState(state(1, 1));
  database.writer.exec('ALTER TABLE learner_states RENAME TO elsewhere');
  const saved = await states.saveState(state(1, 2));
  expect(saved).toMatchObject({ ok: false, message: expect.stringContaining('could not be saved') as string });
  expect(states.problem).toMatch(/refused a write.*\(SQLITE_ERROR\)/);
  database.writer.exec('ALTER TABLE elsewhere RENAME TO learner_states');
  expect(states.readState('quality')?.bytes[0]).toBe(1);
  expect(await states.saveState(state(1, 3))).toEqual({ ok: true });
  expect(states.problem).toBeNull();
});

test('states that are being saved are finished before the thread ends; later ones are refused', async () => {
  const { states, thread } = openStates();
  const saved = states.saveState(state(1, 4));
  await thread.stop();
  expect(await saved).toEqual({ ok: true });
  expect(thread.running).toBe(false);
  expect(await states.saveState(state(1, 5))).toMatchObject({ ok: false });
  expect(states.readState('quality')?.bytes[0]).toBe(4);
});

test('a database found damaged while saving is put aside, and the next state goes into the new one', async () => {
  const { states, database, writer } = openStates();
  for (let index = 0; index < 500; index++) writer.append(makeRecord());
  writer.flush();
  damage(database);
  expect(await states.saveState(state(1, 1))).toMatchObject({ ok: false });
  expect(database.warning).toMatch(/damaged/);
  expect(await states.saveState(state(1, 2))).toEqual({ ok: true });
  expect(states.readState('quality')?.bytes[0]).toBe(2);
});
