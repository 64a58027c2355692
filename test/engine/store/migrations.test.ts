import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openWriterConnection } from '../../../src-main/engine/store/database.ts';
import { MIGRATIONS, migrate } from '../../../src-main/engine/store/migrations.ts';
import { createRecordInserter } from '../../../src-main/engine/store/record-inserter.ts';
import type { RequestRecord } from '../../../src-main/engine/store/records.ts';
import { arbitraryRecord, makeDecision, makeFolder, makeRecord, openStore } from './support.ts';

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

test('the step from version 1 keeps every request and knows nothing of its energy or reference', () => {
  const record = makeRecord({ id: 'kept' });
  const connection = migrateFromVersion1([record]);
  const request = 'SELECT id, duration_us, reference_nano_usd, energy_millijoules FROM requests';
  expect(connection.prepare(request).raw().all()).toEqual([['kept', 812_123, null, null]]);
  expect(connection.prepare('SELECT count(*) FROM attempts').pluck().get()).toBe(1);
  expect(connection.prepare('SELECT count(*) FROM decisions').pluck().get()).toBe(0);
  expect(connection.pragma('foreign_key_check')).toEqual([]);
  expect(connection.pragma('integrity_check', { simple: true })).toBe('ok');
  connection.close();
});

test('the step from version 2 keeps requests, decisions and feedback, and begins with no jobs', () => {
  const connection = openEmpty();
  migrate(connection, new Map([...MIGRATIONS].slice(0, 2)));
  createRecordInserter(connection)([makeRecord({ id: 'kept', decision: makeDecision() })]);
  connection.exec("INSERT INTO feedback VALUES (NULL, 'kept', 1, 'success', 'user', 1000000, NULL)");
  expect(migrate(connection)).toEqual({ kind: 'migrated', from: 2 });
  const counted = (table: string) => connection.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
  expect(['requests', 'attempts', 'decisions', 'feedback'].map(counted)).toEqual([1, 1, 1, 1]);
  expect(['job_runs', 'job_results', 'findings', 'proposals', 'kept_prompts'].map(counted)).toEqual([0, 0, 0, 0, 0]);
  expect(connection.pragma('integrity_check', { simple: true })).toBe('ok');
  connection.close();
});

test('property: the step from version 1 sums the past as the writer would have done', () => {
  const records = fc.uniqueArray(arbitraryRecord, { maxLength: 40, selector: ({ id }) => id });
  fc.assert(
    fc.property(records, (past) => {
      const known = past.map((record) => ({ ...record, referenceNanoUsd: null, energyJoules: null }));
      const { database, writer } = openStore();
      for (const record of known) writer.append(record);
      writer.flush();
      const migrated = migrateFromVersion1(known);
      const rows = 'SELECT * FROM usage_quarter_hours';
      expect(migrated.prepare(rows).all()).toEqual(database.reader.prepare(rows).all());
      migrated.close();
      database.close();
    }),
    { numRuns: 25 },
  );
});

/** A database as version 1 left it, with these requests in it, brought to the last version. */
function migrateFromVersion1(records: readonly RequestRecord[]) {
  const { database, writer } = openStore();
  for (const record of records) writer.append(record);
  writer.flush();
  const connection = openEmpty();
  migrate(connection, new Map([...MIGRATIONS].slice(0, 1)));
  connection.prepare('ATTACH ? AS source').run(database.file);
  const columns = `seq, id, started_at_ms, operation, app, requested_model, stream, outcome, status, path, reason,
    failure_code, duration_us, first_content_us, overhead_us`;
  connection.exec(`
    INSERT INTO prices SELECT * FROM source.prices;
    INSERT INTO requests SELECT ${columns} FROM source.requests;
    INSERT INTO attempts SELECT * FROM source.attempts;
    INSERT INTO quarter_hours SELECT * FROM source.quarter_hours;
    DETACH source;`);
  database.close();
  expect(migrate(connection)).toEqual({ kind: 'migrated', from: 1 });
  return connection;
}
