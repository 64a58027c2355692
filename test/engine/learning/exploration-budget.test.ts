import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ExplorationBudget,
  parseExplorationTotals,
  type ExplorationLimits,
} from '../../../src-main/engine/learning/exploration-budget.ts';

const DAY_MS = 86_400_000;
const LIMITS: ExplorationLimits = {
  dailyNanoUsd: 1000,
  costShare: 0.1,
  latencyShare: 0.05,
  seedNanoUsd: 100,
  seedLatencyMs: 500,
};

const free = { extraNanoUsd: 0, extraLatencyMs: 0, important: false, nowMs: 0 };

describe('exploring', () => {
  test('may begin with the seed, and no further', () => {
    const budget = new ExplorationBudget({ limits: LIMITS });
    expect(budget.whyNot({ ...free, extraNanoUsd: 100 })).toBeNull();
    budget.bookExploration({ extraNanoUsd: 100, extraLatencyMs: 0, nowMs: 0 });
    expect(budget.whyNot({ ...free, extraNanoUsd: 1 })).toBe("the day's money for exploring is used up");
    expect(budget.whyNot(free)).toBeNull();
  });

  test('is paid from a share of what is spent and waited anyway', () => {
    const budget = new ExplorationBudget({ limits: LIMITS });
    budget.bookRequest({ costNanoUsd: 2000, latencyMs: 10_000, nowMs: 0 });
    expect(budget.left(0)).toEqual({ nanoUsd: 300, latencyMs: 1000 });
    expect(budget.whyNot({ ...free, extraLatencyMs: 1001 })).toBe("the day's waiting for exploring is used up");
    expect(budget.whyNot({ ...free, extraLatencyMs: 1000 })).toBeNull();
  });

  test('never costs more in a day than its cap', () => {
    const budget = new ExplorationBudget({ limits: LIMITS });
    budget.bookRequest({ costNanoUsd: 1e9, latencyMs: 0, nowMs: 0 });
    expect(budget.left(0).nanoUsd).toBe(1000);
  });

  test('is never done on important requests', () => {
    const budget = new ExplorationBudget({ limits: LIMITS });
    expect(budget.whyNot({ ...free, important: true })).toBe('the request is marked important');
  });

  test('is not done at an unknown price', () => {
    const budget = new ExplorationBudget({ limits: LIMITS });
    expect(budget.whyNot({ ...free, extraNanoUsd: null })).toBe('its extra cost is unknown');
    expect(budget.whyNot({ ...free, extraNanoUsd: NaN })).toBe('its extra cost is unknown');
    expect(budget.whyNot({ ...free, extraLatencyMs: null })).toBe('its extra latency is unknown');
  });

  test('of something cheaper and faster is always affordable and earns nothing', () => {
    const budget = new ExplorationBudget({ limits: LIMITS });
    budget.bookExploration({ extraNanoUsd: 100, extraLatencyMs: 500, nowMs: 0 });
    expect(budget.whyNot({ ...free, extraNanoUsd: -5, extraLatencyMs: -5 })).toBeNull();
    budget.bookExploration({ extraNanoUsd: -5, extraLatencyMs: -5, nowMs: 0 });
    expect(budget.left(0)).toEqual({ nanoUsd: 0, latencyMs: 0 });
  });

  test('can be afforded again as time goes by', () => {
    const budget = new ExplorationBudget({ limits: LIMITS });
    budget.bookExploration({ extraNanoUsd: 100, extraLatencyMs: 0, nowMs: 0 });
    expect(budget.left(DAY_MS).nanoUsd).toBeCloseTo(100 * (1 - Math.exp(-1)), 9);
    expect(budget.whyNot({ ...free, extraNanoUsd: 60, nowMs: DAY_MS })).toBeNull();
  });

  test('is not given away by a clock that jumps back', () => {
    const budget = new ExplorationBudget({ limits: LIMITS });
    budget.bookExploration({ extraNanoUsd: 100, extraLatencyMs: 0, nowMs: 10 * DAY_MS });
    expect(budget.left(9 * DAY_MS).nanoUsd).toBe(0);
    expect(budget.left(10 * DAY_MS).nanoUsd).toBeCloseTo(100 * (1 - Math.exp(-1)), 9);
  });

  test('does not mind measures that cannot be true', () => {
    const budget = new ExplorationBudget({ limits: LIMITS });
    budget.bookRequest({ costNanoUsd: NaN, latencyMs: -1, nowMs: 0 });
    budget.bookRequest({ costNanoUsd: null, latencyMs: Infinity, nowMs: 0 });
    expect(budget.left(0)).toEqual({ nanoUsd: 100, latencyMs: 500 });
  });

  test('stays within share and seed whatever is asked, when every yes is booked', () => {
    const step = fc.record({
      costNanoUsd: fc.nat(500),
      latencyMs: fc.nat(500),
      extraNanoUsd: fc.integer({ min: -50, max: 300 }),
      extraLatencyMs: fc.integer({ min: -50, max: 300 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const budget = new ExplorationBudget({ limits: LIMITS });
        const spent = { cost: 0, latency: 0, extraCost: 0, extraLatency: 0 };
        for (const { extraNanoUsd, extraLatencyMs, ...request } of steps) {
          budget.bookRequest({ ...request, nowMs: 0 });
          spent.cost += request.costNanoUsd;
          spent.latency += request.latencyMs;
          const price = { extraNanoUsd, extraLatencyMs, nowMs: 0 };
          if (budget.whyNot({ ...price, important: false }) !== null) continue;
          budget.bookExploration(price);
          spent.extraCost += Math.max(0, extraNanoUsd);
          spent.extraLatency += Math.max(0, extraLatencyMs);
        }
        expect(spent.extraCost).toBeLessThanOrEqual(Math.min(1000, 100 + 0.1 * spent.cost) + 1e-6);
        expect(spent.extraLatency).toBeLessThanOrEqual(500 + 0.05 * spent.latency + 1e-6);
      }),
    );
  });
});

describe('the totals', () => {
  test('come back from their state', () => {
    const budget = new ExplorationBudget({ limits: LIMITS });
    budget.bookRequest({ costNanoUsd: 300, latencyMs: 20, nowMs: 5 });
    budget.bookExploration({ extraNanoUsd: 30, extraLatencyMs: 2, nowMs: 9 });
    const totals = parseExplorationTotals(JSON.parse(JSON.stringify(budget.toState())));
    expect(totals).toEqual(budget.toState());
    if (totals === null) throw new Error('they were just written');
    expect(new ExplorationBudget({ limits: LIMITS, totals }).left(9)).toEqual(budget.left(9));
  });

  const sound = { atMs: 0, costNanoUsd: 0, latencyMs: 0, extraNanoUsd: 0, extraLatencyMs: 0 };
  test.each([null, 1, {}, { ...sound, extraNanoUsd: -1 }, { ...sound, costNanoUsd: null }])(
    'are not taken from %j',
    (state) => {
      expect(parseExplorationTotals(state)).toBeNull();
    },
  );
});
