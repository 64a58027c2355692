import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { systemClock } from '../../../../src-main/engine/system-ports.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { fillDisk, smallDisk } from '../../../support/small-disk.ts';
import { makeDecision, makeFolder, makeRecord } from '../../store/support.ts';
import { beginEarlyDatabase, openUpkeep } from './open-upkeep.ts';
import { runJob } from './run-job.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

test('requests are recorded during every unit, and none is lost', async () => {
  const folder = makeFolder();
  beginEarlyDatabase(folder);
  const upkeep = openUpkeep({ folder, clock: systemClock, upkeep: { recordDays: 30 } });
  for (let made = 0; made < 20_000; made++) {
    upkeep.store.writer.append(makeRecord({ startedAtMs: Date.now() - 60 * DAY_MS, decision: makeDecision() }));
  }
  upkeep.store.writer.flush();
  const young: string[] = [];
  const stages = new Set<string>();
  const ended = new AbortController();
  const traffic = (async () => {
    while (!ended.signal.aborted) {
      const record = makeRecord({ startedAtMs: Date.now(), decision: makeDecision() });
      young.push(record.id);
      upkeep.store.writer.append(record);
      await pause(2);
    }
  })();

  const ran = await runJob(upkeep.job, {
    clock: systemClock,
    before: (checkpoint) => void stages.add(JSON.stringify(checkpoint).split('"')[3] ?? ''),
  });
  ended.abort();
  await traffic;
  upkeep.store.writer.flush();
  await expect.poll(() => upkeep.store.writer.waitingRecords, { timeout: 5_000 }).toBe(0);

  expect(ran.found).toMatch(/^Removed 20000 old requests/);
  expect(stages.size).toBe(12);
  expect(upkeep.store.writer.lostRecords).toBe(0);
  expect(upkeep.rows<{ id: string }>('SELECT id FROM requests ORDER BY seq').map(({ id }) => id)).toEqual(young);
  expect(upkeep.rows('SELECT sum(requests) AS n FROM quarter_hours')).toEqual([{ n: 20_000 + young.length }]);
  expect(upkeep.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
}, 60_000);

test('kill -9 in the middle of it leaves a sound database, every record, and the next run goes on', async () => {
  for (const afterMs of [400, 700, 1000]) {
    const folder = makeFolder();
    const { due } = await runUntilKilled(folder, afterMs);
    const connection = new Database(join(folder, 'pointsman.db'));
    const stored = new Set(connection.prepare('SELECT id FROM requests').pluck().all());
    expect(connection.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(connection.pragma('foreign_key_check')).toEqual([]);
    expect(due.length).toBeGreaterThan(50);
    expect(due.filter((id) => !stored.has(id))).toEqual([]);
    connection.close();

    const upkeep = openUpkeep({ folder, clock: systemClock, upkeep: { recordDays: 1 } });
    expect((await runJob(upkeep.job, { clock: systemClock })).found).toMatch(/the database is sound\.$/);
    expect(upkeep.rows('SELECT 1 FROM requests WHERE started_at_ms < ?', Date.now() - DAY_MS)).toEqual([]);
    const left = new Set(upkeep.rows<{ id: string }>('SELECT id FROM requests').map(({ id }) => id));
    expect(due.filter((id) => !left.has(id))).toEqual([]);
  }
}, 60_000);

/** `due`: requests of today that were appended so long before the kill that they must be there. */
async function runUntilKilled(folder: string, afterMs: number): Promise<{ due: string[] }> {
  const script = join(import.meta.dirname, 'upkeep-process.ts');
  const child = spawn(process.execPath, [script, folder, JSON.stringify(makeRecord({ decision: makeDecision() }))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  await once(child.stdout, 'data');
  await pause(afterMs);
  const killedAtMs = Date.now();
  child.kill('SIGKILL');
  await once(child, 'close');
  const lines = text.slice(0, text.lastIndexOf('\n')).split('\n');
  // Written every 100 ms, and tried again then when the file was locked.
  const due = lines.flatMap((line) => {
    const [id = '', atMs = ''] = line.split(' ');
    return Number(atMs) < killedAtMs - 350 ? id : [];
  });
  return { due };
}

test('on a full disk it stops with a sentence, leaves everything as it was, and does its work when there is room', async (context) => {
  const folder = smallDisk(context, 4);
  const upkeep = openUpkeep({ folder, upkeep: { recordDays: 30 } });
  const startedAtMs = new ManualClock().nowMs() - 40 * DAY_MS;
  for (let made = 0; made < 500; made++) upkeep.store.writer.append(makeRecord({ startedAtMs }));
  upkeep.store.writer.flush();
  upkeep.rows('PRAGMA wal_checkpoint(TRUNCATE)');
  const filler = join(folder, 'filler');
  fillDisk(filler);

  await expect(runJob(upkeep.job)).rejects.toThrow(/is full\. Make room on it\./);
  rmSync(filler);
  expect(upkeep.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  expect((await runJob(upkeep.job)).found).toMatch(/^Removed \d+ old requests.*the database is sound\.$/);
  expect(upkeep.rows('SELECT count(*) AS n FROM requests')).toEqual([{ n: 0 }]);
  expect(upkeep.rows('SELECT sum(requests) AS n FROM quarter_hours')).toEqual([{ n: 500 }]);
});
