import type { MonthForecast } from '../../../src-shared/money.ts';
import { isWorkingDay, localDay, localDays, localMonth } from './local-periods.ts';

/** What a whole local day cost, known costs only. `startMs`: any moment of that day. */
export interface DayCost {
  startMs: number;
  costNanoUsd: number;
}

/** How far back days are looked at when this month has too few. */
export const FORECAST_LOOK_BACK_DAYS = 28;
/** So many days of a class in this month, and older ones are left out. */
const ENOUGH = { working: 5, weekend: 2 } as const;
/** Standard normal quantile of 0.9: an interval that holds 80 %. */
const Z80 = 1.2816;

/**
 * What the month will have cost: spent so far + Σ over the two kinds of day (Monday to Friday, weekend) of n·m, where n is
 * how many such days are left (of today the part that is left) and m the mean cost of such days. A kind's sample is its
 * whole days in this month when they are enough (5 or 2), else those of the last 28 days; a kind never seen takes the
 * other's. Days without a row after the first known day cost nothing. The 80 % interval is ± 1.2816·√Σ(n·s² + n²·s²/k): the
 * scatter of the days to come and that of the mean (s² sample variance, k days), not below what is spent. It needs two
 * days of a kind. An estimate; no whole day known: null.
 */
export function forecastMonth(input: { days: readonly DayCost[]; nowMs: number }): MonthForecast {
  const { nowMs } = input;
  const month = localMonth(nowMs);
  const costs = costsByDay(input.days);
  let spent = 0;
  for (const [startMs, cost] of costs) if (startMs >= month.startMs && startMs < month.endMs) spent += cost;
  const samples = samplesOf(costs, nowMs);
  const sampleDays = samples.working.length + samples.weekend.length;
  const known = { spentNanoUsd: spent, sampleDays, estimated: true } as const;
  if (sampleDays === 0) return { ...known, expectedNanoUsd: null, lowNanoUsd: null, highNanoUsd: null };
  const left = daysLeft(nowMs);
  const parts = [
    { n: left.working, ...momentsOf(samples.working, samples.weekend) },
    { n: left.weekend, ...momentsOf(samples.weekend, samples.working) },
  ];
  let expected = spent;
  let variance = 0;
  for (const { n, mean, variance: s2, count } of parts) {
    expected += n * mean;
    variance += n === 0 ? 0 : n * s2 + (n * n * s2) / count;
  }
  const half = Z80 * Math.sqrt(variance);
  const isKnown = Number.isFinite(half);
  return {
    ...known,
    expectedNanoUsd: Math.round(expected),
    lowNanoUsd: isKnown ? Math.round(Math.max(spent, expected - half)) : null,
    highNanoUsd: isKnown ? Math.round(expected + half) : null,
  };
}

function costsByDay(days: readonly DayCost[]): Map<number, number> {
  const costs = new Map<number, number>();
  for (const { startMs, costNanoUsd } of days) {
    const day = localDay(startMs).startMs;
    costs.set(day, (costs.get(day) ?? 0) + costNanoUsd);
  }
  return costs;
}

interface Samples {
  working: number[];
  weekend: number[];
}

function samplesOf(costs: ReadonlyMap<number, number>, nowMs: number): Samples {
  const today = localDay(nowMs).startMs;
  const monthStart = localMonth(nowMs).startMs;
  const at = new Date(today);
  const oldest = new Date(at.getFullYear(), at.getMonth(), at.getDate() - FORECAST_LOOK_BACK_DAYS).getTime();
  const first = Math.min(...costs.keys());
  const ofMonth: Samples = { working: [], weekend: [] };
  const recent: Samples = { working: [], weekend: [] };
  if (first >= today) return recent;
  for (const { startMs } of localDays(Math.max(first, Math.min(oldest, monthStart)), today - 1)) {
    const cost = costs.get(startMs) ?? 0;
    const kind = isWorkingDay(startMs) ? 'working' : 'weekend';
    if (startMs >= monthStart) ofMonth[kind].push(cost);
    if (startMs >= oldest) recent[kind].push(cost);
  }
  const choose = (kind: keyof Samples) => (ofMonth[kind].length >= ENOUGH[kind] ? ofMonth[kind] : recent[kind]);
  return { working: choose('working'), weekend: choose('weekend') };
}

/** Days of the month that are still to come, with the part of today that is left. */
function daysLeft(nowMs: number): { working: number; weekend: number } {
  const left = { working: 0, weekend: 0 };
  for (const { startMs, endMs } of localDays(nowMs, localMonth(nowMs).endMs - 1)) {
    const share = (endMs - Math.max(startMs, nowMs)) / (endMs - startMs);
    left[isWorkingDay(startMs) ? 'working' : 'weekend'] += share;
  }
  return left;
}

function momentsOf(own: number[], other: number[]): { mean: number; variance: number; count: number } {
  const sample = own.length > 0 ? own : other;
  const count = sample.length;
  const mean = sample.reduce((sum, cost) => sum + cost, 0) / count;
  const squares = sample.reduce((sum, cost) => sum + (cost - mean) ** 2, 0);
  return { mean, variance: count > 1 ? squares / (count - 1) : NaN, count };
}
