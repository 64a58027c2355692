import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ManualClock } from '../../../support/manual-clock.ts';
import { makeFolder, makeRecord } from '../../store/support.ts';
import { beginEarlyDatabase, openUpkeep, type OpenUpkeep } from './open-upkeep.ts';
import { runJob, severities } from './run-job.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW_MS = new ManualClock().nowMs();

function fill(upkeep: OpenUpkeep, requests: number, daysAgo: number): void {
  for (let made = 0; made < requests; made++) {
    const startedAtMs = NOW_MS - daysAgo * DAY_MS + made;
    upkeep.store.writer.append(makeRecord({ startedAtMs, reason: 'x'.repeat(2000) }));
  }
  upkeep.store.writer.flush();
}

describe('space', () => {
  test('that was freed goes back to the disk, and the log of the database with it', async () => {
    const upkeep = openUpkeep({ upkeep: { recordDays: 30 } });
    fill(upkeep, 6000, 40);
    upkeep.rows('PRAGMA wal_checkpoint(TRUNCATE)');
    const before = statSync(upkeep.file).size;

    const { found } = await runJob(upkeep.job);

    expect(before).toBeGreaterThan(12_000_000);
    expect(statSync(upkeep.file).size).toBeLessThan(2_500_000);
    expect(statSync(`${upkeep.file}-wal`).size).toBe(0);
    expect(found).toMatch(/^Removed 6000 old requests, 1 unused price; gave back 2\d\.\d MB; the database is sound\.$/);
  });

  test('of a database of an early version is given back by writing it anew, once', async () => {
    const folder = makeFolder();
    beginEarlyDatabase(folder);
    const upkeep = openUpkeep({ folder, upkeep: { recordDays: 30 } });
    fill(upkeep, 3000, 40);
    expect(upkeep.rows('PRAGMA auto_vacuum')).toEqual([{ auto_vacuum: 0 }]);

    await runJob(upkeep.job);

    expect(statSync(upkeep.file).size).toBeLessThan(1_000_000);
    // By the connection that was open all the time.
    fill(upkeep, 1000, 0);
    expect(upkeep.rows('SELECT count(*) AS n FROM requests')).toEqual([{ n: 1000 }]);
    expect(upkeep.rows('PRAGMA auto_vacuum')).toEqual([{ auto_vacuum: 2 }]);
    expect(upkeep.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  });

  test.each([
    ['would take longer than a second', 50e9, 'schedule', /^The database file is .* cannot be interrupted/],
    ['has no room to be written anew', 10_000_000, 'person', /not enough room on the disk/],
  ] as const)(
    'of a large one of an early version that %s stays, and that is said',
    async (_why, freeBytes, trigger, sentence) => {
      const folder = makeFolder();
      beginEarlyDatabase(folder);
      const steps: string[] = [];
      const upkeep = openUpkeep({ folder, upkeep: { recordDays: 30 } });
      const large = openUpkeep({
        folder: makeFolder(),
        parts: {
          freeBytes: () => Promise.resolve(freeBytes),
          async step(step) {
            steps.push(step.name);
            const done = await upkeep.parts.step(step);
            const facts = { bytes: 900e6, usedBytes: 100e6, logBytes: 0, canGiveBack: 0 };
            return step.name === 'look' && done.ok ? { ok: true, result: { ...done.result, facts } } : done;
          },
        },
      });
      const ran = await runJob(large.job, { trigger });
      expect(steps).not.toContain('rebuild');
      expect(ran.findings.get('fixed-size')?.sentence).toMatch(sentence);
    },
  );

  test('that runs out on the disk is told with how much is left, and withdrawn when there is room again', async () => {
    let freeBytes: number | null = 400e6;
    const upkeep = openUpkeep({ parts: { freeBytes: () => Promise.resolve(freeBytes) } });
    const first = await runJob(upkeep.job);
    expect(severities(first)).toEqual({ 'disk-space': 'high' });
    expect(first.findings.get('disk-space')?.sentence).toMatch(/^Only 400 MB are left on the disk that holds /);
    freeBytes = null;
    expect((await runJob(upkeep.job, { findings: first.findings })).findings.size).toBe(0);
  });
});

describe('damage', () => {
  /** Overwrites the pages of one table past the connections' back. */
  function damageTable(upkeep: OpenUpkeep, table: string): void {
    upkeep.rows('PRAGMA wal_checkpoint(TRUNCATE)');
    const pages = upkeep.rows<{ pageno: number }>(
      `SELECT pageno FROM dbstat WHERE name = '${table}' AND pagetype = 'leaf' ORDER BY pageno LIMIT 5 OFFSET 10`,
    );
    const file = openSync(upkeep.file, 'r+');
    for (const { pageno } of pages) writeSync(file, Buffer.alloc(4096, 0xa5), 0, 4096, (pageno - 1) * 4096);
    closeSync(file);
  }

  test('in a table is a critical finding that says what to do, and nothing is written anew', async () => {
    const upkeep = openUpkeep({ upkeep: { recordDays: null } });
    fill(upkeep, 500, 1);
    damageTable(upkeep, 'requests');

    const ran = await runJob(upkeep.job);

    expect(severities(ran)).toEqual({ damage: 'critical' });
    expect(ran.findings.get('damage')?.sentence).toMatch(/^The database is damaged \(requests: /);
    expect(ran.findings.get('damage')?.action?.label).toMatch(/Make a backup/);
    expect(ran.found).toMatch(/the database is damaged\.$/);
  });

  test('that is met while old records are removed ends the run with the same finding', async () => {
    const upkeep = openUpkeep({ upkeep: { recordDays: 30 } });
    fill(upkeep, 500, 40);
    damageTable(upkeep, 'requests');
    const ran = await runJob(upkeep.job);
    expect(severities(ran)).toEqual({ damage: 'critical' });
    expect(ran.found).toMatch(/^The database is damaged/);
  });

  test('in a large table is found by reading it piece by piece', async () => {
    const upkeep = openUpkeep({ upkeep: { recordDays: null } });
    fill(upkeep, 300, 1);
    // Far apart, so that the table counts as large.
    upkeep.write(
      'UPDATE requests SET seq = seq + 5000000 WHERE seq > 290 AND seq NOT IN (SELECT request_seq FROM attempts)',
    );
    upkeep.write('PRAGMA foreign_keys = OFF');
    upkeep.write('DELETE FROM attempts WHERE request_seq = 300');
    upkeep.write('UPDATE requests SET seq = 400000 WHERE seq = 300');
    expect((await runJob(upkeep.job)).findings.size).toBe(0);
    upkeep.write('UPDATE attempts SET request_seq = 350000 WHERE request_seq = 299');
    const ran = await runJob(upkeep.job);
    expect(ran.findings.get('damage')?.sentence).toContain('attempts: 1 rows do not fit the other tables');
  });
});

test('the log of the database is told of when somebody keeps it from going home', async () => {
  const upkeep = openUpkeep();
  fill(upkeep, 100, 1);
  const step = upkeep.parts.step;
  const held = openUpkeep({
    parts: {
      step: async (wanted) =>
        wanted.name === 'cut log'
          ? { ok: true, result: { ...(await done(step)), finished: false, facts: { bytes: 0, logBytes: 200e6 } } }
          : await step(wanted),
    },
  });
  expect(severities(await runJob(held.job))).toEqual({ log: 'medium' });

  async function done(ask: typeof step) {
    const stepped = await ask({ name: 'look' });
    if (!stepped.ok) throw new Error(stepped.failure.message);
    return stepped.result;
  }
});

test('a reader that holds on to an old state does not hold up upkeep', async () => {
  const upkeep = openUpkeep({ upkeep: { recordDays: 30 } });
  fill(upkeep, 200, 40);
  const reader = new Database(upkeep.file, { readonly: true });
  onTestFinished(() => void reader.close());
  const rows = reader.prepare('SELECT id FROM requests').iterate();
  rows.next();
  expect((await runJob(upkeep.job)).found).toMatch(/^Removed 200 old requests/);
  expect(upkeep.rows('SELECT 1 FROM requests')).toEqual([]);
  expect([...rows]).toHaveLength(199);
});

describe('files', () => {
  const fileTime = (ageDays: number) => new Date(NOW_MS - ageDays * DAY_MS).toISOString().replace(/[-:.]/g, '');

  function put(folder: string, name: string, ageDays: number): string {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), 'x'.repeat(1000));
    const at = (NOW_MS - ageDays * DAY_MS) / 1000;
    utimesSync(join(folder, name), at, at);
    return name;
  }

  test('that were put aside a month ago, were never finished, or are left over go; all others stay', async () => {
    const upkeep = openUpkeep();
    const over: [string, number][] = [
      [`pointsman.db.corrupt-${fileTime(31)}`, 31],
      [`pointsman.db.corrupt-${fileTime(31)}-wal`, 31],
      [`settings.json.invalid-${fileTime(40)}`, 400],
      ['settings.json.2514785412', 2],
      ['backups/20261101T000000000Z.backup.unfinished', 2],
      ['logs/pointsman.5.log', 0],
    ];
    const needed: [string, number][] = [
      [`pointsman.db.corrupt-${fileTime(29)}`, 29],
      // Put aside just now, written long ago.
      [`settings.json.invalid-${fileTime(0)}`, 400],
      ['settings.json.2514785413', 0],
      ['settings.json', 400],
      ['notes.txt', 4000],
      ['backups/20251101T000000000Z.backup', 400],
      ['logs/pointsman.4.log', 1],
      ['logs/other.log', 4000],
    ];
    for (const [name, age] of [...over, ...needed]) put(upkeep.folder, name, age);

    const { found } = await runJob(upkeep.job);

    const left = readdirSync(upkeep.folder, { recursive: true }).map(String);
    expect(left).toEqual(expect.arrayContaining(needed.map(([name]) => name)));
    expect(left.filter((name) => over.some(([gone]) => gone === name))).toEqual([]);
    expect(found).toContain('6 old files');
  });

  test('of the log stay while it is written, and go a month after that ended', async () => {
    for (const keepsLog of [true, false]) {
      const upkeep = openUpkeep({ parts: { keepsLog: () => keepsLog } });
      put(upkeep.folder, 'logs/pointsman.log', 31);
      await runJob(upkeep.job);
      expect(readdirSync(join(upkeep.folder, 'logs'))).toEqual(keepsLog ? ['pointsman.log'] : []);
    }
  });
});

test('a unit that shall stop does nothing', async () => {
  const upkeep = openUpkeep({ upkeep: { recordDays: 30 } });
  fill(upkeep, 10, 40);
  const stop = new AbortController();
  stop.abort();
  await expect(runJob(upkeep.job, { signal: stop.signal })).rejects.toThrow(/abort/i);
  expect(upkeep.rows('SELECT count(*) AS n FROM requests')).toEqual([{ n: 10 }]);
});

test('a unit that is stopped while the upkeep thread works ends at once, and is done again later', async () => {
  const upkeep = openUpkeep({ upkeep: { recordDays: 30 } });
  fill(upkeep, 200, 40);
  const stop = new AbortController();
  const slow = openUpkeep({
    parts: {
      async step(step) {
        const stepped = await upkeep.parts.step(step);
        stop.abort(new Error('somebody is here'));
        return step.name === 'remove requests' ? await new Promise<never>(() => undefined) : stepped;
      },
    },
    upkeep: { recordDays: 30 },
  });
  await expect(runJob(slow.job, { signal: stop.signal })).rejects.toThrow('somebody is here');
  expect((await runJob(upkeep.job)).found).toMatch(/the database is sound\.$/);
  expect(upkeep.rows('SELECT count(*) AS n FROM requests')).toEqual([{ n: 0 }]);
});

test('a database that is locked by another program is left for later, in words', async () => {
  const upkeep = openUpkeep({
    parts: {
      step: () => Promise.resolve({ ok: false, failure: { fault: 'busy', code: 'SQLITE_BUSY', message: 'locked' } }),
    },
  });
  await expect(runJob(upkeep.job)).rejects.toThrow(/is locked by another program\. Close whatever else has it open\./);
  expect(readFileSync(upkeep.file).length).toBeGreaterThan(0);
});
