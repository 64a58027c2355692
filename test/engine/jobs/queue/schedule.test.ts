import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JOB_NAMES, type JobName } from '../../../../src-shared/jobs.ts';
import { isPlausible, nextDue } from '../../../../src-main/engine/jobs/queue/job-times.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { BACK, makeFolder, ON_BATTERY, pass, scriptedKind, startBench, turns, type Bench } from './support.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LEVELS = ['conservative', 'balanced', 'aggressive'] as const;

const backup = (bench: Bench) => bench.jobs.view().jobs.find(({ name }) => name === 'backup');

test('a job is due at its next time plus its share of chance, in local time', () => {
  const at = (text: string) => new Date(text).getTime();
  const noon = at('2026-11-21T12:00:00');
  const due = (job: JobName, level: (typeof LEVELS)[number], random: number) =>
    nextDue(job, { level, nowMs: noon, random: () => random });
  expect(due('backup', 'balanced', 0)).toBe(at('2026-11-22T01:00:00'));
  expect(due('backup', 'balanced', 0.5)).toBe(at('2026-11-22T03:00:00'));
  expect(due('backup', 'conservative', 0)).toBe(at('2026-11-22T01:00:00'));
  expect(due('model-discovery', 'aggressive', 0.5)).toBe(at('2026-11-21T13:10:00'));
  expect(due('model-benchmark', 'balanced', 0.25)).toBe(at('2026-11-22T02:00:00'));
  expect(due('offline-training', 'conservative', 0)).toBe(at('2026-12-01T01:00:00'));
});

test('the next time is always ahead, and never implausibly far', () => {
  const start = Date.UTC(2026, 0, 1);
  fc.assert(
    fc.property(
      fc.constantFrom(...JOB_NAMES),
      fc.integer({ min: start, max: start + 2 * 366 * DAY_MS }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (job, nowMs, random) => {
        for (const level of LEVELS) {
          const dueAtMs = nextDue(job, { level, nowMs, random: () => random });
          expect(dueAtMs).toBeGreaterThan(nowMs);
          expect(isPlausible(dueAtMs, job, { level, nowMs })).toBe(true);
        }
      },
    ),
  );
});

test('when its time comes a job waits for the gate, and is due again at its next time', async () => {
  const bench = startBench({ kinds: [scriptedKind({ units: 1 })], seen: BACK });
  const dueAtMs = backup(bench)?.nextDueAtMs ?? 0;
  await bench.clock.advance(dueAtMs - bench.clock.nowMs() - 61_000);
  expect(backup(bench)?.current).toBeNull();
  await bench.clock.advance(121_000);
  expect(backup(bench)?.current).toMatchObject({ state: 'waiting', trigger: 'schedule' });
  expect(backup(bench)?.nextDueAtMs).toBeGreaterThan(dueAtMs + 12 * HOUR_MS);
  expect(backup(bench)?.waitsFor).toMatch(/^Keyboard and pointer: untouched for 0 s/);
});

test('times that passed while the engine was off are due once', async () => {
  const clock = new ManualClock();
  const folder = makeFolder();
  const kind = scriptedKind({ units: 1, unitMs: 10 });
  const before = startBench({ kinds: [kind], folder, clock, seen: BACK, background: { level: 'aggressive' } });
  await before.stop();
  await clock.advance(30 * DAY_MS);
  const after = startBench({ kinds: [kind], folder, clock, background: { level: 'aggressive' } });
  await pass(clock, 1_000);
  expect(after.reader.runs({ limit: 10 }).runs).toHaveLength(1);
  expect(kind.begun).toHaveLength(1);
});

test('times that passed while its run waited do not add up', async () => {
  const bench = startBench({ kinds: [scriptedKind({ units: 1 })], seen: BACK });
  await bench.clock.advance(10 * DAY_MS);
  expect(bench.reader.openRuns()).toHaveLength(1);
});

test('a clock that jumps ahead makes a job due once; one that jumps back does not put it off for long', async () => {
  const bench = startBench({ kinds: [scriptedKind({ units: 1, unitMs: 10 })], seen: BACK });
  bench.clock.jump(400 * DAY_MS);
  await bench.clock.advance(HOUR_MS);
  expect(bench.reader.openRuns()).toHaveLength(1);
  await bench.jobs.cancel('backup');
  bench.clock.jump(-400 * DAY_MS);
  await bench.clock.advance(HOUR_MS);
  expect((backup(bench)?.nextDueAtMs ?? Infinity) - bench.clock.nowMs()).toBeLessThanOrEqual(30 * HOUR_MS);
  await bench.clock.advance(30 * HOUR_MS);
  expect(bench.reader.openRuns()).toHaveLength(1);
});

test('another level reckons anew, and a job that is switched off is never due', async () => {
  const bench = startBench({ kinds: [scriptedKind({ name: 'model-discovery' })], seen: BACK });
  const job = () => bench.jobs.view().jobs[0];
  expect(job()?.schedule).toBe('daily, between 1 and 5 o’clock');
  bench.state.background = { ...bench.state.background, level: 'aggressive' };
  bench.jobs.followSettings();
  expect(job()?.schedule).toBe('hourly');
  expect((job()?.nextDueAtMs ?? Infinity) - bench.clock.nowMs()).toBeLessThanOrEqual(80 * 60_000);
  bench.state.background = { ...bench.state.background, off: ['model-discovery'] };
  bench.jobs.followSettings();
  expect(job()?.nextDueAtMs).toBeNull();
  await bench.clock.advance(DAY_MS);
  expect(bench.reader.openRuns()).toEqual([]);
});

test('while the gate is closed there is one timer, and none sooner than a minute', async () => {
  const kinds = [
    scriptedKind({ unit: () => Promise.reject(new Error('no')) }),
    scriptedKind({ name: 'price-refresh' }),
  ];
  const bench = startBench({ kinds });
  bench.jobs.runNow('backup');
  await turns();
  bench.see(ON_BATTERY);
  bench.jobs.pause('price-refresh', bench.clock.nowMs() + 1_000);
  expect(bench.clock.pendingTimers).toBe(1);
  for (let wakes = 0; wakes < 100; wakes++) {
    const nextMs = bench.clock.nextTimerMs ?? 0;
    expect(nextMs).toBeGreaterThanOrEqual(60_000);
    await bench.clock.advance(nextMs);
    expect(bench.clock.pendingTimers).toBe(1);
  }
});

test('with nothing to do the sentence says what comes next', () => {
  const bench = startBench({ kinds: [scriptedKind({})] });
  expect(bench.jobs.view().sentence).toMatch(
    /^Nothing is to be done now\. Next: The backup job, tomorrow at \d\d:\d\d\.$/,
  );
});
