import { describe, expect, it } from 'vitest';
import type { ResourceSnapshot } from '../../src-shared/machine.ts';
import type { SpendReport } from '../../src-shared/money.ts';
import { toAligned } from '../../src-renderer/components/chart-options.ts';
import { pauseUntil } from '../../src-renderer/views/machine/pause-until.ts';
import { addSample } from '../../src-renderer/views/machine/sample-history.ts';
import { describeCauses } from '../../src-renderer/views/optimizer/preference-names.ts';
import { toChartSeries } from '../../src-renderer/views/spend/to-chart-series.ts';

const sum = { requests: 1, unknownCosts: 0, energyJoules: 0 };

/** As much of a report as the chart looks at, dearest row first. */
function report(by: SpendReport['by'], costs: Record<string, number[]>): SpendReport {
  const rows = Object.entries(costs).map(([key, days]) => ({
    ...sum,
    key,
    days,
    costNanoUsd: days.reduce((total, cost) => total + cost, 0),
  }));
  return { by, fromMs: 0, toMs: 1, rows } as unknown as SpendReport;
}

describe('the series of the cost chart', () => {
  it('leave out what cost nothing', () => {
    expect(toChartSeries(report('app', { zed: [0, 3], free: [0, 0] }), []).map(({ label }) => label)).toEqual(['zed']);
  });

  it('are at most five: the cheapest become one, and nothing is lost', () => {
    const series = toChartSeries(report('app', { a: [6], b: [5], c: [4], d: [3], e: [2], f: [1] }), []);
    expect(series.map(({ label, values }) => [label, ...values])).toEqual([
      ['a', 6],
      ['b', 5],
      ['c', 4],
      ['d', 3],
      ['2 others', 3],
    ]);
  });

  it('have the colour of their track, in a shade of their own', () => {
    const providers = [
      { id: 'one', track: 'cloud' },
      { id: 'two', track: 'cloud' },
      { id: 'here', track: 'local' },
    ] as const;
    const series = toChartSeries(report('provider', { one: [3], two: [2], here: [1] }), providers);
    expect(series.map(({ tone }) => tone)).toEqual(['cloud', 'cloud', 'local']);
    expect(series[0]?.shade).not.toBe(series[1]?.shade);
  });
});

it('stacked series stand on those after them', () => {
  const series = [
    { label: 'a', tone: 'plain', values: [1, null] },
    { label: 'b', tone: 'plain', values: [2, 3] },
  ] as const;
  expect(toAligned([1_000, 2_000], series, true)).toEqual([
    [1, 2],
    [3, 3],
    [2, 3],
  ]);
});

describe('a pause', () => {
  const evening = new Date(2026, 2, 31, 22, 15).getTime();

  it.each([
    ['hour', evening + 3_600_000],
    ['tomorrow', new Date(2026, 3, 1, 6).getTime()],
    ['resumed', null],
  ] as const)('%s ends at %s', (span, end) => {
    expect(pauseUntil(span, evening)).toBe(end);
  });
});

describe('the history of samples', () => {
  const sample = (sampledAtMs: number) => ({ sampledAtMs }) as ResourceSnapshot;

  it('takes each sample once, and none that is older', () => {
    const history = addSample(addSample([], sample(2)), sample(2));
    expect(addSample(history, sample(1)).map(({ sampledAtMs }) => sampledAtMs)).toEqual([2]);
  });

  it('keeps five minutes at the fastest pace', () => {
    let history: readonly ResourceSnapshot[] = [];
    for (let at = 1; at <= 400; at += 1) history = addSample(history, sample(at));
    expect(history).toHaveLength(300);
    expect(history.at(-1)?.sampledAtMs).toBe(400);
  });
});

it.each([
  ['local bias 0.5 → 0.55: slow; parallel threshold 0.7 → 0.75: slow', 'slow'],
  ['timeouts 1 → 1.1: answers time out; quality threshold 0.8 → 0.75: dear', 'answers time out; dear'],
  ['adaptation was switched off', 'adaptation was switched off'],
])('of the reason %j the causes are told once: %s', (reason, causes) => {
  expect(describeCauses(reason)).toBe(causes);
});
