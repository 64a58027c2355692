import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { STRATEGIES } from '../../../src-shared/strategy.ts';
import { MetricsCollector } from '../../../src-main/engine/optimizer/metrics-collector.ts';
import type { GroupMetrics } from '../../../src-main/engine/optimizer/metrics-collector-group.ts';
import type { MetricsSample } from '../../../src-main/engine/optimizer/metrics-collector-sample.ts';
import { quantile } from '../../../src-main/engine/stats/quantile.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const SAMPLE: MetricsSample = {
  path: 'local',
  track: 'local',
  strategy: 'balanced',
  succeeded: true,
  firstTokenMs: 100,
  totalMs: 1_000,
  tokensPerSecond: 40,
  costNanoUsd: 0,
  quality: null,
  energyJoules: null,
  hedges: 0,
  wastedNanoUsd: 0,
};

const amount = fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: null });
const anySample: fc.Arbitrary<MetricsSample> = fc.record({
  path: fc.constantFrom('local', 'cloud', 'parallel', 'cascade', 'cache', null),
  track: fc.constantFrom('local', 'cloud', null),
  strategy: fc.constantFrom(...STRATEGIES),
  succeeded: fc.boolean(),
  firstTokenMs: amount,
  totalMs: amount,
  tokensPerSecond: amount,
  costNanoUsd: fc.option(fc.nat(1e9), { nil: null }),
  quality: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null }),
  energyJoules: amount,
  hedges: fc.nat(2),
  wastedNanoUsd: fc.option(fc.nat(1e6), { nil: null }),
});

const isKnown = (value: number | null) => value !== null;
const sumOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
const averageOf = (values: number[]) =>
  values.length === 0
    ? null
    : { count: values.length, mean: expect.closeTo(sumOf(values) / values.length, 4) as number };
const distributionOf = (values: number[]) =>
  values.length === 0
    ? null
    : { ...averageOf(values), p50: quantile(values, 0.5), p95: quantile(values, 0.95), p99: quantile(values, 0.99) };

/** What the collector should say of these samples, worked out the long way. */
function countByHand(samples: MetricsSample[]): unknown {
  const knownOf = (metric: 'tokensPerSecond' | 'costNanoUsd' | 'quality' | 'energyJoules' | 'wastedNanoUsd') =>
    samples.map((sample) => sample[metric]).filter(isKnown);
  const good = samples.filter(({ succeeded }) => succeeded);
  return {
    requests: samples.length,
    succeeded: good.length,
    successRate: samples.length === 0 ? null : good.length / samples.length,
    firstTokenMs: distributionOf(good.map(({ firstTokenMs }) => firstTokenMs).filter(isKnown)),
    totalMs: distributionOf(good.map(({ totalMs }) => totalMs).filter(isKnown)),
    tokensPerSecond: averageOf(knownOf('tokensPerSecond')),
    costNanoUsd: sumOf(knownOf('costNanoUsd')),
    knownCosts: knownOf('costNanoUsd').length,
    unknownCosts: samples.length - knownOf('costNanoUsd').length,
    quality: averageOf(knownOf('quality')),
    energyJoules: expect.closeTo(sumOf(knownOf('energyJoules')), 4) as number,
    unknownEnergies: samples.length - knownOf('energyJoules').length,
    hedges: sumOf(samples.map(({ hedges }) => hedges)),
    wastedNanoUsd: sumOf(knownOf('wastedNanoUsd')),
    unknownWaste: samples.length - knownOf('wastedNanoUsd').length,
  };
}

function collectorOf(samples: Partial<MetricsSample>[]): MetricsCollector {
  const collector = new MetricsCollector({ clock: new ManualClock() });
  for (const sample of samples) collector.record({ ...SAMPLE, ...sample });
  return collector;
}

function totalOf(collector: MetricsCollector, window = 0): GroupMetrics | undefined {
  return collector.read().windows[window]?.total;
}

describe('the sliding windows', () => {
  test('say what a count by hand says, whatever comes and whenever', async () => {
    const arrivals = fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), anySample), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 40 }), async (steps, capacity) => {
        const clock = new ManualClock();
        const collector = new MetricsCollector({ clock, windowsMs: [500, 3_000], capacity });
        const kept: { atMs: number; sample: MetricsSample }[] = [];
        let nowMs = 0;
        for (const [waitMs, sample] of steps) {
          nowMs += waitMs;
          await clock.advance(waitMs);
          collector.record(sample);
          kept.push({ atMs: nowMs, sample });
        }
        for (const window of collector.read().windows) {
          const young = kept.filter(({ atMs }) => atMs > nowMs - window.spanMs);
          const samples = young.slice(-capacity).map(({ sample }) => sample);
          const having = (wanted: Partial<MetricsSample>) =>
            samples.filter((sample) =>
              Object.entries(wanted).every(([key, value]) => Reflect.get(sample, key) === value),
            );
          expect(window.total).toEqual(countByHand(samples));
          expect(window.isCut).toBe(young.length > capacity);
          for (const path of ['local', 'cloud', 'parallel', 'cascade', 'cache'] as const) {
            expect(window.paths[path] ?? countByHand([])).toEqual(countByHand(having({ path })));
          }
          for (const track of ['local', 'cloud'] as const) {
            expect(window.tracks[track] ?? countByHand([])).toEqual(countByHand(having({ track })));
          }
          for (const strategy of STRATEGIES) {
            expect(window.strategies[strategy] ?? countByHand([])).toEqual(countByHand(having({ strategy })));
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test('are five minutes and an hour unless told otherwise', () => {
    expect(
      collectorOf([])
        .read()
        .windows.map(({ spanMs }) => spanMs),
    ).toEqual([300_000, 3_600_000]);
  });

  test('let a request go when it is as old as the window is long', async () => {
    const clock = new ManualClock();
    const collector = new MetricsCollector({ clock });
    collector.record(SAMPLE);
    await clock.advance(299_999);
    expect(totalOf(collector)?.requests).toBe(1);
    await clock.advance(1);
    expect([totalOf(collector)?.requests, totalOf(collector, 1)?.requests]).toEqual([0, 1]);
    await clock.advance(3_300_000);
    expect(totalOf(collector, 1)?.requests).toBe(0);
  });

  test('do not notice that the wall clock jumps', async () => {
    const clock = new ManualClock();
    const collector = new MetricsCollector({ clock });
    collector.record(SAMPLE);
    clock.jump(-3_600_000);
    collector.record(SAMPLE);
    clock.jump(86_400_000);
    await clock.advance(1_000);
    expect(totalOf(collector)?.requests).toBe(2);
  });

  test('set no timers', () => {
    const clock = new ManualClock();
    const collector = new MetricsCollector({ clock });
    collector.record(SAMPLE);
    expect(clock.pendingTimers).toBe(0);
  });

  test('stay in order when monotonic time does not', () => {
    let nowMs = 1_000;
    const collector = new MetricsCollector({ clock: { monotonicMs: () => nowMs }, windowsMs: [100] });
    collector.record(SAMPLE);
    nowMs = 10;
    collector.record(SAMPLE);
    expect(collector.readWindow(100, 1_050).total.requests).toBe(2);
    expect(collector.readWindow(100, 1_100).total.requests).toBe(0);
  });
});

describe('what is unknown', () => {
  test('is counted apart and never as zero', () => {
    const total = totalOf(collectorOf([{ costNanoUsd: 500, firstTokenMs: null }, { costNanoUsd: null }]));
    expect(total).toMatchObject({ costNanoUsd: 500, knownCosts: 1, unknownCosts: 1, quality: null });
    expect(total?.firstTokenMs).toMatchObject({ count: 1, mean: 100 });
  });

  test('leaves an empty window without rates', () => {
    expect(totalOf(collectorOf([]))).toMatchObject({ requests: 0, successRate: null, totalMs: null, costNanoUsd: 0 });
  });

  test('leaves groups out that nothing was served by', () => {
    const [window] = collectorOf([{ path: null, track: null }]).read().windows;
    expect(window).toMatchObject({ paths: {}, tracks: {}, strategies: { balanced: { requests: 1 } } });
  });
});

test('failures count in the rate of success and not in the latencies', () => {
  const collector = collectorOf([{ totalMs: 900 }, { succeeded: false, firstTokenMs: null, totalMs: 3 }]);
  expect(totalOf(collector)).toMatchObject({ successRate: 0.5, totalMs: { count: 1, mean: 900 } });
});

describe('numbers that make no sense', () => {
  test.each([
    ['a NaN latency', { firstTokenMs: NaN }],
    ['a negative duration', { totalMs: -1 }],
    ['an infinite speed', { tokensPerSecond: Infinity }],
    ['a negative cost', { costNanoUsd: -5 }],
    ['a quality above one', { quality: 1.1 }],
    ['a NaN quality', { quality: NaN }],
    ['a negative energy', { energyJoules: -2 }],
    ['a NaN number of hedges', { hedges: NaN }],
    ['a NaN waste', { wastedNanoUsd: NaN }],
  ])('%s is refused with its sample, and counted', (_, wrong) => {
    const collector = collectorOf([{}]);
    expect(collector.record({ ...SAMPLE, ...wrong })).toBe(false);
    expect(collector.read()).toMatchObject({ rejected: 1, windows: [{ total: { requests: 1 } }, {}] });
  });
});
