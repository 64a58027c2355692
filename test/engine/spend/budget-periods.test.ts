import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BudgetBook } from '../../../src-main/engine/spend/budget-book.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { at, inTimeZone } from './in-time-zone.ts';
import { hold, makeBook, moneySettings, spend, USD } from './make-budget-book.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const A_DOLLAR_A_DAY = { budgets: { total: { dayUsd: 1 } } };

/** Spends what is left, and tells how much that was. */
function spendAll(book: BudgetBook): number {
  const left = (book.status()[0]?.leftNanoUsd ?? 0) / USD;
  if (left > 0) spend(book, left);
  return left;
}

describe('a new day', () => {
  test('begins with nothing spent at local midnight, not before', async () => {
    inTimeZone('Europe/Berlin');
    const clock = new ManualClock(at('2026-11-21T23:00:00+01:00'));
    const book = makeBook({ ...A_DOLLAR_A_DAY, clock });
    spend(book, 1);
    await clock.advance(HOUR_MS - 1);
    expect(hold(book, 1)).toBeNull();
    await clock.advance(1);
    expect(spendAll(book)).toBe(1);
  });

  test('goes on for the month, until the month ends', async () => {
    inTimeZone('America/New_York');
    const clock = new ManualClock(at('2026-11-29T12:00:00-05:00'));
    const book = makeBook({ budgets: { total: { dayUsd: 3, monthUsd: 4 } }, clock });
    spend(book, 3);
    await clock.advance(24 * HOUR_MS);
    expect(book.status().map(({ period, leftNanoUsd }) => [period, leftNanoUsd])).toEqual([
      ['day', 3 * USD],
      ['month', 1 * USD],
    ]);
    await clock.advance(12 * HOUR_MS);
    expect(book.status().map(({ leftNanoUsd }) => leftNanoUsd)).toEqual([3 * USD, 4 * USD]);
  });

  test.each([
    ['23 hours', '2026-03-29T00:00:00+01:00', 23],
    ['25 hours', '2026-10-25T00:00:00+02:00', 25],
  ])('comes after %s when the clocks change', async (_length, midnight, hours) => {
    inTimeZone('Europe/Berlin');
    const clock = new ManualClock(at(midnight));
    const book = makeBook({ ...A_DOLLAR_A_DAY, clock });
    spend(book, 1);
    await clock.advance(hours * HOUR_MS - 1);
    expect(spendAll(book)).toBe(0);
    await clock.advance(1);
    expect(spendAll(book)).toBe(1);
  });

  test('takes nothing from a call that was begun the day before: that is booked where it was held', async () => {
    inTimeZone('UTC');
    const clock = new ManualClock(at('2026-11-21T23:59:00Z'));
    const book = makeBook({ ...A_DOLLAR_A_DAY, clock });
    const underWay = hold(book, 1);
    await clock.advance(2 * MINUTE_MS);
    expect(book.status()).toMatchObject([{ reservedNanoUsd: 0, callsUnderWay: 0 }]);
    underWay?.settle(1 * USD);
    expect(book.status()).toMatchObject([{ spentNanoUsd: 0, reservedNanoUsd: 0, callsUnderWay: 0 }]);
  });
});

describe('a clock that jumps', () => {
  test('back over midnight grants no budget twice', async () => {
    inTimeZone('UTC');
    const clock = new ManualClock(at('2026-11-22T00:30:00Z'));
    const book = makeBook({ ...A_DOLLAR_A_DAY, clock });
    spend(book, 1);
    clock.jump(-HOUR_MS);
    expect(spendAll(book)).toBe(0);
    book.update(moneySettings(A_DOLLAR_A_DAY));
    await clock.advance(HOUR_MS);
    expect(spendAll(book)).toBe(0);
    await clock.advance(24 * HOUR_MS);
    expect(spendAll(book)).toBe(1);
  });

  test('on by days begins the day that it says', () => {
    inTimeZone('UTC');
    const clock = new ManualClock(at('2026-11-21T12:00:00Z'));
    const book = makeBook({ ...A_DOLLAR_A_DAY, clock });
    spend(book, 1);
    clock.jump(5 * 24 * HOUR_MS);
    expect(book.status()).toMatchObject([{ startMs: at('2026-11-26T00:00:00Z'), spentNanoUsd: 0 }]);
  });

  test('far ahead and back holds the budget until the person changes the settings; nothing spent is forgotten then', () => {
    inTimeZone('UTC');
    const clock = new ManualClock(at('2027-11-21T12:00:00Z'));
    const spentSince = () => ({ costNanoUsd: 0.25 * USD, unknownCosts: 0 });
    const book = makeBook({ ...A_DOLLAR_A_DAY, clock, spentSince });
    spend(book, 0.5);
    clock.jump(-365 * 24 * HOUR_MS);
    expect(book.status()).toMatchObject([{ startMs: at('2027-11-21T00:00:00Z') }]);
    book.update(moneySettings(A_DOLLAR_A_DAY));
    expect(book.status()).toMatchObject([{ startMs: at('2026-11-21T00:00:00Z'), spentNanoUsd: 0.75 * USD }]);
  });

  test('back and forth at will never lets more be spent than a limit for each day that the clock has reached', () => {
    inTimeZone('Europe/Berlin');
    const startMs = at('2026-10-24T22:00:00+02:00');
    const jumps = fc.array(fc.integer({ min: -3 * HOUR_MS, max: 5 * HOUR_MS }), { maxLength: 60 });
    fc.assert(
      fc.property(jumps, (steps) => {
        const clock = new ManualClock(startMs);
        const book = makeBook({ ...A_DOLLAR_A_DAY, clock });
        const reached = new Set<string>();
        let spent = 0;
        for (const byMs of steps) {
          clock.jump(byMs);
          if (clock.nowMs() >= startMs) reached.add(new Date(clock.nowMs()).toDateString());
          spent += spendAll(book);
        }
        // The day in which the book was opened counts even if the clock was never in it again.
        reached.add(new Date(startMs).toDateString());
        expect(spent).toBeLessThanOrEqual(reached.size);
      }),
    );
  });
});
