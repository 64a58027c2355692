import { describe, expect, test } from 'vitest';
import type { BudgetStatus } from '../../../src-shared/money.ts';
import { budgetPace } from '../../../src-main/engine/spend/budget-pace.ts';

const HOUR_MS = 3_600_000;

/** A budget of a dollar for a day that began at 0. */
function status(changes: Partial<BudgetStatus> = {}): BudgetStatus {
  return {
    scope: 'total',
    id: null,
    period: 'day',
    startMs: 0,
    endMs: 24 * HOUR_MS,
    limitNanoUsd: 1_000_000_000,
    spentNanoUsd: 0,
    assumedNanoUsd: 0,
    unknownCosts: 0,
    reservedNanoUsd: 0,
    callsUnderWay: 0,
    leftNanoUsd: 1_000_000_000,
    overshootNanoUsd: 0,
    sentence: '',
    ...changes,
  };
}

describe('the pace of spending', () => {
  test('is the share of the money over the share of the time', () => {
    const half = status({ spentNanoUsd: 500_000_000 });
    expect(budgetPace([half], 12 * HOUR_MS)).toBe(1);
    expect(budgetPace([half], 6 * HOUR_MS)).toBe(2);
    expect(budgetPace([half], 24 * HOUR_MS)).toBe(0.5);
  });

  test('counts what is held for calls under way', () => {
    const held = status({ spentNanoUsd: 200_000_000, reservedNanoUsd: 300_000_000 });
    expect(budgetPace([held], 6 * HOUR_MS)).toBe(2);
  });

  test('is that of the tightest budget', () => {
    const month = status({ period: 'month', endMs: 240 * HOUR_MS, spentNanoUsd: 400_000_000 });
    // Half of the day, a twentieth of the month: 0.4 / 0.05.
    expect(budgetPace([status({ spentNanoUsd: 500_000_000 }), month], 12 * HOUR_MS)).toBeCloseTo(8, 12);
  });

  test('is unknown in the first twentieth of a period, when a single call would be a gallop', () => {
    const first = status({ spentNanoUsd: 10_000_000 });
    expect(budgetPace([first], 1.19 * HOUR_MS)).toBeNull();
    expect(budgetPace([first], 1.2 * HOUR_MS)).toBeCloseTo(0.2, 12);
  });

  test('is nobody’s business but everybody’s: budgets of apps and providers degrade their own calls', () => {
    const used = { spentNanoUsd: 900_000_000 };
    const nowMs = 6 * HOUR_MS;
    expect(budgetPace([status({ ...used, scope: 'app', id: 'a' })], nowMs)).toBeNull();
    expect(budgetPace([status({ ...used, scope: 'provider', id: 'p' })], nowMs)).toBeNull();
    expect(budgetPace([], nowMs)).toBeNull();
  });

  test('of a budget of nothing there is none, and a clock gone wrong makes none up', () => {
    expect(budgetPace([status({ limitNanoUsd: 0 })], 6 * HOUR_MS)).toBeNull();
    expect(budgetPace([status({ spentNanoUsd: 1 })], -HOUR_MS)).toBeNull();
    expect(budgetPace([status({ spentNanoUsd: 1 })], NaN)).toBeNull();
    // The clock jumped past the end of the period that the book is still in: not slower than at its end.
    expect(budgetPace([status({ spentNanoUsd: 500_000_000 })], 48 * HOUR_MS)).toBe(0.5);
  });
});
