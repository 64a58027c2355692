import { expect, test } from 'vitest';
import type { FindingDraft, ProposalDraft } from '../../../src-main/engine/jobs/job-kind.ts';
import { newRun } from '../../../src-main/engine/jobs/queue/run-steps.ts';
import { openWriterConnection } from '../../../src-main/engine/store/database.ts';
import { JobReader } from '../../../src-main/engine/store/job-reader.ts';
import type { StoredRun } from '../../../src-main/engine/store/job-run.ts';
import { JobSaver } from '../../../src-main/engine/store/job-saver.ts';
import { JobStore } from '../../../src-main/engine/store/job-store.ts';
import type { UnitFindings } from '../../../src-main/engine/store/job-write.ts';
import { SilentLog } from '../../support/silent-log.ts';
import { damage, makeFolder, openStore } from './support.ts';

let drawn = 0;

function open(folder = makeFolder()) {
  const { database, clock } = openStore(folder);
  const store = new JobStore({
    database,
    random: { bytes: (count) => new Uint8Array(count).map(() => drawn++ % 256) },
  });
  const log = new SilentLog();
  return {
    folder,
    database,
    clock,
    store,
    log,
    reader: new JobReader(database),
    saver: new JobSaver({ store, clock, log }),
  };
}

const run = (changes: Partial<StoredRun> = {}): StoredRun => ({
  ...newRun({ id: 'r1', job: 'backup', trigger: 'schedule', nowMs: 1_000 }),
  checkpoint: { unit: 1 },
  unitsDone: 1,
  ...changes,
});

const NOTHING: UnitFindings = { results: [], findings: [], resolves: [], proposals: [] };

function commit(store: JobStore, found: Partial<UnitFindings>, changes: Partial<StoredRun> = {}, atMs = 1_000): void {
  store.write({ kind: 'run', run: run(changes), unit: { ...NOTHING, ...found }, atMs });
}

const finding = (key: string, severity: FindingDraft['severity'] = 'medium'): FindingDraft => ({
  ...{ key, severity, action: null },
  sentence: `There is ${key}.`,
});

const proposal = (key: string, after: number): ProposalDraft => ({
  ...{ key, title: key, sentence: 'Because.', evidence: [{ label: 'Share', value: '40 %' }] },
  changes: [{ path: 'optimizer.preferences.localBias', before: 0.5, after }],
});

test('a run reads back as it was written', () => {
  const { store, reader } = open();
  const written = run({
    startedAtMs: 2_000,
    workedAtMs: 3_000,
    unitsTotal: 9,
    preemptions: 2,
    retries: 1,
    retryAtMs: 9_000,
    problem: 'It failed.',
    recentUnitsMs: [10, 20],
    cost: { cpuMs: 1.5, energyJoules: null, nanoUsd: 7, unknownCosts: 1, localTokens: 5, cloudTokens: 6 },
    checkpoint: { unit: 3, left: ['a', null] },
  });
  store.write({ kind: 'run', run: written, unit: null, atMs: 0 });
  expect(reader.openRuns()).toEqual([written]);
});

test('a unit that is written twice counts once', () => {
  const { store, reader, database } = open();
  commit(store, { results: [{ key: 'a', value: 1, requestId: null }], findings: [finding('x')] });
  database.writer.exec("DELETE FROM job_results; UPDATE findings SET state = 'dismissed'");
  commit(store, { results: [{ key: 'a', value: 1, requestId: null }], findings: [finding('x', 'critical')] });
  expect(reader.list('backup')).toEqual([]);
  expect(reader.findings()).toMatchObject([{ state: 'dismissed', severity: 'medium' }]);
});

test('a run that has ended is never changed again', () => {
  const { store, reader } = open();
  store.write({ kind: 'run', run: run({ state: 'cancelled', endedAtMs: 5_000 }), unit: null, atMs: 0 });
  store.write({ kind: 'run', run: run({ unitsDone: 7 }), unit: null, atMs: 0 });
  expect(reader.openRuns()).toEqual([]);
  expect(reader.runsSince(0)).toMatchObject([{ state: 'cancelled', unitsDone: 1 }]);
});

test('checkpoint, results, findings and proposals come together or not at all', () => {
  const { store, reader } = open();
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  const proposals = [{ ...proposal('p', 0.6), evidence: cyclic as never }];
  expect(() => commit(store, { results: [{ key: 'a', value: 1, requestId: null }], proposals })).toThrow(/circular/);
  expect(reader.openRuns()).toEqual([]);
  expect(reader.list('backup')).toEqual([]);
});

test('results are replaced by key, removed by null, listed by prefix in order, and kept apart by job', () => {
  const { store, reader } = open();
  const result = (key: string, value: string | null) => ({ key, value, requestId: null });
  commit(store, { results: [result('a/2', 'old'), result('a/1', 'one'), result('b', 'two'), result('a', 'three')] });
  commit(store, { results: [result('a/2', 'new'), result('b', null)] }, { unitsDone: 2 });
  expect(reader.list('backup', 'a/').map(({ value }) => value)).toEqual(['one', 'new']);
  expect(reader.list('backup').map(({ key }) => key)).toEqual(['a', 'a/1', 'a/2']);
  expect(reader.read('backup', 'a/2')).toBe('new');
  expect(reader.read('backup', 'b')).toBeNull();
  expect(reader.read('price-refresh', 'a')).toBeNull();
});

test.each([
  ['q1', ['none', 'two']],
  [null, ['none']],
])('what waits to be written is written without what was made of request %s, which is erased', async (erased, left) => {
  const { saver, reader, database, clock } = open();
  const other = openWriterConnection(database.file);
  other.exec('BEGIN IMMEDIATE');
  const result = (key: string, requestId: string | null) => ({ key, value: 1, requestId });
  const results = [result('one', 'q1'), result('two', 'q2'), result('none', null)];
  saver.save({ kind: 'run', run: run(), unit: { ...NOTHING, results }, atMs: 0 });
  saver.eraseRequest(erased);
  other.close();
  await clock.advance(1_000);
  expect(reader.list('backup').map(({ key }) => key)).toEqual(left);
});

test('the same finding is told once, and is seen again', () => {
  const { store, reader } = open();
  commit(store, { findings: [finding('x')] }, {}, 1_000);
  commit(store, { findings: [finding('x', 'high')] }, { unitsDone: 2 }, 2_000);
  expect(reader.findings()).toMatchObject([
    { key: 'x', severity: 'high', foundAtMs: 1_000, seenAtMs: 2_000, state: 'open' },
  ]);
});

test('what is not seen again is settled, if the unit looked at it; when it comes back it is new', () => {
  const { store, reader } = open();
  const stateOf = (key: string) => reader.findings().find((each) => each.key === key)?.state;
  commit(store, { findings: [finding('key/a'), finding('key/b'), finding('port')] });
  commit(store, { findings: [finding('key/a')], resolves: ['key/'] }, { unitsDone: 2 });
  expect([stateOf('key/a'), stateOf('key/b'), stateOf('port')]).toEqual(['open', 'resolved', 'open']);
  commit(store, { findings: [finding('key/b')] }, { unitsDone: 3 }, 9_000);
  expect(reader.findings().find(({ key }) => key === 'key/b')).toMatchObject({ state: 'open', foundAtMs: 9_000 });
});

test('what the person dismissed is told again only when it has become worse', () => {
  const { store, reader } = open();
  commit(store, { findings: [finding('x', 'low')] });
  store.setFinding(reader.findings()[0]?.id ?? '', 'dismissed');
  commit(store, { findings: [finding('x', 'low')] }, { unitsDone: 2 });
  expect(reader.findings()).toMatchObject([{ state: 'dismissed' }]);
  commit(store, { findings: [finding('x', 'high')] }, { unitsDone: 3 });
  expect(reader.findings()).toMatchObject([{ state: 'open', severity: 'high' }]);
});

test('an open proposal is replaced; one that was dismissed comes back only with another change', () => {
  const { store, reader } = open();
  commit(store, { proposals: [proposal('bias', 0.6)] });
  const id = reader.proposals()[0]?.id ?? '';
  commit(store, { proposals: [proposal('bias', 0.7)] }, { unitsDone: 2 }, 2_000);
  expect(reader.proposals()).toMatchObject([{ id, proposedAtMs: 2_000, changes: [{ after: 0.7 }] }]);
  store.setProposal(id, { state: 'dismissed', decidedAtMs: 3_000 });
  commit(store, { proposals: [proposal('bias', 0.7)] }, { unitsDone: 3 });
  expect(reader.proposals()).toMatchObject([{ state: 'dismissed', decidedAtMs: 3_000 }]);
  commit(store, { proposals: [proposal('bias', 0.8)] }, { unitsDone: 4 });
  expect(reader.proposals().map(({ state }) => state)).toEqual(['open', 'dismissed']);
});

test('a finding may name a proposal of its own unit by its key', () => {
  const { store, reader } = open();
  const action = { label: 'Look', view: null, proposalId: 'bias' };
  commit(store, { proposals: [proposal('bias', 0.6)], findings: [{ ...finding('x'), action }] });
  expect(reader.findings()[0]?.action?.proposalId).toBe(reader.proposals()[0]?.id);
});

test('runs that this version cannot read are closed, and do not stand in the way of new ones', () => {
  const { store, reader, database } = open();
  store.write({ kind: 'run', run: run(), unit: null, atMs: 0 });
  database.writer.exec(`UPDATE job_runs SET "trigger" = 'moon'`);
  expect(reader.openRuns()).toEqual([]);
  store.write({ kind: 'unreadable', readable: [], atMs: 7_000 });
  store.write({ kind: 'run', run: run({ id: 'r2' }), unit: null, atMs: 0 });
  expect(reader.openRuns()).toMatchObject([{ id: 'r2' }]);
});

test('a damaged file is put aside, and the step is written into the new one', () => {
  const { store, reader, database } = open();
  commit(store, {});
  damage(database);
  commit(store, { results: [{ key: 'a', value: 1, requestId: null }] }, { unitsDone: 2 });
  expect(reader.openRuns()).toMatchObject([{ unitsDone: 2 }]);
  expect(reader.list('backup')).toHaveLength(1);
});

test('a full disk is told, waited for ever longer up to a minute, and nothing is lost or written twice', async () => {
  const { saver, reader, database, clock } = open();
  const ends: string[] = [];
  const pages = Number(database.writer.pragma('page_count', { simple: true }));
  database.writer.pragma(`max_page_count = ${pages}`);
  const big = 'x'.repeat(100_000);
  const unit = { ...NOTHING, results: [{ key: 'a', value: big, requestId: null }] };
  saver.save({ kind: 'run', run: run(), unit, atMs: 0 }, (end) => ends.push(end));
  saver.save({ kind: 'run', run: run({ unitsDone: 2 }), unit: NOTHING, atMs: 0 }, (end) => ends.push(end));
  expect(saver.isBehind).toBe(true);
  expect(saver.problem).toMatch(/disk .* is full/);
  const waits: number[] = [];
  for (let tries = 0; tries < 10; tries++) {
    waits.push(clock.nextTimerMs ?? 0);
    await clock.advance(clock.nextTimerMs ?? 0);
  }
  expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  expect(reader.openRuns()).toEqual([]);
  expect(ends).toEqual([]);
  database.writer.pragma('max_page_count = 1000000');
  await clock.advance(60_000);
  expect(ends).toEqual(['written', 'written']);
  expect(saver.problem).toBeNull();
  expect(reader.openRuns()).toMatchObject([{ unitsDone: 2 }]);
  expect(clock.pendingTimers).toBe(0);
});

test('steps that cannot be written before the end are said in the log', () => {
  const { saver, database, log, clock } = open();
  const other = openWriterConnection(database.file);
  other.exec('BEGIN IMMEDIATE');
  saver.save({ kind: 'run', run: run(), unit: null, atMs: 0 });
  saver.stop();
  expect(log.lines.at(-1)).toMatchObject({ level: 'error', fields: { writes: 1 } });
  expect(clock.pendingTimers).toBe(0);
  other.close();
});

test('while records are erased nothing is written, and what waited is forgotten', async () => {
  const { saver, reader, clock } = open();
  const resumeFirst = saver.holdAndForget();
  const resumeSecond = saver.holdAndForget();
  saver.save({ kind: 'run', run: run(), unit: null, atMs: 0 });
  resumeFirst();
  await clock.advance(120_000);
  expect(reader.openRuns()).toEqual([]);
  resumeSecond();
  expect(saver.isBehind).toBe(false);
  saver.save({ kind: 'run', run: run({ id: 'r2' }), unit: null, atMs: 0 });
  expect(reader.openRuns()).toMatchObject([{ id: 'r2' }]);
});
