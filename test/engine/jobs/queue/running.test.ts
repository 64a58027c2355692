import { expect, test } from 'vitest';
import { z } from 'zod';
import { openWriterConnection } from '../../../../src-main/engine/store/database.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import {
  afterSteps,
  AWAY,
  BACK,
  makeFolder,
  ON_BATTERY,
  pass,
  scriptedKind,
  startBench,
  turns,
  wait,
  type Bench,
} from './support.ts';

const jobOf = (bench: Bench, name = 'backup') => bench.jobs.view().jobs.find((job) => job.name === name);
const runOf = (bench: Bench, name = 'backup') => jobOf(bench, name)?.current ?? null;
const lastOf = (bench: Bench, name = 'backup') => jobOf(bench, name)?.last ?? null;

test('a run goes through its units and tells what it found', async () => {
  const kind = scriptedKind({ units: 3, unitMs: 100 });
  const bench = startBench({ kinds: [kind] });
  bench.jobs.runNow('backup');
  await pass(bench.clock, 400);
  expect(runOf(bench)).toBeNull();
  expect(lastOf(bench)).toMatchObject({
    state: 'done',
    trigger: 'person',
    unitsDone: 3,
    unitsTotal: 3,
    found: 'Counted to 3.',
    problem: null,
    preemptions: 0,
  });
  expect(bench.jobs.runs({ limit: 10 }).runs).toHaveLength(1);
  expect(bench.reader.list('backup').map(({ value }) => value)).toEqual([0, 1, 2]);
  expect(bench.state.changes).toContain('runs');
});

test('closing the gate fires the signal at once, and the unit is done again when it opens', async () => {
  let firedAtMs: number | null = null;
  const kind = scriptedKind({
    units: 2,
    async unit(steps, work, attempt) {
      work.signal.addEventListener('abort', () => (firedAtMs = work.clock.monotonicMs()));
      await wait(work, 100);
      return afterSteps(steps, `unit-${attempt}`);
    },
  });
  const bench = startBench({ kinds: [kind] });
  bench.jobs.runNow('backup');
  await pass(bench.clock, 150);
  const closedAtMs = bench.clock.monotonicMs();
  bench.see(ON_BATTERY);
  expect(firedAtMs).toBe(closedAtMs);
  await turns();
  expect(runOf(bench)).toMatchObject({ state: 'waiting', unitsDone: 1, preemptions: 1 });
  expect(jobOf(bench)?.waitsFor).toBe('Power: on battery (needed: on mains).');
  expect(bench.jobs.view().running).toBeNull();
  bench.see(AWAY);
  await pass(bench.clock, 200);
  expect(kind.begun.map(({ unit }) => unit)).toEqual([0, 1, 1]);
  expect(lastOf(bench)).toMatchObject({ state: 'done', unitsDone: 2, preemptions: 1 });
});

test('a unit that is done again draws the same numbers, and another unit draws others', async () => {
  const kind = scriptedKind({ units: 2, unitMs: 100 });
  const bench = startBench({ kinds: [kind] });
  bench.jobs.runNow('backup');
  await pass(bench.clock, 50);
  bench.see(ON_BATTERY);
  await turns();
  bench.see(AWAY);
  await pass(bench.clock, 300);
  const [first, again, second] = kind.begun.map(({ drawn }) => drawn);
  expect(again).toBe(first);
  expect(second).not.toBe(first);
});

test('what a job loaded is taken out of memory when it gives way, and not between two of its units', async () => {
  const bench = startBench({ kinds: [scriptedKind({ units: 5, unitMs: 100 })] });
  bench.jobs.runNow('backup');
  await pass(bench.clock, 250);
  expect(bench.callers.released).toBe(0);
  bench.see(ON_BATTERY);
  await turns();
  expect(bench.callers.released).toBe(1);
});

test('a unit that does not heed its signal is given up after a second, and what it says later is thrown away', async () => {
  const clock = new ManualClock();
  const kind = scriptedKind({
    units: 1,
    async unit(steps, _work, attempt) {
      await new Promise<void>((resolve) => void clock.after(5_000, resolve));
      return afterSteps(steps, `unit-${attempt}`);
    },
  });
  const bench = startBench({ kinds: [kind], clock });
  bench.jobs.runNow('backup');
  await pass(clock, 100);
  bench.see(ON_BATTERY);
  await pass(clock, 990);
  expect(bench.jobs.view().running).toBe('backup');
  await pass(clock, 20);
  expect(runOf(bench)).toMatchObject({ state: 'waiting', unitsDone: 0, preemptions: 1 });
  await pass(clock, 5_000);
  expect(bench.reader.list('backup')).toEqual([]);
  expect(bench.log.lines.map(({ message }) => message)).toContain('a unit ended after it was given up');
});

test('a unit that never ends, while nothing stops it, counts as failed after half an hour', async () => {
  const bench = startBench({ kinds: [scriptedKind({ unit: () => new Promise(() => undefined) })] });
  bench.jobs.runNow('backup');
  await turns();
  await bench.clock.advance(30 * 60_000);
  await pass(bench.clock, 1_100);
  expect(runOf(bench)).toMatchObject({ state: 'waiting', retries: 1 });
  expect(runOf(bench)?.problem).toMatch(/more than half an hour/);
});

test('a unit that ends well within the second of its signal counts', async () => {
  const kind = scriptedKind({
    units: 2,
    async unit(steps, work, attempt) {
      await new Promise<void>((resolve) => {
        work.signal.addEventListener('abort', () => resolve());
        work.clock.after(1_000, resolve);
      });
      return afterSteps(steps, `unit-${attempt}`);
    },
  });
  const bench = startBench({ kinds: [kind] });
  bench.jobs.runNow('backup');
  await pass(bench.clock, 100);
  bench.see(ON_BATTERY);
  await turns();
  expect(runOf(bench)).toMatchObject({ state: 'waiting', unitsDone: 1, preemptions: 1 });
  expect(bench.reader.list('backup')).toHaveLength(1);
});

test('a unit that fails is tried again after a minute and then ever later, and after six times the run has failed', async () => {
  const kind = scriptedKind({
    unit() {
      throw new Error('the disk is not there.');
    },
  });
  const bench = startBench({ kinds: [kind], random: () => 1 - 2 ** -40 });
  bench.jobs.runNow('backup');
  await turns();
  expect(runOf(bench)).toMatchObject({ retries: 1, problem: 'The backup job could not go on: the disk is not there.' });
  expect(jobOf(bench)?.waitsFor).toMatch(/^It failed and is tried again at \d\d:\d\d\. The backup job could not go on/);
  const startedMs = bench.clock.nowMs();
  const waits: number[] = [];
  for (
    let retryAtMs = runOf(bench)?.retryAtMs ?? null;
    retryAtMs !== null;
    retryAtMs = runOf(bench)?.retryAtMs ?? null
  ) {
    waits.push(Math.round((retryAtMs - bench.clock.nowMs()) / 60_000));
    await bench.clock.advance(retryAtMs - bench.clock.nowMs());
    await turns();
  }
  expect(waits).toEqual([1, 2, 4, 8, 16]);
  expect(bench.clock.nowMs() - startedMs).toBeLessThanOrEqual(31 * 60_000);
  expect(lastOf(bench)).toMatchObject({ state: 'failed', retries: 6, unitsDone: 0 });
  expect(lastOf(bench)?.problem).toMatch(/the disk is not there\. It failed 6 times in a row and was given up/);
});

test('the try after a good unit starts counting anew', async () => {
  let failing = true;
  const kind = scriptedKind({
    units: 2,
    async unit(steps, work, attempt) {
      if (failing) throw new Error('not yet');
      await wait(work, 100);
      return afterSteps(steps, `unit-${attempt}`);
    },
  });
  const bench = startBench({ kinds: [kind] });
  bench.jobs.runNow('backup');
  await turns();
  failing = false;
  await bench.clock.advance(45_000);
  await pass(bench.clock, 120);
  expect(runOf(bench)).toMatchObject({ unitsDone: 1, retries: 0, retryAtMs: null, problem: null });
});

test('while one run waits to be tried again another works', async () => {
  const failing = scriptedKind({ name: 'security-hygiene', unit: () => Promise.reject(new Error('no')) });
  const bench = startBench({ kinds: [failing, scriptedKind({ units: 1 })] });
  bench.jobs.runNow('security-hygiene');
  bench.jobs.runNow('backup');
  await pass(bench.clock, 200);
  expect(lastOf(bench)?.state).toBe('done');
  expect(runOf(bench, 'security-hygiene')).toMatchObject({ state: 'waiting', retries: 1 });
});

test('a kind with nothing to do says why, and the run is over', async () => {
  const kind = scriptedKind({ plan: () => ({ kind: 'nothing', sentence: 'No prompts are kept.' }) });
  const bench = startBench({ kinds: [kind] });
  bench.jobs.runNow('backup');
  await turns();
  expect(lastOf(bench)).toMatchObject({
    state: 'done',
    found: 'No prompts are kept.',
    unitsDone: 0,
    startedAtMs: null,
  });
  expect(kind.begun).toEqual([]);
});

test('a kind that cannot plan is tried again later', async () => {
  const kind = scriptedKind({
    plan() {
      throw new Error('the list is gone');
    },
  });
  const bench = startBench({ kinds: [kind] });
  bench.jobs.runNow('backup');
  await turns();
  expect(runOf(bench)).toMatchObject({ retries: 1, problem: 'The backup job could not go on: the list is gone.' });
});

test('a checkpoint of another version begins the run anew', async () => {
  const folder = makeFolder();
  const clock = new ManualClock();
  const before = startBench({ kinds: [scriptedKind({ units: 5, unitMs: 100 })], folder, clock });
  before.jobs.runNow('backup');
  await pass(clock, 350);
  before.kill();
  const kind = scriptedKind({ units: 2, checkpoint: z.strictObject({ unit: z.int(), of: z.literal(2) }) });
  const after = startBench({ kinds: [kind], folder, clock });
  await pass(clock, 300);
  expect(kind.begun.map(({ unit }) => unit)).toEqual([0, 1]);
  expect(lastOf(after)).toMatchObject({ state: 'done', unitsDone: 2, unitsTotal: 2 });
});

test('after a kill in the middle of a unit the run waits, and goes on from its checkpoint', async () => {
  const folder = makeFolder();
  const clock = new ManualClock();
  const kind = scriptedKind({ units: 4, unitMs: 100 });
  const before = startBench({ kinds: [kind], folder, clock });
  before.jobs.runNow('backup');
  await pass(clock, 250);
  before.kill();
  const after = startBench({ kinds: [kind], folder, clock, seen: ON_BATTERY });
  expect(runOf(after)).toMatchObject({ state: 'waiting', unitsDone: 2, trigger: 'person' });
  after.see(AWAY);
  await pass(clock, 300);
  expect(kind.begun.map(({ unit }) => unit)).toEqual([0, 1, 2, 2, 3]);
  expect(lastOf(after)).toMatchObject({ state: 'done', unitsDone: 4 });
});

test('an engine that stops waits for its unit, and leaves no timer', async () => {
  const bench = startBench({ kinds: [scriptedKind({ units: 4, unitMs: 100 })] });
  bench.jobs.runNow('backup');
  await pass(bench.clock, 150);
  const stopping = bench.jobs.stop();
  await turns();
  await stopping;
  expect(bench.reader.openRuns()).toMatchObject([{ state: 'waiting', unitsDone: 1, preemptions: 1 }]);
  expect(bench.callers.released).toBe(1);
  expect(bench.clock.pendingTimers).toBe(0);
});

test('work is done in the order of priority, and what a person asks for goes first', async () => {
  const order: string[] = [];
  const kindOf = (name: 'backup' | 'database-upkeep' | 'offline-training') =>
    scriptedKind({
      name,
      units: 1,
      async unit(steps, work, attempt) {
        order.push(name);
        await wait(work, 50);
        return afterSteps(steps, `${name}-${attempt}`);
      },
    });
  const clock = new ManualClock();
  const folder = makeFolder();
  const before = startBench({ kinds: [kindOf('backup')], folder, clock, seen: BACK });
  await before.stop();
  const bench = startBench({
    kinds: [kindOf('offline-training'), kindOf('database-upkeep'), kindOf('backup')],
    ...{ folder, clock, seen: BACK },
  });
  await clock.advance(8 * 86_400_000);
  expect(bench.jobs.view().jobs.every(({ current }) => current?.state === 'waiting')).toBe(true);
  order.length = 0;
  bench.see(AWAY);
  bench.jobs.runNow('offline-training');
  await pass(clock, 300);
  expect(order[0]).toBe('backup');
  expect(order.slice(1)).toEqual(['offline-training', 'backup', 'database-upkeep']);
});

test('a person’s run makes another give way, and is not made to give way by the next', async () => {
  const kinds = [
    scriptedKind({ units: 9, unitMs: 100 }),
    scriptedKind({ name: 'price-refresh', units: 9, unitMs: 100 }),
  ];
  const bench = startBench({ kinds, seen: BACK });
  await bench.clock.advance(86_400_000);
  bench.see(AWAY);
  await pass(bench.clock, 150);
  expect(bench.jobs.view().running).toBe('backup');
  bench.jobs.runNow('price-refresh');
  await turns();
  expect(bench.jobs.view().running).toBe('price-refresh');
  expect(runOf(bench)).toMatchObject({ state: 'waiting', preemptions: 1 });
  expect(jobOf(bench)?.waitsFor).toBe('Waits its turn: The price-refresh job is at work.');
  bench.jobs.runNow('backup');
  await turns();
  expect(bench.jobs.view().running).toBe('price-refresh');
});

test('what a person asks for runs while they sit there and other programs work, but not on battery', async () => {
  const bench = startBench({ kinds: [scriptedKind({ units: 3, unitMs: 100 })], seen: { ...BACK, othersPercent: 90 } });
  bench.jobs.runNow('backup');
  await pass(bench.clock, 150);
  expect(runOf(bench)).toMatchObject({ state: 'running', unitsDone: 1 });
  bench.see({ ...ON_BATTERY, othersPercent: 90 });
  await turns();
  expect(runOf(bench)?.state).toBe('waiting');
  bench.see({ ...BACK, othersPercent: 90 });
  await pass(bench.clock, 300);
  expect(lastOf(bench)?.state).toBe('done');
});

test('cancelling ends a run within its second, and what it found stays', async () => {
  const bench = startBench({ kinds: [scriptedKind({ units: 5, unitMs: 100 })] });
  bench.jobs.runNow('backup');
  await pass(bench.clock, 250);
  const cancelling = bench.jobs.cancel('backup');
  await turns();
  expect(await cancelling).toBe(true);
  expect(runOf(bench)).toBeNull();
  expect(lastOf(bench)).toMatchObject({ state: 'cancelled', unitsDone: 2 });
  expect(bench.reader.list('backup')).toHaveLength(2);
  expect(await bench.jobs.cancel('backup')).toBe(false);
});

test('a paused job stops and waits, and the others go on', async () => {
  const kinds = [scriptedKind({ units: 5, unitMs: 100 }), scriptedKind({ name: 'price-refresh', units: 1 })];
  const bench = startBench({ kinds });
  bench.jobs.runNow('backup');
  await pass(bench.clock, 150);
  bench.jobs.pause('backup', bench.clock.nowMs() + 3_600_000);
  bench.jobs.runNow('price-refresh');
  await pass(bench.clock, 200);
  expect(jobOf(bench)).toMatchObject({ paused: true, current: { state: 'waiting', preemptions: 1 } });
  expect(jobOf(bench)?.waitsFor).toMatch(/^Paused; it goes on at \d\d:\d\d\.$/);
  expect(lastOf(bench, 'price-refresh')?.state).toBe('done');
  await bench.clock.advance(3_600_000);
  await pass(bench.clock, 600);
  expect(jobOf(bench)).toMatchObject({ paused: false, last: { state: 'done' } });
});

test('pauses outlive the process, those of all work and those of one job', async () => {
  const folder = makeFolder();
  const clock = new ManualClock();
  const kinds = [scriptedKind({})];
  const before = startBench({ kinds, folder, clock });
  before.jobs.pause('backup', null);
  before.jobs.pauseAll(clock.nowMs() + 3_600_000);
  await before.stop();
  const after = startBench({ kinds, folder, clock });
  expect(after.jobs.view()).toMatchObject({ paused: true, pausedUntilMs: clock.nowMs() + 3_600_000 - 1_100 });
  expect(jobOf(after)).toMatchObject({ paused: true, pausedUntilMs: null });
  await clock.advance(3_600_000);
  after.see(AWAY);
  expect(after.jobs.view().paused).toBe(false);
});

test('switching a job off while it works stops it, and asking for it says why it does not run', async () => {
  const bench = startBench({ kinds: [scriptedKind({ units: 5, unitMs: 100 })] });
  bench.jobs.runNow('backup');
  await pass(bench.clock, 150);
  bench.state.background = { ...bench.state.background, off: ['backup'] };
  bench.jobs.followSettings();
  await turns();
  expect(jobOf(bench)).toMatchObject({ enabled: false, nextDueAtMs: null, current: { state: 'waiting' } });
  expect(bench.jobs.runNow('backup')).toBe('This job is switched off in the settings.');
  bench.state.background = { ...bench.state.background, off: [], enabled: false };
  bench.jobs.followSettings();
  expect(bench.jobs.view().sentence).toBe('Background work is switched off in the settings.');
  bench.state.background = { ...bench.state.background, enabled: true };
  bench.jobs.followSettings();
  await pass(bench.clock, 600);
  expect(lastOf(bench)?.state).toBe('done');
});

test('costs are summed over all tries, those that gave way as well', async () => {
  const kind = scriptedKind({ units: 2, unitMs: 100 });
  const bench = startBench({ kinds: [kind] });
  bench.jobs.runNow('backup');
  await pass(bench.clock, 50);
  bench.callers.meter?.addCall({ track: 'local', tokens: 100, costNanoUsd: 0, energyJoules: 12 });
  bench.see(ON_BATTERY);
  await turns();
  bench.see(AWAY);
  await pass(bench.clock, 50);
  bench.callers.meter?.addCall({ track: 'cloud', tokens: 30, costNanoUsd: 2_000, energyJoules: 0 });
  bench.callers.meter?.addCall({ track: 'cloud', tokens: 5, costNanoUsd: null, energyJoules: 0 });
  await pass(bench.clock, 300);
  expect(lastOf(bench)?.cost).toEqual({
    cpuMs: 15,
    energyJoules: 12,
    nanoUsd: 2_000,
    unknownCosts: 1,
    localTokens: 100,
    cloudTokens: 35,
  });
});

test('while the file is locked nothing is lost and nothing goes on; when it is free the run does', async () => {
  const bench = startBench({ kinds: [scriptedKind({ units: 3, unitMs: 100 })] });
  bench.jobs.runNow('backup');
  await pass(bench.clock, 50);
  const other = openWriterConnection(bench.database.file);
  other.exec('BEGIN IMMEDIATE');
  await pass(bench.clock, 9_000);
  expect(runOf(bench)).toMatchObject({ unitsDone: 1, state: 'waiting' });
  expect(bench.jobs.view().problem).toMatch(/locked by another program/);
  expect(jobOf(bench)?.waitsFor).toMatch(/locked by another program/);
  expect(bench.reader.list('backup')).toEqual([]);
  other.close();
  await pass(bench.clock, 9_000);
  expect(bench.jobs.view().problem).toBeNull();
  expect(lastOf(bench)).toMatchObject({ state: 'done', unitsDone: 3 });
  expect(bench.reader.list('backup')).toHaveLength(3);
});

test('what runs in memory of a unit runs once it is written, and only then', async () => {
  let settled = 0;
  const bench = startBench({ kinds: [scriptedKind({ units: 1, outcome: () => ({ settled: () => settled++ }) })] });
  bench.jobs.runNow('backup');
  await pass(bench.clock, 50);
  const other = openWriterConnection(bench.database.file);
  other.exec('BEGIN IMMEDIATE');
  await pass(bench.clock, 200);
  expect(settled).toBe(0);
  other.close();
  await pass(bench.clock, 500);
  expect(settled).toBe(1);
});

test('what a unit made of a request that is erased meanwhile is thrown away', async () => {
  const results = (key: string) => [{ key, value: 1, requestId: key }];
  const outcome = () => ({ results: [...results('r1'), ...results('r2')] });
  const bench = startBench({ kinds: [scriptedKind({ units: 1, outcome })] });
  bench.jobs.runNow('backup');
  await pass(bench.clock, 50);
  bench.jobs.eraseRequest('r1');
  await pass(bench.clock, 100);
  expect(bench.reader.list('backup').map(({ requestId }) => requestId)).toEqual(['r2']);
});

test('erasing all records ends the run at work, and the person’s pauses stay', async () => {
  const bench = startBench({ kinds: [scriptedKind({ units: 5, unitMs: 100 })] });
  bench.jobs.runNow('backup');
  await pass(bench.clock, 150);
  const resume = bench.saver.holdAndForget();
  bench.jobs.forget();
  await turns();
  expect(bench.jobs.view()).toMatchObject({ running: null, jobs: [{ current: null, last: null }] });
  bench.database.writer.exec('DELETE FROM job_runs; DELETE FROM job_results; DELETE FROM jobs_state');
  bench.jobs.pause('backup', null);
  resume();
  bench.jobs.recollect();
  await pass(bench.clock, 200);
  expect(bench.reader.openRuns()).toEqual([]);
  expect(bench.reader.list('backup')).toEqual([]);
  expect(bench.reader.states()).toContainEqual(expect.objectContaining({ job: 'backup', paused: true }));
});

test('an outcome that the database refuses fails the run instead of being counted', async () => {
  const outcome = () => ({ results: [{ key: 'big', value: 10n as unknown as number, requestId: null }] });
  const bench = startBench({ kinds: [scriptedKind({ units: 2, outcome })] });
  bench.jobs.runNow('backup');
  await pass(bench.clock, 200);
  expect(lastOf(bench)).toMatchObject({ state: 'failed', unitsDone: 0 });
  expect(lastOf(bench)?.problem).toMatch(/could not be written down, which is an error in Pointsman/);
});

test('a proposal that would loosen what keeps people safe is never kept', async () => {
  const draft = (key: string, path: string) => ({
    ...{ key, title: key, sentence: key, evidence: [] },
    changes: [{ path, before: false, after: true }],
  });
  const proposals = [draft('one', 'privacy.localOnly'), draft('two', 'privacy'), draft('three', 'log.level')];
  const bench = startBench({ kinds: [scriptedKind({ units: 1, outcome: () => ({ proposals }) })] });
  bench.jobs.runNow('backup');
  await pass(bench.clock, 200);
  expect(bench.reader.proposals().map(({ key }) => key)).toEqual(['three']);
});

test('time left is told from three units on, from what most of them took', async () => {
  const lengths = [1_000, 100, 100, 100, 100, 100, 100, 100, 100, 100];
  const kind = scriptedKind({
    units: 10,
    async unit(steps, work, attempt) {
      await wait(work, lengths[steps.unit] ?? 100);
      return afterSteps(steps, `unit-${attempt}`);
    },
  });
  const bench = startBench({ kinds: [kind] });
  bench.jobs.runNow('backup');
  await pass(bench.clock, 1_150);
  expect(runOf(bench)).toMatchObject({ unitsDone: 2, timeLeftMs: null });
  await pass(bench.clock, 400);
  const left = runOf(bench)?.timeLeftMs ?? 0;
  expect(runOf(bench)?.unitsDone).toBe(6);
  // Four units of 100 ms, one of which is half done.
  expect(left).toBeGreaterThanOrEqual(330);
  expect(left).toBeLessThanOrEqual(400);
});

test('the sentence says what is done, how far it is, and how long it takes', async () => {
  const kind = scriptedKind({
    units: 600,
    async unit(steps, work, attempt) {
      work.doing(`number ${steps.unit}`);
      await wait(work, 100);
      return afterSteps(steps, `unit-${attempt}`);
    },
  });
  const bench = startBench({ kinds: [kind] });
  bench.jobs.runNow('backup');
  await pass(bench.clock, 1_050);
  expect(bench.jobs.view().sentence).toMatch(/^The backup job: number 1\d \(1\d of 600, about \d+ s left\)$/);
});

test('nothing begins or goes on before it is known what there is to work with', async () => {
  const kind = scriptedKind({ units: 2, unitMs: 100 });
  let isReady = false;
  const bench = startBench({ kinds: [kind], isReady: () => isReady });
  bench.jobs.runNow('backup');
  await pass(bench.clock, 5_000);
  expect(kind.begun).toEqual([]);
  isReady = true;
  bench.jobs.ready();
  await pass(bench.clock, 300);
  expect(lastOf(bench)).toMatchObject({ state: 'done', unitsDone: 2 });
});
