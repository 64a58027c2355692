import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BudgetBook } from '../../../src-main/engine/spend/budget-book.ts';
import type { Reservation } from '../../../src-main/engine/spend/reservation.ts';
import { inTimeZone } from './in-time-zone.ts';
import { CALL, hold, makeBook, moneySettings, spend, USD } from './make-budget-book.ts';

const OTHER = { appId: null, providerId: 'elsewhere' };

function refusal(book: BudgetBook, usd: number | null, call: { appId: string | null; providerId: string } = CALL) {
  return book.whyRefused({ ...call, costCeilingNanoUsd: usd === null ? null : usd * USD });
}

describe('without a budget', () => {
  test('nothing is refused, whatever it costs and whether or not that is known', () => {
    const book = makeBook();
    expect(refusal(book, 1e6)).toBeNull();
    expect(refusal(book, null)).toBeNull();
    spend(book, 1000);
    expect(hold(book, null)).not.toBeNull();
    expect(book.status()).toEqual([]);
  });

  test('what is spent counts from the moment that a budget is set, calls under way included', () => {
    const book = makeBook();
    spend(book, 1);
    const underWay = hold(book, 2);
    book.update(moneySettings({ budgets: { total: { dayUsd: 10 } } }));
    underWay?.settle(2 * USD);
    expect(book.status()).toMatchObject([{ limitNanoUsd: 10 * USD, spentNanoUsd: 3 * USD, reservedNanoUsd: 0 }]);
  });
});

describe('a budget', () => {
  test.each([
    ['of everybody a day', { budgets: { total: { dayUsd: 1 } } }, 'the budget of $1.00 a day '],
    ['of everybody a month', { budgets: { total: { monthUsd: 1 } } }, 'the budget of $1.00 a month '],
    ['of a provider', { budgets: { providers: { cloud: { dayUsd: 1 } } } }, 'of $1.00 a day for Cloud '],
    ['of an app', { app: { budget: { monthUsd: 1 } } }, 'of $1.00 a month for the app Editor '],
  ])('%s lets calls through until it is spent, and names itself then', (_whose, options, words) => {
    const book = makeBook(options);
    spend(book, 0.75);
    expect(refusal(book, 0.25)).toBeNull();
    expect(refusal(book, 0.26)).toContain('The call could cost $0.26, and of the budget');
    expect(refusal(book, 0.26)).toContain(words);
    expect(refusal(book, 0.26)).toContain('only $0.25 is left');
    spend(book, 0.25);
    expect(refusal(book, 0.000001)).toContain('nothing is left until');
    expect(hold(book, 0.000001)).toBeNull();
  });

  test('of an app or a provider is nobody else’s', () => {
    const book = makeBook({ budgets: { providers: { cloud: { dayUsd: 0 } } }, app: { budget: { dayUsd: 0 } } });
    expect(refusal(book, 1)).not.toBeNull();
    expect(refusal(book, 1, OTHER)).toBeNull();
    expect(refusal(book, 1, { appId: 'a User-Agent', providerId: 'elsewhere' })).toBeNull();
  });

  test('holds the ceilings of calls under way, and says so', () => {
    const book = makeBook({ budgets: { total: { dayUsd: 1 } } });
    const held = hold(book, 0.9);
    expect(refusal(book, 0.2)).toContain('only $0.10 is left ($0.90 is held for calls under way)');
    held?.settle(0.1 * USD);
    expect(refusal(book, 0.9)).toBeNull();
  });

  test('gets back all of a call that was never made', () => {
    const book = makeBook({ budgets: { total: { dayUsd: 1 } } });
    hold(book, 1)?.release();
    expect(book.status()).toMatchObject([{ spentNanoUsd: 0, reservedNanoUsd: 0, callsUnderWay: 0 }]);
  });

  test('of nothing lets through only what costs nothing', () => {
    const book = makeBook({ budgets: { total: { dayUsd: 0 } } });
    expect(refusal(book, 1e-9)).not.toBeNull();
    expect(refusal(book, 0)).toBeNull();
  });

  test('starts with what the ledger has of its day and month', () => {
    inTimeZone('UTC');
    const book = makeBook({
      budgets: { total: { dayUsd: 1, monthUsd: 5 }, providers: { cloud: { dayUsd: 1 } } },
      app: { budget: { monthUsd: 1 } },
      spentSince: (sinceMs, { app, provider }) => ({
        costNanoUsd: new Date(sinceMs).getDate() * 1000 + (app === 'editor' ? 1 : 0) + (provider === 'cloud' ? 2 : 0),
        unknownCosts: 3,
      }),
    });
    // 21 November: the day began on the 21st, the month on the 1st.
    expect(book.status().map(({ spentNanoUsd, unknownCosts }) => [spentNanoUsd, unknownCosts])).toEqual([
      [21_000, 3],
      [1_000, 3],
      [1_001, 3],
      [21_002, 3],
    ]);
  });
});

describe('settling', () => {
  test('counts once, and not after a release', () => {
    const book = makeBook({ budgets: { total: { dayUsd: 10 } } });
    const settled = hold(book, 2);
    settled?.settle(1 * USD);
    settled?.settle(1 * USD);
    settled?.release();
    const released = hold(book, 2);
    released?.release();
    released?.settle(2 * USD);
    expect(book.status()).toMatchObject([{ spentNanoUsd: 1 * USD, reservedNanoUsd: 0, callsUnderWay: 0 }]);
  });

  test.each([null, NaN, -1, Infinity])('at %s leaves the ceiling booked and marks it', (actual) => {
    const book = makeBook({ budgets: { total: { dayUsd: 10 } } });
    hold(book, 2)?.settle(actual);
    expect(book.status()).toMatchObject([{ spentNanoUsd: 2 * USD, assumedNanoUsd: 2 * USD, unknownCosts: 0 }]);
  });

  test('above the ceiling is told as an overshoot, and no priced call starts before the next period', () => {
    const book = makeBook({ budgets: { total: { dayUsd: 1 } } });
    hold(book, 1)?.settle(1.5 * USD);
    expect(book.status()).toMatchObject([{ overshootNanoUsd: 0.5 * USD, leftNanoUsd: 0, spentNanoUsd: 1.5 * USD }]);
    expect(book.status()[0]?.sentence).toBe(
      '$1.50 of the budget of $1.00 a day is spent: nothing that costs money is called until midnight.',
    );
    expect(hold(book, 1e-9)).toBeNull();
  });
});

describe('a price that nobody knows', () => {
  test('is refused under a budget, with what to do', () => {
    const book = makeBook({ budgets: { total: { dayUsd: 10 } } });
    expect(refusal(book, null)).toContain('prices.overrides');
    expect(refusal(book, NaN)).toContain('prices.overrides');
    expect(hold(book, null)).toBeNull();
  });

  test('is refused only where a budget is in the way', () => {
    const book = makeBook({ app: { budget: { dayUsd: 10 } } });
    expect(refusal(book, null)).not.toBeNull();
    expect(refusal(book, null, OTHER)).toBeNull();
  });

  test('is let through by the person’s wish as long as anything is left, and is counted', () => {
    const book = makeBook({ budgets: { total: { dayUsd: 1 }, unknownPrices: 'allow' } });
    hold(book, null)?.settle(null);
    expect(book.status()).toMatchObject([{ spentNanoUsd: 0, unknownCosts: 1 }]);
    hold(book, null)?.settle(1 * USD);
    expect(refusal(book, null)).toContain('nothing is left');
  });
});

describe('the cap of an app on one request', () => {
  test('refuses what could cost more, and only of that app', () => {
    const book = makeBook({ app: { maxCostPerRequestUsd: 0.01 } });
    expect(refusal(book, 0.01)).toBeNull();
    expect(refusal(book, 0.02)).toBe('The call could cost $0.02, and the app Editor may spend $0.01 on one.');
    expect(hold(book, 0.02)).toBeNull();
    expect(refusal(book, 0.02, OTHER)).toBeNull();
  });

  test('refuses a price that nobody knows', () => {
    expect(refusal(makeBook({ app: { maxCostPerRequestUsd: 0.01 } }), null)).toContain('Nobody knows the price');
  });
});

describe('settings that change', () => {
  test('move the limit and keep what is spent and held', () => {
    const book = makeBook({ budgets: { total: { dayUsd: 1 } } });
    spend(book, 0.5);
    hold(book, 0.5);
    book.update(moneySettings({ budgets: { total: { dayUsd: 2 } } }));
    expect(book.status()).toMatchObject([{ limitNanoUsd: 2 * USD, leftNanoUsd: 1 * USD, callsUnderWay: 1 }]);
    book.update(moneySettings({}));
    expect(book.status()).toEqual([]);
    expect(refusal(book, 100)).toBeNull();
  });

  test('that add an app or a provider ask the ledger what it has spent', () => {
    const book = makeBook({
      spentSince: (_sinceMs, { provider }) => ({ costNanoUsd: provider === 'new' ? 7 : 0, unknownCosts: 0 }),
    });
    book.update(moneySettings({ budgets: { providers: { new: { dayUsd: 1 } } } }));
    expect(book.status()).toMatchObject([{ scope: 'provider', id: 'new', spentNanoUsd: 7 }]);
    expect(book.spentBy('provider', 'new')).toEqual({ todayNanoUsd: 7, monthNanoUsd: 7 });
    expect(book.spentBy('provider', 'unheard of')).toBeNull();
  });

  test('that take an app away forget it', () => {
    const book = makeBook({ app: { budget: { dayUsd: 0 } } });
    book.update({ ...moneySettings({}), apps: [] });
    expect(refusal(book, 1)).toBeNull();
    expect(book.spentBy('app', 'editor')).toBeNull();
  });
});

/** What happens to a call: it begins with this ceiling, and ends at this share of it (null: unknown), or is released. */
const step = fc.record({
  ceiling: fc.integer({ min: 0, max: 400 }),
  ending: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constantFrom('release' as const, 'unknown' as const)),
  place: fc.nat(20),
  begins: fc.boolean(),
});

/** Plays the steps against a limit of 1000 and returns the most that was booked and held at any time. */
function play(
  book: BudgetBook,
  steps: readonly { ceiling: number; ending: number | 'release' | 'unknown'; place: number; begins: boolean }[],
  check: () => void,
): void {
  const underWay: { reservation: Reservation; ceiling: number }[] = [];
  for (const { ceiling, ending, place, begins } of steps) {
    if (begins) {
      const reserved = book.reserve({ ...CALL, ceilingNanoUsd: ceiling });
      if (reserved.ok) underWay.push({ reservation: reserved.reservation, ceiling });
    } else {
      const [ended] = underWay.splice(place % Math.max(1, underWay.length), 1);
      if (ending === 'release') ended?.reservation.release();
      else ended?.reservation.settle(ending === 'unknown' ? null : Math.round((ended.ceiling * ending) / 100));
    }
    check();
  }
}

test('booked and held money never exceeds a limit, in whatever order calls begin and end, while ceilings hold', () => {
  const limits = { dayUsd: 1000 / USD, monthUsd: 1500 / USD };
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const book = makeBook({ budgets: { total: limits, providers: { cloud: limits } }, app: { budget: limits } });
      play(book, steps, () => {
        for (const { spentNanoUsd, reservedNanoUsd, limitNanoUsd, overshootNanoUsd } of book.status()) {
          expect(spentNanoUsd + reservedNanoUsd).toBeLessThanOrEqual(limitNanoUsd);
          expect(reservedNanoUsd).toBeGreaterThanOrEqual(0);
          expect(overshootNanoUsd).toBe(0);
        }
      });
    }),
  );
});

test('a budget is overshot by no more than the price of the calls that were under way when the last one began', () => {
  const call = fc.record({
    ceiling: fc.integer({ min: 1, max: 400 }),
    price: fc.integer({ min: 0, max: 2000 }),
    place: fc.nat(20),
    begins: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(call, { maxLength: 200 }), (steps) => {
      const book = makeBook({ budgets: { total: { dayUsd: 1000 / USD } } });
      const underWay: { reservation: Reservation; price: number }[] = [];
      let bound = 0;
      for (const { ceiling, price, place, begins } of steps) {
        const reserved = begins ? book.reserve({ ...CALL, ceilingNanoUsd: ceiling }) : null;
        if (reserved?.ok === true) {
          underWay.push({ reservation: reserved.reservation, price });
          bound = underWay.reduce((sum, each) => sum + each.price, 0);
        }
        if (!begins) {
          const [ended] = underWay.splice(place % Math.max(1, underWay.length), 1);
          ended?.reservation.settle(ended.price);
        }
        expect(book.status()[0]?.overshootNanoUsd).toBeLessThanOrEqual(bound);
      }
    }),
  );
});

test('10,000 calls at once against one dollar hold no more than the dollar, and book no more', async () => {
  const book = makeBook({ budgets: { total: { dayUsd: 1 } } });
  const granted = await Promise.all(
    Array.from({ length: 10_000 }, async () => {
      await Promise.resolve();
      const reservation = hold(book, 0.0007);
      await Promise.resolve();
      reservation?.settle(700_000);
      return reservation !== null;
    }),
  );
  expect(granted.filter(Boolean)).toHaveLength(1428);
  expect(book.status()).toMatchObject([{ spentNanoUsd: 1428 * 700_000, reservedNanoUsd: 0, overshootNanoUsd: 0 }]);
});
