import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { logLine } from '../../../src-shared/house.ts';
import { keepLog } from '../../../src-main/engine/house/keep-log.ts';
import { LogFile } from '../../../src-main/engine/house/log-file.ts';
import { LogRing, type LogLevel } from '../../../src-main/engine/house/log-ring.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SilentLog } from '../../support/silent-log.ts';

function ringOf(level: LogLevel = 'debug') {
  const clock = new ManualClock();
  const log = new SilentLog();
  return { clock, log, ring: new LogRing({ clock, log, level: () => level }) };
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('the lines in memory', () => {
  test('are the latest thousand, newest first', () => {
    const { ring } = ringOf();
    for (let count = 0; count < 1_234; count += 1) ring.info({ count }, 'm');
    const lines = ring.read({ limit: 1_000, level: 'debug' });
    expect(lines.map(({ fields }) => fields.count)).toEqual(Array.from({ length: 1_000 }, (_, place) => 1_233 - place));
    expect(ring.read({ limit: 2, level: 'debug' })).toHaveLength(2);
  });

  test('are found by level: that one and worse ones', () => {
    const { ring, clock } = ringOf();
    ring.debug({}, 'd');
    ring.info({}, 'i');
    ring.warn({}, 'w');
    ring.error({}, 'e');
    expect(ring.read({ limit: 10, level: 'warn' }).map(({ message }) => message)).toEqual(['e', 'w']);
    expect(ring.read({ limit: 1, level: 'debug' })[0]?.atMs).toBe(clock.nowMs());
  });

  test('below the level in force are passed on and not kept', () => {
    const { ring, log } = ringOf('info');
    ring.debug({ a: 1 }, 'd');
    expect(log.lines).toEqual([{ level: 'debug', fields: { a: 1 }, message: 'd' }]);
    expect(ring.read({ limit: 10, level: 'debug' })).toEqual([]);
  });

  test('hold no secret, however deep it lies', () => {
    const { ring } = ringOf();
    ring.info(
      { token: 'sk-1', call: { authorization: 'Bearer sk-2', deep: { key: 'sk-3', list: [{ body: 'sk-4' }] } } },
      'm',
    );
    expect(JSON.stringify(ring.read({ limit: 1, level: 'info' }))).not.toContain('sk-');
  });

  test('are plain and of bounded size, whatever was logged', () => {
    const { ring } = ringOf();
    const round: Record<string, unknown> = { name: 'x' };
    round.self = round;
    const error = Object.assign(new TypeError('broken'), { code: 'E_BROKEN', secret: 'sk-1' });
    ring.error({ error, round, big: 1n, nan: NaN, call: () => 1, nothing: undefined, text: 'x'.repeat(1e6) }, 'm');
    const [line] = ring.read({ limit: 1, level: 'info' });
    expect(logLine.parse(JSON.parse(JSON.stringify(line)))).toMatchObject({
      fields: { error: { type: 'TypeError', message: 'broken', code: 'E_BROKEN' }, big: '1', nan: null, nothing: null },
    });
    expect(JSON.stringify(line).length).toBeLessThan(4_000);
  });
});

test('a line that cannot be kept is passed on all the same, and whoever logged it goes on', () => {
  const { ring, log } = ringOf();
  const fields = {
    get broken(): string {
      throw new Error('a defect');
    },
  };
  ring.info(fields, 'm');
  expect(log.lines.map(({ message }) => message)).toEqual(['m', 'a log line could not be kept']);
  expect(ring.read({ limit: 10, level: 'debug' })).toEqual([]);
});

describe('the lines in files', () => {
  const lineOf = (count: number) => ({ atMs: 0, level: 'info' as const, message: 'x'.repeat(50), fields: { count } });

  test('are JSON, readable by their owner alone, written together a moment later', async () => {
    const clock = new ManualClock();
    const folder = join(makeFolder(), 'logs');
    const file = new LogFile({ folder, clock });
    file.write(lineOf(1));
    file.write(lineOf(2));
    expect(clock.pendingTimers).toBe(1);
    await clock.advance(250);
    await file.flush();
    const lines = readFileSync(file.path, 'utf8')
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(lines).toMatchObject([{ level: 'info', count: 1, time: '1970-01-01T00:00:00.000Z' }, { count: 2 }]);
    if (process.platform !== 'win32') expect(statSync(file.path).mode & 0o777).toBe(0o600);
    expect(clock.pendingTimers).toBe(0);
  });

  test('take turns: five files of bounded size, the newest lines in the first', async () => {
    const folder = makeFolder();
    const file = new LogFile({ folder, clock: new ManualClock(), fileBytes: 1_000 });
    for (let count = 0; count < 200; count += 1) {
      file.write(lineOf(count));
      await file.flush();
    }
    const names = readdirSync(folder).sort();
    expect(names).toEqual([1, 2, 3, 4].map((number) => `pointsman.${number}.log`).concat('pointsman.log'));
    for (const name of names) expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(1_000);
    expect(readFileSync(file.path, 'utf8')).toContain('"count":199');
  });

  test('go on in the file that is there, and count what it holds', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'pointsman.log'), `${'x'.repeat(950)}\n`);
    const file = new LogFile({ folder, clock: new ManualClock(), fileBytes: 1_000 });
    file.write(lineOf(1));
    await file.flush();
    expect(statSync(join(folder, 'pointsman.1.log')).size).toBe(951);
    expect(readFileSync(file.path, 'utf8')).toContain('"count":1');
  });

  test('that cannot be written stop nothing, and are written again when they can be', async () => {
    const folder = join(makeFolder(), 'logs');
    writeFileSync(folder, 'a file where the folder should be');
    const file = new LogFile({ folder, clock: new ManualClock() });
    file.write(lineOf(1));
    await file.flush();
    rmSync(folder);
    file.write(lineOf(2));
    await file.flush();
    expect(readFileSync(file.path, 'utf8')).toContain('"count":2');
  });

  test('are kept only while that is wanted', async () => {
    const clock = new ManualClock();
    const dataFolder = makeFolder();
    const kept = keepLog({ clock, log: new SilentLog(), level: () => 'info', dataFolder });
    kept.ring.info({}, 'before');
    expect(kept.file).toBeNull();
    kept.keepFile(true);
    kept.ring.info({}, 'while');
    await kept.stop();
    expect(kept.file).toBe(join(dataFolder, 'logs', 'pointsman.log'));
    kept.keepFile(false);
    kept.ring.info({}, 'after');
    await kept.stop();
    const text = readFileSync(join(dataFolder, 'logs', 'pointsman.log'), 'utf8');
    expect(text).toContain('while');
    expect(text).not.toMatch(/before|after/);
    expect(clock.pendingTimers).toBe(0);
  });
});
