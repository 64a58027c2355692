import type { Outcome } from '../simulation/simulation.ts';
import { at, MONTH_BUDGET_USD, SPENT_BEFORE_USD } from './week-script.ts';

/** One week, or a part of it, in numbers. */
export interface WeekFigures {
  requests: number;
  costUsd: number;
  /** Milliseconds, of streamed answers: where somebody waits for the first token. null: there are none. */
  firstTokenP50Ms: number | null;
  firstTokenP95Ms: number | null;
  /** Share of requests with a good answer; none is not good. Repetitions are left out. */
  quality: number;
  localShare: number;
  /** Dearer than the cap per request, or paid for after the month's money was gone. */
  budgetMisses: number;
  failures: number;
  /** Of the requests with a deadline. */
  deadlineMisses: number;
  repeats: number;
}

/** What the machine drew for local answers, in watt-hours; and how low the battery went. */
export interface EnergyFigures {
  energyWh: number;
  batteryWh: number;
  lowestBatteryPercent: number;
}

const NANO_USD = 1e9;
/** The default cap per request. */
const CAP_NANO_USD = 10_000_000;

export function toWeekFigures(outcomes: readonly Outcome[]): WeekFigures {
  const first = outcomes.filter(({ isRepeat }) => !isRepeat);
  const streamed = outcomes.flatMap(({ ending: { result } }) =>
    result.stream && result.firstTokenMs !== null ? [result.firstTokenMs] : [],
  );
  const sorted = Float64Array.from(streamed).sort();
  const answered = outcomes.filter(({ track }) => track !== null);
  return {
    requests: outcomes.length,
    costUsd: outcomes.reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0) / NANO_USD,
    firstTokenP50Ms: rank(sorted, 0.5),
    firstTokenP95Ms: rank(sorted, 0.95),
    quality: shareOf(first, ({ ending }) => ending.isGood === true),
    localShare: shareOf(answered, ({ track }) => track === 'local'),
    budgetMisses: countBudgetMisses(outcomes),
    failures: outcomes.filter(({ ending }) => ending.result.answeredBy === null).length,
    deadlineMisses: outcomes.filter(missesDeadline).length,
    repeats: outcomes.length - first.length,
  };
}

/** Those that arrived in the hours of one day. */
export function ofDay(outcomes: readonly Outcome[], day: Parameters<typeof at>[0]): Outcome[] {
  const [fromMs, toMs] = [at(day, 0), at(day, 24)];
  return outcomes.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
}

/** Nearest rank; null of nothing. */
export function rank(sorted: Float64Array, share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

export function shareOf<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  return items.length === 0 ? 0 : items.filter(holds).length / items.length;
}

function missesDeadline({ task, ending }: Outcome): boolean {
  const { deadlineMs } = task.pins;
  return deadlineMs !== undefined && (ending.result.answeredBy === null || ending.result.durationMs > deadlineMs);
}

/** In the order in which requests ended, which is that of booking. */
function countBudgetMisses(outcomes: readonly Outcome[]): number {
  let spent = SPENT_BEFORE_USD * NANO_USD;
  let misses = 0;
  for (const { costNanoUsd } of outcomes) {
    if (costNanoUsd > CAP_NANO_USD || (costNanoUsd > 0 && spent > MONTH_BUDGET_USD * NANO_USD)) misses += 1;
    spent += costNanoUsd;
  }
  return misses;
}
