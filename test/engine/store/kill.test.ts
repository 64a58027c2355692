import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ManualClock } from '../../support/manual-clock.ts';
import { SILENT, makeFolder, makeRecord } from './support.ts';
import { LearnerStates } from '../../../src-main/engine/store/learner-states.ts';
import { UpkeepThread } from '../../../src-main/engine/store/upkeep-thread.ts';
import { openDatabase } from '../../../src-main/engine/store/open-database.ts';

/** What a killed process may lose at most. */
const PROMISED_MS = 250;

test('kill -9 under load loses no record older than 250 ms and no saved state, and the database opens clean', async () => {
  const folder = makeFolder();
  const { printed, lastState, killedAtMs } = await appendUntilKilled({ folder, afterRecords: 6000 });

  const ports = { clock: new ManualClock(), log: SILENT };
  const opened = openDatabase({ folder, ...ports });
  if (!opened.ok) throw new Error(opened.problem.message);
  const thread = new UpkeepThread({ ...ports, file: opened.database.file });
  expect(opened.warning).toBeNull();
  const { writer } = opened.database;
  expect(writer.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(writer.pragma('foreign_key_check')).toEqual([]);
  const stored = new Set(writer.prepare('SELECT id FROM requests').pluck().all());
  const sums = writer.prepare('SELECT sum(requests) FROM quarter_hours').pluck().get();
  const usage = writer.prepare('SELECT sum(requests) FROM usage_quarter_hours').pluck().get();
  const calls = writer.prepare('SELECT count(*) FROM attempts').pluck().get();
  const state = new LearnerStates({ ...ports, database: opened.database, thread }).readState('learner');
  opened.database.close();

  expect(lastState).toBeGreaterThan(1);
  expect(state?.version).toBeGreaterThanOrEqual(lastState);
  expect(new Set(state?.bytes)).toEqual(new Set([(state?.version ?? 0) % 256]));
  const due = printed.filter(({ atMs }) => atMs < killedAtMs - PROMISED_MS);
  expect(due.length).toBeGreaterThan(1000);
  expect(due.filter(({ id }) => !stored.has(id))).toEqual([]);
  expect(sums).toBe(stored.size);
  expect(usage).toBe(stored.size);
  expect(calls).toBe(stored.size);
});

async function appendUntilKilled(options: { folder: string; afterRecords: number }) {
  const script = join(import.meta.dirname, 'append-until-killed.ts');
  const child = spawn(process.execPath, [script, options.folder, JSON.stringify(makeRecord())], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  let lines = 0;
  let killedAtMs = 0;
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
    lines += piece.split('\n').length - 1;
    if (lines < options.afterRecords || killedAtMs > 0) return;
    killedAtMs = Date.now();
    child.kill('SIGKILL');
  });
  await once(child, 'close');
  // A line that was cut in the middle by the kill tells nothing.
  const whole = text.slice(0, text.lastIndexOf('\n')).split('\n');
  const told = whole.map((line) => {
    const [id = '', number = ''] = line.split(' ');
    return { id, atMs: Number(number) };
  });
  const printed = told.filter(({ id }) => id !== 'state');
  return { printed, lastState: told.findLast(({ id }) => id === 'state')?.atMs ?? 0, killedAtMs };
}
