import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UNKNOWN_USAGE } from '../../../src-main/engine/protocols/chat-event.ts';
import { costOfEnergy } from '../../../src-main/engine/spend/energy.ts';
import { compileOverride } from '../../../src-main/engine/spend/compile-prices.ts';
import { referenceCost, toSavings, type SavingsSums } from '../../../src-main/engine/spend/savings.ts';
import { priceOverride } from '../../../src-shared/settings.ts';

const RULES = compileOverride(priceOverride.parse({ endpoint: 'a/b', input: 3, output: 15, cachedInput: 0.3 }));
const SUMS: SavingsSums = {
  requests: 10,
  compared: 8,
  referenceNanoUsd: 5_000_000_000,
  comparedCostNanoUsd: 1_000_000_000,
  energyJoules: 3_600_000,
  unknownEnergies: 1,
};

test('saved is the reference less what was paid less energy at the tariff', () => {
  expect(toSavings({ sums: SUMS, reference: 'a/b', tariffUsdPerKwh: 0.3 })).toEqual({
    reference: 'a/b',
    referenceNanoUsd: 5_000_000_000,
    paidNanoUsd: 1_000_000_000,
    energyNanoUsd: 300_000_000,
    savedNanoUsd: 3_700_000_000,
    requests: 8,
    unknownRequests: 2,
    unknownEnergies: 1,
    estimated: true,
  });
});

test('without a reference, or of no request that can be compared, it is unknown and not zero', () => {
  expect(toSavings({ sums: SUMS, reference: null, tariffUsdPerKwh: 0.3 }).savedNanoUsd).toBeNull();
  const none = { ...SUMS, compared: 0, referenceNanoUsd: 0, comparedCostNanoUsd: 0 };
  expect(toSavings({ sums: none, reference: 'a/b', tariffUsdPerKwh: 0.3 }).savedNanoUsd).toBeNull();
});

test('is below zero when more was paid than the reference would have cost', () => {
  const dear = { ...SUMS, comparedCostNanoUsd: 6_000_000_000, energyJoules: 0 };
  expect(toSavings({ sums: dear, reference: 'a/b', tariffUsdPerKwh: 0.3 }).savedNanoUsd).toBe(-1_000_000_000);
});

test('what was saved, paid and burnt adds up to the reference, to the nano-dollar', () => {
  const amount = fc.nat(2 ** 31);
  fc.assert(
    fc.property(amount, amount, amount, fc.integer({ min: 1, max: 1000 }), (reference, paid, joules, compared) => {
      const sums = { ...SUMS, referenceNanoUsd: reference, comparedCostNanoUsd: paid, energyJoules: joules, compared };
      const { savedNanoUsd } = toSavings({ sums, reference: 'a/b', tariffUsdPerKwh: 0.25 });
      expect((savedNanoUsd ?? NaN) + paid + costOfEnergy(joules, 0.25)).toBe(reference);
    }),
  );
});

test('tokens that were read from a cache count as cached at the reference: 200 x $3 + 800 x $0.30 + 100 x $15', () => {
  const usage = { ...UNKNOWN_USAGE, inputTokens: 1000, cachedInputTokens: 800, outputTokens: 100 };
  expect(referenceCost({ usage, rules: RULES })).toBe(600_000 + 240_000 + 1_500_000);
});

test('unknown tokens or an unknown price make the reference unknown', () => {
  expect(referenceCost({ usage: UNKNOWN_USAGE, rules: RULES })).toBeNull();
  expect(referenceCost({ usage: { ...UNKNOWN_USAGE, inputTokens: 1, outputTokens: 1 }, rules: null })).toBeNull();
});
