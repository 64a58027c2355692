import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from '../../../src-main/engine/store/open-store.ts';
import type { Store } from '../../../src-main/engine/store/open-store.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SILENT, makeDecision, makeFolder, makeRecord } from './support.ts';

function open(folder: string): Store {
  const random = { bytes: (count: number) => new Uint8Array(count) };
  const opened = openStore({ folder, clock: new ManualClock(), random, log: SILENT, platform: 'linux' });
  if (!opened.ok) throw new Error(opened.message);
  return opened.store;
}

test('what was taken before closing is there after opening again', async () => {
  const folder = makeFolder();
  const record = makeRecord({ decision: makeDecision(), startedAtMs: Date.UTC(2026, 10, 21) });
  const first = open(folder);
  first.writer.append(record);
  expect(first.feedback.hasRequest(record.id)).toBe(true);
  first.writer.append({ requestId: record.id, atMs: 1, kind: 'success', source: 'user', value: 1, note: null });
  const saved = first.states.saveState({ name: 'quality', version: 1, bytes: new Uint8Array([1, 2, 3]) });
  await first.close();
  expect(await saved).toEqual({ ok: true });

  const again = open(folder);
  expect(again.warnings()).toEqual([]);
  expect(again.decisions.decision(record.id)?.decision).toMatchObject({ kind: 'code' });
  expect(again.feedback.feedbackOf(record.id)).toHaveLength(1);
  expect(again.spend.spentSince(0).costNanoUsd).toBe(3_210_000);
  expect([...(again.states.readState('quality')?.bytes ?? [])]).toEqual([1, 2, 3]);
  const { value: portion } = await again.logged.read({ sinceMs: 0, limit: 1 }).next();
  expect(portion).toMatchObject([{ requestId: record.id, feedback: [{ kind: 'success' }] }]);
  await again.close();
});

test('what is wrong with a learner state is told among the warnings', async () => {
  const store = open(makeFolder());
  await store.close();
  await store.states.saveState({ name: 'quality', version: 1, bytes: new Uint8Array(1) });
  expect(store.warnings()).toEqual([expect.stringContaining('What was learned could not be saved')]);
});

test('a folder that cannot be used is told in a sentence', () => {
  const file = join(makeFolder(), 'file');
  writeFileSync(file, '');
  expect(() => open(join(file, 'folder'))).toThrow(/cannot be written/);
});
