import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../support/manual-clock.ts';
import { PRICE, arbitraryRecord, makeAttempt, makeDecision, makeRecord } from '../../store/support.ts';
import { openUpkeep, type OpenUpkeep } from './open-upkeep.ts';
import { runJob } from './run-job.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW_MS = new ManualClock().nowMs();
const TABLES = ['requests', 'attempts', 'decisions', 'feedback', 'prices'];

function counts(upkeep: OpenUpkeep): Record<string, number> {
  const count = (table: string) => upkeep.rows<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)[0]?.n ?? -1;
  return Object.fromEntries(TABLES.map((table) => [table, count(table)]));
}

function append(upkeep: OpenUpkeep, daysAgo: number, changes: Parameters<typeof makeRecord>[0] = {}): string {
  const record = makeRecord({ startedAtMs: NOW_MS - daysAgo * DAY_MS, decision: makeDecision(), ...changes });
  upkeep.store.writer.append(record);
  const told = { requestId: record.id, atMs: NOW_MS - 1000, kind: 'user_rating', source: 'user', value: 1, note: null };
  upkeep.store.writer.append({ ...told, kind: 'user_rating', source: 'user' });
  upkeep.store.writer.flush();
  return record.id;
}

/** An insertion that gives these columns, and something to all others that need it. */
function insertInto(upkeep: OpenUpkeep, table: string, given: readonly string[]): string {
  const columns = upkeep.rows<{ name: string; type: string; notnull: number; pk: number }>(
    `SELECT name, type, "notnull", pk FROM pragma_table_info('${table}')`,
  );
  const needed = columns.filter(({ name, notnull }) => notnull === 1 && !given.includes(name));
  const values = [...given.map(() => '?'), ...needed.map(({ type }) => (type === 'BLOB' ? "x'00'" : '1'))];
  const names = [...given, ...needed.map(({ name }) => name)].map((name) => `"${name}"`);
  return `INSERT INTO ${table} (${names.join()}) VALUES (${values.join()})`;
}

describe('requests older than they are to be kept', () => {
  test('go with their calls, decisions and feedback; younger ones stay', async () => {
    const upkeep = openUpkeep({ upkeep: { recordDays: 30 } });
    for (const daysAgo of [400, 31, 30.01]) append(upkeep, daysAgo);
    const young = [29.99, 1].map((daysAgo) => append(upkeep, daysAgo));

    const { found } = await runJob(upkeep.job);

    expect(found).toBe('Removed 3 old requests; the database is sound.');
    expect(upkeep.rows<{ id: string }>('SELECT id FROM requests').map(({ id }) => id)).toEqual(young);
    expect(counts(upkeep)).toEqual({ requests: 2, attempts: 2, decisions: 2, feedback: 2, prices: 1 });
  });

  test('take along what jobs made of them and the prompts that were kept of them', async () => {
    const upkeep = openUpkeep({ upkeep: { recordDays: 30 } });
    const [old, young] = [append(upkeep, 40), append(upkeep, 1)];
    for (const id of [old, young]) {
      upkeep.write("INSERT INTO job_results VALUES ('shadow-evaluation', ?, '1', ?, 0)", id, id);
      upkeep.write(insertInto(upkeep, 'kept_prompts', ['request_id']), id);
    }

    await runJob(upkeep.job);

    expect(upkeep.rows('SELECT key FROM job_results')).toEqual([{ key: young }]);
    expect(upkeep.rows('SELECT request_id AS id FROM kept_prompts')).toEqual([{ id: young }]);
  });

  test('stay for ever where no number of days is set', async () => {
    const upkeep = openUpkeep({ upkeep: { recordDays: null } });
    append(upkeep, 4000);
    expect((await runJob(upkeep.job)).found).toBe('Nothing had to be removed; the database is sound.');
    expect(counts(upkeep).requests).toBe(1);
  });

  test('whatever they were: every sum by quarter of an hour stays, and no younger row is touched', async () => {
    const clock = new ManualClock(Date.UTC(2026, 10, 22, 12));
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryRecord, { minLength: 1, maxLength: 60 }), async (records) => {
        const upkeep = openUpkeep({ upkeep: { recordDays: 1 }, clock });
        const limitMs = clock.nowMs() - DAY_MS;
        for (const record of records) upkeep.store.writer.append({ ...record, decision: makeDecision() });
        upkeep.store.writer.flush();
        const sums = () => ['quarter_hours', 'usage_quarter_hours'].map((name) => upkeep.rows(`SELECT * FROM ${name}`));
        const young = () =>
          ['requests', 'attempts', 'decisions'].map((name) =>
            upkeep.rows(
              `SELECT * FROM ${name} WHERE ${name === 'requests' ? 'seq' : 'request_seq'} IN (SELECT seq FROM requests WHERE started_at_ms >= ?)`,
              limitMs,
            ),
          );
        const before = { sums: sums(), young: young() };

        await runJob(upkeep.job, { clock });

        expect({ sums: sums(), young: young() }).toEqual(before);
        expect(upkeep.rows('SELECT 1 FROM requests WHERE started_at_ms < ?', limitMs)).toEqual([]);
        expect(upkeep.rows('SELECT * FROM pragma_foreign_key_check')).toEqual([]);
      }),
      { numRuns: 12 },
    );
  }, 60_000);
});

describe('a database that is larger than it may be', () => {
  test('loses its oldest requests until it is within, and the youngest stay', async () => {
    const upkeep = openUpkeep({ upkeep: { recordDays: null, databaseMegabytes: 16 } });
    const reason = 'x'.repeat(10_000);
    for (let made = 0; made < 2500; made++) {
      upkeep.store.writer.append(makeRecord({ startedAtMs: NOW_MS - 2500 + made, reason }));
    }
    upkeep.store.writer.flush();

    const { found } = await runJob(upkeep.job);

    const [size] = upkeep.rows<{ used: number }>(
      'SELECT (page_count - freelist_count) * page_size AS used FROM pragma_page_count, pragma_freelist_count, pragma_page_size',
    );
    expect(size?.used).toBeLessThanOrEqual(16 * 1024 * 1024);
    expect(size?.used).toBeGreaterThan(14 * 1024 * 1024);
    expect(found).toMatch(/^Removed \d+ old requests; gave back .* MB; the database is sound\.$/);
    const [left] = upkeep.rows<{ n: number; oldest: number; youngest: number }>(
      'SELECT count(*) AS n, min(started_at_ms) AS oldest, max(started_at_ms) AS youngest FROM requests',
    );
    expect(left?.youngest).toBe(NOW_MS - 1);
    expect(left?.oldest).toBe(NOW_MS - (left?.n ?? 0));
    expect(upkeep.rows('SELECT sum(requests) AS n FROM quarter_hours')).toEqual([{ n: 2500 }]);
  });

  test('is told when what is left are not requests', async () => {
    const upkeep = openUpkeep({ upkeep: { databaseMegabytes: 16 } });
    upkeep.write("INSERT INTO learner_states VALUES ('learner', 1, 0, NULL, zeroblob(20000000))");
    const first = await runJob(upkeep.job);
    expect(first.findings.get('size')).toMatchObject({ severity: 'low' });
    upkeep.write('DELETE FROM learner_states');
    expect((await runJob(upkeep.job, { findings: first.findings })).findings.size).toBe(0);
  });
});

test('notes that are over and old go; what waits, is open or was dismissed stays', async () => {
  const upkeep = openUpkeep({ upkeep: { recordDays: 30 } });
  const [old, young] = [NOW_MS - 31 * DAY_MS, NOW_MS - DAY_MS];
  const run = insertInto(upkeep, 'job_runs', ['id', 'state', 'created_at_ms', 'ended_at_ms']);
  upkeep.write(run, 'old', 'done', old, old);
  upkeep.write(run, 'young', 'done', young, young);
  upkeep.write(run, 'waiting', 'waiting', old, null);
  const finding = "INSERT INTO findings VALUES (?, 'backup', ?, 'low', 's', NULL, ?, ?, ?)";
  for (const state of ['open', 'resolved', 'dismissed']) upkeep.write(finding, state, state, old, old, state);
  const proposal = "INSERT INTO proposals VALUES (?, 'backup', ?, 't', 's', '[]', '[]', ?, ?, ?)";
  for (const state of ['open', 'accepted', 'dismissed', 'outdated'])
    upkeep.write(proposal, state, state, old, state, old);
  for (const atMs of [old, young]) {
    upkeep.write("INSERT INTO adaptations VALUES (NULL, ?, 's', 's', 'r', '{}', '{}')", atMs);
    upkeep.write('INSERT INTO gate_openings VALUES (?, ?)', atMs, atMs);
    upkeep.write("INSERT INTO feedback VALUES (NULL, 'gone', ?, 'success', 'user', 1, NULL)", atMs);
  }

  const { found } = await runJob(upkeep.job);

  expect(found).toBe('Removed 7 old notes; the database is sound.');
  const left = (sql: string) => upkeep.rows<{ id: unknown }>(sql).map(({ id }) => id);
  expect(left('SELECT id FROM job_runs ORDER BY seq')).toEqual(['young', 'waiting']);
  expect(left('SELECT id FROM findings ORDER BY id')).toEqual(['dismissed', 'open']);
  expect(left('SELECT id FROM proposals ORDER BY id')).toEqual(['dismissed', 'open']);
  for (const table of ['adaptations', 'feedback']) expect(left(`SELECT at_ms AS id FROM ${table}`)).toEqual([young]);
  expect(left('SELECT opened_at_ms AS id FROM gate_openings')).toEqual([young]);
});

describe('prices that no call refers to any more', () => {
  test('go, and those in use stay', async () => {
    const upkeep = openUpkeep({ upkeep: { recordDays: 30 } });
    append(upkeep, 40, { attempts: [makeAttempt({ price: { ...PRICE, input: 1 } })] });
    append(upkeep, 1, { attempts: [makeAttempt({ price: { ...PRICE, input: 2 } })] });
    expect((await runJob(upkeep.job)).found).toContain('1 unused price');
    expect(upkeep.rows('SELECT input FROM prices')).toEqual([{ input: 2 }]);
  });

  test('come back with the next call that the writer reckons with them: no record is lost', async () => {
    const upkeep = openUpkeep({ upkeep: { recordDays: 30 } });
    const price = { ...PRICE, input: 1 };
    append(upkeep, 40, { attempts: [makeAttempt({ price })] });
    await runJob(upkeep.job);
    expect(counts(upkeep).prices).toBe(0);

    const id = append(upkeep, 0, { attempts: [makeAttempt({ price })] });

    expect(
      upkeep.rows('SELECT id, input FROM requests JOIN attempts ON request_seq = seq JOIN prices USING (price_id)'),
    ).toEqual([{ id, input: 1 }]);
    expect(upkeep.store.writer.lostRecords).toBe(0);
    expect(upkeep.store.writer.problem).toBeNull();
  });
});
