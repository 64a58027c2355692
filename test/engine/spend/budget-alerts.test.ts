import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BudgetStatus } from '../../../src-shared/money.ts';
import { newBudgetAlerts } from '../../../src-main/engine/spend/budget-alerts.ts';

const DAY_MS = 86_400_000;

/** A month of 30 days from 0 with a limit of 1000 nano-dollars. */
function status(changes: Partial<BudgetStatus> = {}): BudgetStatus {
  return {
    scope: 'total',
    id: null,
    period: 'month',
    startMs: 0,
    endMs: 30 * DAY_MS,
    limitNanoUsd: 1000,
    spentNanoUsd: 0,
    assumedNanoUsd: 0,
    unknownCosts: 0,
    reservedNanoUsd: 0,
    callsUnderWay: 0,
    leftNanoUsd: 0,
    overshootNanoUsd: 0,
    sentence: '',
    ...changes,
  };
}

function levels(
  spentNanoUsd: number,
  options: { day?: number; told?: string[]; changes?: Partial<BudgetStatus> } = {},
) {
  const budgets = [status({ spentNanoUsd, ...options.changes })];
  return newBudgetAlerts({ budgets, told: options.told ?? [], nowMs: (options.day ?? 29) * DAY_MS });
}

test.each([
  [0, []],
  [499, []],
  [500, [50]],
  [799, [50]],
  [800, [80]],
  [999, [80]],
  [1000, [100]],
  [3000, [100]],
])('%d of 1000 at the end of the month alerts at %j', (spent, expected) => {
  expect(levels(spent).alerts.map(({ level }) => level)).toEqual(expected);
});

test('each level is told once, and one that was jumped over not at all', () => {
  const first = levels(850);
  expect(first.alerts).toHaveLength(1);
  const second = levels(900, { told: first.told });
  expect(second.alerts).toEqual([]);
  const third = levels(1000, { told: second.told });
  expect(third.alerts.map(({ level }) => level)).toEqual([100]);
  expect(levels(2000, { told: third.told }).alerts).toEqual([]);
});

test('a new period and a new limit tell again', () => {
  const { told } = levels(1000);
  expect(levels(1000, { told, changes: { startMs: 30 * DAY_MS, endMs: 60 * DAY_MS }, day: 59 }).alerts).toHaveLength(1);
  expect(levels(1000, { told, changes: { limitNanoUsd: 1200 } }).alerts.map(({ level }) => level)).toEqual([80]);
});

test('what was told of periods that are over is forgotten', () => {
  const { told } = levels(1000);
  expect(levels(0, { told, changes: { startMs: 30 * DAY_MS, endMs: 60 * DAY_MS }, day: 59 }).told).toEqual([]);
  expect(newBudgetAlerts({ budgets: [], told, nowMs: 0 }).told).toEqual([]);
});

test('a budget of nothing alerts only when something was spent', () => {
  expect(levels(0, { changes: { limitNanoUsd: 0 } }).alerts).toEqual([]);
  expect(levels(1, { changes: { limitNanoUsd: 0 } }).alerts.map(({ level }) => level)).toEqual([100]);
});

describe('more than 10 % ahead of an even pace', () => {
  // A third of the month is over: an even pace has spent 333.3, and 10 % more is 366.7.
  test.each([
    [366, []],
    [367, ['pace']],
  ])('%d of 1000 on day 10 alerts at %j', (spent, expected) => {
    expect(levels(spent, { day: 10 }).alerts.map(({ level }) => level)).toEqual(expected);
  });

  test('is not told of a tenth of the limit or less: the first call is always ahead', () => {
    expect(levels(99, { day: 0 }).alerts).toEqual([]);
    expect(levels(100, { day: 0 }).alerts.map(({ level }) => level)).toEqual(['pace']);
  });

  test('is told once, and after a share that is told first', () => {
    const first = levels(600, { day: 10 });
    expect(first.alerts.map(({ level }) => level)).toEqual([50]);
    expect(levels(700, { day: 10, told: first.told }).alerts).toEqual([]);
    const early = levels(400, { day: 10 });
    expect(levels(410, { day: 10, told: early.told }).alerts).toEqual([]);
  });

  test('is nothing that days are measured by', () => {
    expect(levels(400, { day: 0, changes: { period: 'day', endMs: DAY_MS } }).alerts).toEqual([]);
  });
});

test('however spending grows, nobody hears the same twice, and the highest share reached is always told', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(300), { maxLength: 30 }), (steps) => {
      let spent = 0;
      let told: string[] = [];
      const heard: (number | string)[] = [];
      steps.forEach((more, index) => {
        spent += more;
        const result = levels(spent, { day: Math.min(29, index), told });
        ({ told } = result);
        heard.push(...result.alerts.map(({ level }) => level));
      });
      expect(new Set(heard).size).toBe(heard.length);
      const highest = [100, 80, 50].find((share) => spent * 100 >= share * 1000);
      if (highest !== undefined) expect(heard).toContain(highest);
    }),
  );
});

test('an alert says whose budget, how much, and what follows', () => {
  const changes = { scope: 'app', id: 'editor', limitNanoUsd: 2e9 } as const;
  expect(levels(1e9, { changes }).alerts[0]?.sentence).toBe(
    '50 % of the budget of the app editor of $2.00 for this month is spent ($1.00).',
  );
  expect(levels(2e9, { changes }).alerts[0]?.sentence).toBe(
    'The budget of the app editor of $2.00 for this month is used up ($2.00 spent): its calls stay on this machine from here on.',
  );
  expect(levels(0.8e9, { changes, day: 5 }).alerts[0]?.sentence).toBe(
    '$0.80 of the budget of the app editor of $2.00 for this month is spent already: more than 10 % ahead of an even pace.',
  );
});
