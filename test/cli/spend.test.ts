import { describe, expect, test, vi } from 'vitest';
import { spendReport, type SpendReport } from '../../src-shared/money.ts';
import { showSpend } from '../../src-main/cli/commands/spend.ts';
import { startControl } from './start-control.ts';

const SUM = { requests: 12, costNanoUsd: 1_500_000_000, unknownCosts: 0, energyJoules: 0 };
const REPORT: SpendReport = {
  by: 'app',
  fromMs: 0,
  toMs: 1,
  rows: [
    { key: 'editor', ...SUM, energyJoules: 360_000, days: [0, 5, 10] },
    { key: null, ...SUM, requests: 1, costNanoUsd: 0, unknownCosts: 1, days: [0, 0, 0] },
  ],
  today: SUM,
  month: { ...SUM, requests: 90, unknownCosts: 2 },
  forecast: {
    spentNanoUsd: 1_500_000_000,
    expectedNanoUsd: 20_000_000_000,
    lowNanoUsd: 15_000_000_000,
    highNanoUsd: 25_000_000_000,
    sampleDays: 9,
    estimated: true,
  },
  budgets: [
    {
      scope: 'total',
      id: null,
      period: 'day',
      startMs: 0,
      endMs: 1,
      limitNanoUsd: 2_000_000_000,
      spentNanoUsd: 1_500_000_000,
      assumedNanoUsd: 0,
      unknownCosts: 0,
      reservedNanoUsd: 0,
      callsUnderWay: 0,
      leftNanoUsd: 500_000_000,
      overshootNanoUsd: 0,
      sentence: '$1.50 of the budget of $2.00 a day is spent.',
    },
  ],
  savings: {
    reference: 'up/gpt-4o',
    referenceNanoUsd: 5_000_000_000,
    paidNanoUsd: 1_000_000_000,
    energyNanoUsd: 250_000_000,
    savedNanoUsd: 3_750_000_000,
    requests: 80,
    unknownRequests: 10,
    unknownEnergies: 0,
    estimated: true,
  },
  priceTable: { source: 'prices 1', date: '2026-09-23', fetchedAtMs: null },
};

/** What the command prints for this report. */
async function printed(changes: Partial<SpendReport> = {}, locale = 'C.UTF-8'): Promise<string[]> {
  const control = await startControl({ 'GET /control/v1/spend': { ...REPORT, ...changes } });
  vi.stubEnv('LC_ALL', locale);
  await showSpend({});
  return control.printed().split('\n');
}

test('says today, month, forecast, budgets and savings, with a tilde on all that is estimated', async () => {
  expect((await printed()).slice(0, 5)).toEqual([
    'Today: $1.50 for 12 requests',
    'This month: $1.50 for 90 requests and 2 calls of unknown cost',
    'At its end: ~$20.00, likely ~$15.00 to ~$25.00 (by 9 days)',
    'Budget: $1.50 of the budget of $2.00 a day is spent. Left: $0.5000',
    'Saved: ~$3.75 against up/gpt-4o (~$5.00 there, $1.00 paid, ~$0.2500 energy; 10 requests not counted)',
  ]);
});

test('has a table with a sparkline for each row', async () => {
  expect((await printed()).slice(6).map((line) => line.trim().split(/ {2,}/u))).toEqual([
    ['APP', 'REQUESTS', 'COST', 'ENERGY', 'LAST 3 DAYS'],
    ['editor', '12', '$1.50', '~0.100 kWh', '▅█'],
    ['(unnamed)', '1', '$0 + ?'],
  ]);
});

test('is ASCII where the terminal knows no more', async () => {
  const lines = await printed({}, 'C');
  expect(lines.join('')).toMatch(/^[\x20-\x7e]*$/);
  expect(lines[7]).toMatch(/\+@$/);
});

describe('what is not known is said', () => {
  test.each<[string, Partial<SpendReport>, string]>([
    [
      'no day to forecast from',
      { forecast: { ...REPORT.forecast, expectedNanoUsd: null, lowNanoUsd: null, highNanoUsd: null, sampleDays: 0 } },
      'At its end: unknown, there is no whole day to go by yet.',
    ],
    [
      'no interval',
      { forecast: { ...REPORT.forecast, lowNanoUsd: null, highNanoUsd: null, sampleDays: 1 } },
      'At its end: ~$20.00 (by 1 day)',
    ],
    ['no budget', { budgets: [] }, 'Budget: none is set.'],
    [
      'no reference',
      { savings: { ...REPORT.savings, reference: null, savedNanoUsd: null } },
      'Saved: unknown, no cloud model to measure against (budgets.referenceModel).',
    ],
    ['nothing compared', { savings: { ...REPORT.savings, savedNanoUsd: null } }, 'Saved: unknown against up/gpt-4o.'],
    [
      'energy',
      { savings: { ...REPORT.savings, unknownRequests: 0, unknownEnergies: 3 } },
      'energy, that of 3 requests unknown)',
    ],
    ['a loss', { savings: { ...REPORT.savings, savedNanoUsd: -1_000_000_000 } }, 'Saved: ~-$1.00 against'],
    ['no requests', { rows: [] }, 'No requests in these days.'],
  ])('%s', async (_what, changes, line) => {
    expect((await printed(changes)).join('\n')).toContain(line);
  });
});

test('asks for the days and the grouping that were given', async () => {
  const control = await startControl({ 'GET /control/v1/spend': REPORT });
  await showSpend({ days: '7', by: 'provider' });
  expect(control.asked).toEqual([['GET /control/v1/spend?days=7&by=provider', null]]);
});

test('--json is what the contract says', async () => {
  const control = await startControl({ 'GET /control/v1/spend': REPORT });
  await showSpend({ json: true });
  expect(spendReport.parse(JSON.parse(control.printed()))).toEqual(REPORT);
});
