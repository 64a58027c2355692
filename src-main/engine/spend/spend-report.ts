import type { BudgetStatus, SpendQuery, SpendReport, SpendSum } from '../../../src-shared/money.ts';
import type { SpendRow } from '../../../src-shared/spend.ts';
import { forecastMonth, FORECAST_LOOK_BACK_DAYS } from './forecast-month.ts';
import { localDay, localDays, localMonth } from './local-periods.ts';
import { toSavings, type SavingsSums } from './savings.ts';

/** What has to be read for a report, Unix milliseconds; all are local midnights. */
export interface SpendWindow {
  /** Rows by app, provider or track. */
  fromMs: number;
  /** Rows of all together: from the beginning of the month, or as far back as the forecast looks. */
  historyFromMs: number;
  toMs: number;
}

export interface SpendFacts {
  query: SpendQuery;
  nowMs: number;
  /** By day and key, from `fromMs` on. */
  rows: readonly SpendRow[];
  /** By day alone, from `historyFromMs` on. */
  history: readonly SpendRow[];
  reference: string | null;
  tariffUsdPerKwh: number;
  budgets: readonly BudgetStatus[];
  priceTable: SpendReport['priceTable'];
}

export function spendWindow(nowMs: number, days: number): SpendWindow {
  const fromMs = dayBefore(nowMs, days - 1);
  const historyFromMs = Math.min(localMonth(nowMs).startMs, dayBefore(nowMs, FORECAST_LOOK_BACK_DAYS));
  return { fromMs, historyFromMs, toMs: localDay(nowMs).endMs };
}

/** Everything `pointsman spend` and the spend page show, from plain rows. */
export function buildSpendReport(facts: SpendFacts): SpendReport {
  const { query, nowMs } = facts;
  const { fromMs, toMs } = spendWindow(nowMs, query.days);
  const month = localMonth(nowMs);
  const today = localDay(nowMs);
  const between = (startMs: number, endMs: number) =>
    facts.history.filter((row) => dayOf(row) >= startMs && dayOf(row) < endMs);
  const days = facts.history.map((row) => ({ startMs: dayOf(row), costNanoUsd: row.costNanoUsd }));
  return {
    by: query.by,
    fromMs,
    toMs,
    rows: toReportRows(facts.rows, localDays(fromMs, nowMs)),
    today: sumOf(between(today.startMs, today.endMs)),
    month: sumOf(between(month.startMs, month.endMs)),
    forecast: forecastMonth({ days, nowMs }),
    budgets: [...facts.budgets],
    savings: toSavings({
      sums: savingsOf(facts.rows),
      reference: facts.reference,
      tariffUsdPerKwh: facts.tariffUsdPerKwh,
    }),
    priceTable: facts.priceTable,
  };
}

function toReportRows(rows: readonly SpendRow[], days: readonly { startMs: number }[]): SpendReport['rows'] {
  const places = new Map(days.map(({ startMs }, place) => [startMs, place]));
  const byKey = Map.groupBy(
    rows.filter((row) => places.has(dayOf(row))),
    ({ key }) => key,
  );
  const reported = [...byKey].map(([key, own]) => {
    const costs = days.map(() => 0);
    for (const row of own) {
      const place = places.get(dayOf(row)) ?? 0;
      costs[place] = (costs[place] ?? 0) + row.costNanoUsd;
    }
    return { key, ...sumOf(own), days: costs };
  });
  return reported.sort((one, other) => other.costNanoUsd - one.costNanoUsd || other.requests - one.requests);
}

function sumOf(rows: readonly SpendSum[]): SpendSum {
  const sum = { requests: 0, costNanoUsd: 0, unknownCosts: 0, energyJoules: 0 };
  for (const row of rows) {
    sum.requests += row.requests;
    sum.costNanoUsd += row.costNanoUsd;
    sum.unknownCosts += row.unknownCosts;
    sum.energyJoules += row.energyJoules;
  }
  return sum;
}

function savingsOf(rows: readonly SavingsSums[]): SavingsSums {
  const sums = {
    requests: 0,
    compared: 0,
    referenceNanoUsd: 0,
    comparedCostNanoUsd: 0,
    energyJoules: 0,
    unknownEnergies: 0,
  };
  for (const row of rows) {
    sums.requests += row.requests;
    sums.compared += row.compared;
    sums.referenceNanoUsd += row.referenceNanoUsd;
    sums.comparedCostNanoUsd += row.comparedCostNanoUsd;
    sums.energyJoules += row.energyJoules;
    sums.unknownEnergies += row.unknownEnergies;
  }
  return sums;
}

/** The local day of a row. */
function dayOf({ startMs }: SpendRow): number {
  return localDay(startMs).startMs;
}

function dayBefore(nowMs: number, days: number): number {
  const at = new Date(nowMs);
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() - days).getTime();
}
