import { chmodSync, existsSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { faultOf } from '../../../src-main/engine/store/database.ts';
import { MIGRATIONS } from '../../../src-main/engine/store/migrations.ts';
import { DATABASE_FILE, openDatabase } from '../../../src-main/engine/store/open-database.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SILENT, makeFolder, makeRecord, openSound, openStore } from './support.ts';

const clock = new ManualClock();
const NOBODY = 65_534;

afterEach(() => {
  if (process.getuid?.() === 0) process.seteuid?.(0);
});

function open(folder: string) {
  const opened = openDatabase({ folder, clock, log: SILENT });
  if (opened.ok) opened.database.close();
  return opened;
}

test('a new database is readable by its owner alone, logs included', () => {
  const { database, writer } = openStore();
  writer.append(makeRecord());
  writer.flush();
  const modes = ['', '-wal', '-shm'].map((suffix) => statSync(database.file + suffix).mode & 0o777);
  expect(modes).toEqual([0o600, 0o600, 0o600]);
});

test('the writer logs ahead and never checkpoints by itself', () => {
  const { database } = openStore();
  expect(database.writer.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(database.writer.pragma('synchronous', { simple: true })).toBe(1);
  expect(database.writer.pragma('wal_autocheckpoint', { simple: true })).toBe(0);
  expect(database.writer.pragma('foreign_keys', { simple: true })).toBe(1);
});

test('the reader cannot write', () => {
  const { database } = openStore();
  expect(() => database.reader.exec('DELETE FROM requests')).toThrow(/readonly/);
});

test('what was written is there when the database is opened again', () => {
  const first = openStore();
  const record = makeRecord();
  first.writer.append(record);
  first.writer.stop();
  first.database.close();
  const again = openStore(first.folder);
  expect(again.reader.request(record.id)?.id).toBe(record.id);
});

test('a file that is no database is put aside, said, and replaced by a new one', () => {
  const folder = makeFolder();
  writeFileSync(join(folder, DATABASE_FILE), 'garbage '.repeat(1000));
  const opened = open(folder);
  expect(opened.ok && opened.warning).toMatch(/damaged.*kept as .*pointsman\.db\.corrupt-20261121T120000000Z/);
  expect(readdirSync(folder)).toContain('pointsman.db.corrupt-20261121T120000000Z');
  expect(open(folder)).toMatchObject({ ok: true, warning: null });
});

test('a small database with a torn page is found out when it is opened', () => {
  const folder = filledFolder();
  const file = join(folder, DATABASE_FILE);
  const bytes = statSync(file).size;
  truncateSync(file, bytes - 8192);
  expect(open(folder)).toMatchObject({ ok: true, warning: expect.stringContaining('damaged') as string });
});

test('a large database is checked at its newest rows only', () => {
  const large = filledFolder(30_000);
  const file = join(large, DATABASE_FILE);
  expect(statSync(file).size).toBeGreaterThan(5 * 1024 * 1024);
  expect(open(large)).toMatchObject({ ok: true, warning: null });
  truncateSync(file, statSync(file).size - 512 * 1024);
  expect(open(large)).toMatchObject({ ok: true, warning: expect.stringContaining('damaged') as string });
});

test('a database of a newer version is refused and left as it is', () => {
  const folder = makeFolder();
  const database = openSound(folder, clock);
  database.writer.pragma(`user_version = ${Math.max(...MIGRATIONS.keys()) + 1}`);
  database.close();
  expect(open(folder)).toMatchObject({ ok: false, problem: { code: 'newer' } });
  expect(readdirSync(folder)).toEqual([DATABASE_FILE]);
});

test('a read-only folder gives a problem that says what, why and what to do', () => {
  const folder = makeFolder();
  chmodSync(folder, 0o555);
  if (process.getuid?.() === 0) process.seteuid?.(NOBODY);
  const opened = open(folder);
  expect(opened).toMatchObject({ ok: false, problem: { code: 'read_only' } });
  expect(!opened.ok && opened.problem.message).toMatch(/cannot be opened for writing.*POINTSMAN_HOME.*\(EACCES\)/);
});

test('a folder that is not there is a problem, not a crash', () => {
  const folder = join(makeFolder(), 'missing');
  expect(open(folder)).toMatchObject({ ok: false, problem: { code: 'read_only' } });
  expect(existsSync(folder)).toBe(false);
});

test.each([
  ['SQLITE_CORRUPT_INDEX', 'corrupt'],
  ['SQLITE_NOTADB', 'corrupt'],
  ['SQLITE_FULL', 'full'],
  ['ENOSPC', 'full'],
  ['SQLITE_BUSY_SNAPSHOT', 'busy'],
  ['SQLITE_READONLY_DBMOVED', 'read_only'],
  ['EROFS', 'read_only'],
  ['SQLITE_IOERR_WRITE', 'io'],
  ['EIO', 'io'],
  ['SQLITE_CONSTRAINT_UNIQUE', 'rejected'],
])('the code %s means: %s', (code, fault) => {
  expect(faultOf(Object.assign(new Error('x'), { code }))).toBe(fault);
});

test('an error without a code is a bug of ours, not of the disk', () => {
  expect(faultOf(new TypeError('x'))).toBe('rejected');
});

function filledFolder(records = 500): string {
  const { folder, writer, database } = openStore();
  for (let index = 0; index < records; index++) writer.append(makeRecord());
  writer.stop();
  database.close();
  return folder;
}
