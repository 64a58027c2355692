import { describe, expect, test } from 'vitest';
import { spendReport } from '../../../src-shared/money.ts';
import type { SpendRow } from '../../../src-shared/spend.ts';
import { buildSpendReport, spendWindow, type SpendFacts } from '../../../src-main/engine/spend/spend-report.ts';
import { at, inTimeZone } from './in-time-zone.ts';

const NOW_MS = at('2026-11-21T12:00:00Z');

function row(date: string, key: string | null, costNanoUsd: number, more: Partial<SpendRow> = {}): SpendRow {
  return {
    startMs: at(`${date}T00:00:00Z`),
    key,
    requests: 1,
    failed: 0,
    inputTokens: 0,
    outputTokens: 0,
    costNanoUsd,
    unknownCosts: 0,
    compared: 0,
    referenceNanoUsd: 0,
    comparedCostNanoUsd: 0,
    energyJoules: 0,
    unknownEnergies: 0,
    ...more,
  };
}

function report(facts: Partial<SpendFacts>) {
  return buildSpendReport({
    query: { days: 3, by: 'app' },
    nowMs: NOW_MS,
    rows: [],
    history: [],
    reference: null,
    tariffUsdPerKwh: 0.3,
    budgets: [],
    priceTable: { source: 'prices 1', date: '2026-09-23', fetchedAtMs: null },
    ...facts,
  });
}

describe('the window to read', () => {
  test('is so many local days up to the end of today, and for the history four weeks or the month', () => {
    inTimeZone('Europe/Berlin');
    expect(spendWindow(at('2026-03-30T10:00:00+02:00'), 3)).toEqual({
      fromMs: at('2026-03-28T00:00:00+01:00'),
      historyFromMs: at('2026-03-01T00:00:00+01:00'),
      toMs: at('2026-03-31T00:00:00+02:00'),
    });
    expect(spendWindow(at('2026-03-02T10:00:00+01:00'), 1).historyFromMs).toBe(at('2026-02-02T00:00:00+01:00'));
  });
});

describe('rows', () => {
  test('have the cost of each day, oldest first, and come dearest first', () => {
    inTimeZone('UTC');
    const rows = [
      row('2026-11-19', 'a', 5),
      row('2026-11-21', 'a', 7),
      row('2026-11-20', null, 20),
      row('2026-11-21', 'b', 1),
    ];
    expect(report({ rows }).rows.map(({ key, costNanoUsd, days }) => [key, costNanoUsd, days])).toEqual([
      [null, 20, [0, 20, 0]],
      ['a', 12, [5, 0, 7]],
      ['b', 1, [0, 0, 1]],
    ]);
  });

  test('of days outside the window are left out', () => {
    inTimeZone('UTC');
    expect(report({ rows: [row('2026-11-18', 'a', 5)] }).rows).toEqual([]);
  });

  test('keep requests, unknown costs and energy', () => {
    inTimeZone('UTC');
    const unknown = { requests: 4, unknownCosts: 2, energyJoules: 1.5 };
    const rows = [row('2026-11-20', 'a', 5, unknown), row('2026-11-21', 'a', 5, unknown)];
    expect(report({ rows }).rows).toMatchObject([{ requests: 8, unknownCosts: 4, energyJoules: 3 }]);
  });
});

test('today and the month are summed from the history, whatever the window', () => {
  inTimeZone('UTC');
  const history = [row('2026-10-31', null, 100), row('2026-11-01', null, 10), row('2026-11-21', null, 1)];
  const { today, month, forecast } = report({ history });
  expect([today.costNanoUsd, month.costNanoUsd]).toEqual([1, 11]);
  expect(forecast).toMatchObject({ spentNanoUsd: 11 });
});

test('savings are of the days of the window', () => {
  inTimeZone('UTC');
  const compared = { requests: 3, compared: 2, referenceNanoUsd: 50, comparedCostNanoUsd: 20, unknownEnergies: 1 };
  const rows = [row('2026-11-20', 'a', 20, compared), row('2026-11-21', 'b', 20, compared)];
  expect(report({ rows, reference: 'up/gpt-4o' }).savings).toMatchObject({
    savedNanoUsd: 60,
    requests: 4,
    unknownRequests: 2,
    unknownEnergies: 2,
  });
});

test('a report of nothing at all fits the contract, and knows that it knows nothing', () => {
  inTimeZone('UTC');
  const nothing = spendReport.strict().parse(report({}));
  expect(nothing).toMatchObject({ rows: [], forecast: { expectedNanoUsd: null }, savings: { savedNanoUsd: null } });
});
