import { describe, expect, test } from 'vitest';
import { judgeKills, judgePreemption } from '../../bench/jobs/demands.ts';
import { planDisturbances } from '../../bench/jobs/disturb/plan-disturbances.ts';
import { toLatencyFigures } from '../../bench/jobs/measure-latency.ts';
import { toPreemptionFigures, type PreemptionTrial } from '../../bench/jobs/measure-preemption.ts';
import { powerAt, timeOf, wallMs } from '../../bench/jobs/night/night-script.ts';
import { parseOptions, PARTS } from '../../bench/jobs/options.ts';
import { createSeededRandom } from '../../src-main/demo/seeded-random.ts';
import { JOB_NAMES } from '../../src-shared/jobs.ts';

describe('giving way', () => {
  const trial: PreemptionTrial = { closing: 'input', cancelledMs: 2, endedMs: 3, fromCauseMs: 5, unloadedMs: 20 };

  test('counts until the later of call and unit, and as long as the slowest of a hundred', () => {
    const slow = { ...trial, cancelledMs: 1_400, endedMs: 4 };
    const figures = toPreemptionFigures([...Array<PreemptionTrial>(98).fill(trial), slow, slow]);
    expect(figures).toMatchObject({ trials: 100, bothMs: { p50: 3, p99: 1_400 }, endedMs: { p50: 3, p99: 4 } });
    expect(judgePreemption(figures).map(({ verdict }) => verdict)).toEqual(['MISS', 'pass']);
  });

  test('is missed by one model that stays in memory', () => {
    const figures = toPreemptionFigures([trial, { ...trial, unloadedMs: null }]);
    expect(judgePreemption(figures).map(({ verdict }) => verdict)).toEqual(['pass', 'MISS']);
  });
});

test('what a job adds is the median of the differences within pairs', () => {
  const pairs = [
    { aloneMs: 100, withJobMs: 110 },
    { aloneMs: 200, withJobMs: 201 },
    { aloneMs: 300, withJobMs: 900 },
  ];
  expect(toLatencyFigures(pairs)).toEqual({ pairs: 3, aloneMs: 200, withJobMs: 201, addedMs: 10, addedP90Ms: 600 });
});

describe('blows', () => {
  const plan = (seed: number) =>
    planDisturbances({ jobs: JOB_NAMES, total: 200, random: createSeededRandom('plan', seed) });

  test('are at least as many as were wanted, and a kill is among those of every kind of job', () => {
    const all = plan(1);
    expect(all.map(({ job }) => job)).toEqual(JOB_NAMES);
    expect(all.reduce((sum, { disturbances }) => sum + disturbances.length, 0)).toBeGreaterThanOrEqual(200);
    expect(all.every(({ disturbances }) => disturbances.includes('kill'))).toBe(true);
  });

  test('are the same for the same seed', () => {
    expect(plan(2)).toEqual(plan(2));
    expect(plan(2)).not.toEqual(plan(3));
  });

  test('that missed are missed: fewer than wanted do not do', () => {
    const figures = {
      disturbances: 199,
      byKind: { kill: 199, restart: 0, battery: 0, heat: 0, request: 0 },
      killsOfFewest: 1,
      wrong: ['something'],
      unbookedCalls: 0,
    };
    expect(judgeKills(figures, { least: 200 }).map(({ verdict }) => verdict)).toEqual(['MISS', 'pass', 'MISS']);
  });
});

test('the night’s times are those of the clock on the wall, over midnight', () => {
  expect(wallMs('01:00:00') - wallMs('23:00:00')).toBe(7_200_000);
  expect(['22:00:00', '00:00:00', '07:12:00'].map((time) => timeOf(wallMs(time)))).toEqual([
    '22:00:00',
    '00:00:00',
    '07:12:00',
  ]);
  expect(powerAt(wallMs('02:14:31'))).toMatchObject({ userIdleMs: 0, source: 'ac' });
  expect(powerAt(wallMs('02:45:32'))).toMatchObject({ userIdleMs: 1_860_000, source: 'battery', thermal: 'nominal' });
  expect(powerAt(wallMs('04:00:00')).thermal).toBe('serious');
});

test('parts are chosen by name, and a wrong name is told', () => {
  expect(parseOptions([])).toEqual({ parts: PARTS, quick: false, seed: 1 });
  expect(parseOptions(['--night'])?.parts).toEqual(['night']);
  expect(parseOptions(['--only', 'kills,preempt', '--quick', '--seed', '4'])).toEqual({
    parts: ['preempt', 'kills'],
    quick: true,
    seed: 4,
  });
  expect(() => parseOptions(['--only', 'latency,sleep'])).toThrow('there is no part sleep');
});
