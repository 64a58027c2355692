import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openWriterConnection } from '../../../src-main/engine/store/database.ts';
import { MIGRATIONS, migrate } from '../../../src-main/engine/store/migrations.ts';
import { createRecordInserter } from '../../../src-main/engine/store/record-inserter.ts';
import { makeFolder, makeRecord } from './support.ts';

function openEmpty() {
  return openWriterConnection(join(makeFolder(), 'test.db'));
}

test('an empty file is brought to the last version', () => {
  const connection = openEmpty();
  expect(migrate(connection)).toEqual({ kind: 'migrated', from: 0 });
  expect(connection.pragma('user_version', { simple: true })).toBe(Math.max(...MIGRATIONS.keys()));
  expect(migrate(connection)).toEqual({ kind: 'current' });
  connection.close();
});

test('steps are numbered without a gap', () => {
  expect([...MIGRATIONS.keys()]).toEqual(Array.from(MIGRATIONS.keys(), (_, index) => index + 1));
});

test('every table is strict', () => {
  const connection = openEmpty();
  migrate(connection);
  const loose = connection.prepare("SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main'");
  const strict = connection.prepare("SELECT name FROM pragma_table_list WHERE strict = 1 AND schema = 'main'");
  expect(strict.all()).toEqual(loose.all().filter((row) => JSON.stringify(row) !== '{"name":"sqlite_schema"}'));
  connection.close();
});

test('a later step keeps the data of the version before', () => {
  const connection = openEmpty();
  migrate(connection);
  createRecordInserter(connection)([makeRecord({ id: 'kept' })]);
  const next = Math.max(...MIGRATIONS.keys()) + 1;
  const later = new Map([...MIGRATIONS, [next, "ALTER TABLE requests ADD COLUMN note TEXT NOT NULL DEFAULT 'none'"]]);
  expect(migrate(connection, later)).toEqual({ kind: 'migrated', from: next - 1 });
  expect(connection.prepare('SELECT id, note FROM requests').get()).toEqual({ id: 'kept', note: 'none' });
  connection.close();
});

test('a step that fails leaves the version before it, whole', () => {
  const connection = openEmpty();
  const broken = new Map([
    [1, 'CREATE TABLE a (x INTEGER) STRICT'],
    [2, 'CREATE TABLE b (x INTEGER) STRICT; SELECT nonsense'],
  ]);
  expect(() => migrate(connection, broken)).toThrow(/nonsense/);
  expect(connection.pragma('user_version', { simple: true })).toBe(1);
  expect(connection.prepare("SELECT name FROM sqlite_schema WHERE name IN ('a', 'b')").all()).toEqual([{ name: 'a' }]);
  connection.close();
});
