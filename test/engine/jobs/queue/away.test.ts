import { expect, test } from 'vitest';
import { ManualClock } from '../../../support/manual-clock.ts';
import { AWAY, BACK, makeFolder, ON_BATTERY, pass, scriptedKind, startBench, turns } from './support.ts';

const HOUR_MS = 3_600_000;

const finding = (key: string) => ({ key, severity: 'low' as const, sentence: key, action: null });

test('the summary is of the time from the gate’s opening until the person came back', async () => {
  const outcome = () => ({ findings: [finding('old key')] });
  const bench = startBench({ kinds: [scriptedKind({ units: 2, unitMs: 100, outcome })], seen: BACK });
  await bench.clock.advance(HOUR_MS);
  const leftAtMs = bench.clock.nowMs();
  bench.see(AWAY);
  bench.jobs.runNow('backup');
  await pass(bench.clock, 1_000);
  bench.callers.meter?.addCall({ track: 'local', tokens: 1, costNanoUsd: 0, energyJoules: 1 });
  await bench.clock.advance(HOUR_MS);
  bench.see(ON_BATTERY);
  await bench.clock.advance(HOUR_MS);
  bench.see(AWAY);
  await bench.clock.advance(HOUR_MS);
  bench.see(BACK);
  const backAtMs = bench.clock.nowMs();
  expect(bench.state.backs).toBe(1);
  await bench.clock.advance(HOUR_MS);
  const summary = bench.jobs.summary(null);
  expect(summary).toMatchObject({ fromMs: leftAtMs, toMs: backAtMs, openMs: 2 * HOUR_MS + 1_000 });
  expect(summary.runs).toMatchObject([{ job: 'backup', state: 'done' }]);
  expect(summary.findings).toMatchObject([{ key: 'old key' }]);
  expect(summary.cost.cpuMs).toBe(10);
  expect(summary.sentence).toBe('In 3 h 1 job was finished. 1 finding to look at. It cost no money.');
});

test('an absence goes on over a restart, and nobody knows for how long the gate of a killed engine was open', async () => {
  const clock = new ManualClock();
  const folder = makeFolder();
  const kinds = [scriptedKind({ units: 1 })];
  const before = startBench({ kinds, folder, clock });
  const leftAtMs = clock.nowMs();
  await clock.advance(HOUR_MS);
  before.kill();
  await clock.advance(HOUR_MS);
  const after = startBench({ kinds, folder, clock });
  await clock.advance(HOUR_MS);
  after.see(BACK);
  expect(after.jobs.summary(null)).toMatchObject({ fromMs: leftAtMs, toMs: clock.nowMs(), openMs: null });
});

test('coming back is told once, and not knowing whether somebody is there is not coming back', async () => {
  const bench = startBench({ kinds: [scriptedKind({})] });
  await bench.clock.advance(HOUR_MS);
  bench.see({ ...AWAY, power: { ...AWAY.power, userIdleMs: null } });
  expect(bench.state.backs).toBe(0);
  bench.see(BACK);
  bench.see(BACK);
  expect(bench.state.backs).toBe(1);
});

test('a run that gave way is part of the night in which it was at work, and of no later one', async () => {
  const bench = startBench({ kinds: [scriptedKind({ units: 50, unitMs: 100 })], seen: BACK });
  await bench.clock.advance(86_400_000);
  bench.see(AWAY);
  await pass(bench.clock, 450);
  bench.see(BACK);
  await turns();
  expect(bench.jobs.summary(null).runs).toMatchObject([{ state: 'waiting', unitsDone: 4 }]);
  expect(bench.jobs.summary(null).sentence).toMatch(/1 job was gone on with\. It cost no money\.$/);
  bench.jobs.pause('backup', null);
  await bench.clock.advance(HOUR_MS);
  bench.see(AWAY);
  await bench.clock.advance(HOUR_MS);
  bench.see(BACK);
  expect(bench.jobs.summary(null).runs).toEqual([]);
  expect(bench.jobs.summary(null).sentence).toBe('In 1 h no background work was done.');
});

test('where nobody comes and goes the summary is of the last day, or of the time asked for', () => {
  const bench = startBench({ kinds: [scriptedKind({})], seen: BACK });
  const nowMs = bench.clock.nowMs();
  expect(bench.jobs.summary(null)).toMatchObject({ fromMs: nowMs - 24 * HOUR_MS, toMs: nowMs, openMs: 0 });
  expect(bench.jobs.summary(nowMs - HOUR_MS)).toMatchObject({ fromMs: nowMs - HOUR_MS, toMs: nowMs });
});

test('history is kept for 90 days', async () => {
  const bench = startBench({ kinds: [scriptedKind({ units: 1, unitMs: 10 })] });
  bench.jobs.runNow('backup');
  await pass(bench.clock, 100);
  bench.see(BACK);
  await bench.clock.advance(89 * 24 * HOUR_MS);
  bench.jobs.runNow('backup');
  await pass(bench.clock, 100);
  expect(bench.jobs.runs({ limit: 10 }).runs).toHaveLength(2);
  await bench.clock.advance(2 * 24 * HOUR_MS);
  bench.jobs.runNow('backup');
  await pass(bench.clock, 100);
  expect(bench.jobs.runs({ limit: 10 }).runs).toHaveLength(2);
});

test('pages of ended runs follow each other without gap or overlap', async () => {
  const kinds = [scriptedKind({ units: 1, unitMs: 10 }), scriptedKind({ name: 'price-refresh', units: 1, unitMs: 10 })];
  const bench = startBench({ kinds });
  for (let round = 0; round < 7; round++) {
    bench.jobs.runNow(round % 3 === 0 ? 'price-refresh' : 'backup');
    await pass(bench.clock, 50);
  }
  const seen: string[] = [];
  for (let before: string | null | undefined; before !== null;) {
    const page = bench.jobs.runs({ limit: 2, ...(before === undefined ? {} : { before }) });
    seen.push(...page.runs.map(({ id }) => id));
    before = page.nextBefore;
  }
  expect(seen).toHaveLength(7);
  expect(new Set(seen).size).toBe(7);
  expect(seen).toEqual(seen.toSorted().toReversed());
  expect(bench.jobs.runs({ limit: 10, job: 'price-refresh' }).runs).toHaveLength(3);
});
