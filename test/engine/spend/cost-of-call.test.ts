import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UNKNOWN_USAGE } from '../../../src-main/engine/protocols/chat-event.ts';
import type { TokenUsage } from '../../../src-main/engine/protocols/chat-event.ts';
import { costOfCall } from '../../../src-main/engine/spend/cost-of-call.ts';
import { FREE_RULES } from '../../../src-main/engine/spend/price-rules.ts';
import type { PriceRules } from '../../../src-main/engine/spend/price-rules.ts';
import type { UnitPrice } from '../../../src-main/engine/store/records.ts';

const BASE: UnitPrice = {
  input: 3,
  cachedInput: 0.3,
  cacheWrite: 3.75,
  cacheWrite1h: 6,
  output: 15,
  reasoning: null,
  source: 'settings',
  date: null,
};

function rules(...changes: Partial<UnitPrice>[]): PriceRules {
  const tiers = changes.map((change, index) => ({ aboveInputTokens: index * 200_000, price: { ...BASE, ...change } }));
  return { free: false, tiers };
}

function cost(usage: Partial<TokenUsage>, priced: PriceRules | null = rules({})): number | null {
  return costOfCall({ usage: { ...UNKNOWN_USAGE, ...usage }, rules: priced }).costNanoUsd;
}

test('plain input and output: 1,000 x $3 + 100 x $15 per million is $0.0045', () => {
  expect(cost({ inputTokens: 1000, outputTokens: 100 })).toBe(4_500_000);
});

test('cached tokens are taken out of the input', () => {
  expect(cost({ inputTokens: 1000, cachedInputTokens: 800, outputTokens: 0 })).toBe(200 * 3000 + 800 * 300);
});

test('a missing cached price is the input price', () => {
  const usage = { inputTokens: 1000, cachedInputTokens: 800, outputTokens: 0 };
  expect(cost(usage, rules({ cachedInput: null }))).toBe(1000 * 3000);
});

test('cache writes of five minutes and of one hour have their own prices', () => {
  const usage = { inputTokens: 1000, cacheWriteTokens: 600, cacheWrite1hTokens: 100, outputTokens: 0 };
  expect(cost(usage)).toBe(400 * 3000 + 500 * 3750 + 100 * 6000);
});

test('without a one-hour price the write price holds, without that the input price', () => {
  const usage = { inputTokens: 1000, cacheWriteTokens: 600, cacheWrite1hTokens: 100, outputTokens: 0 };
  expect(cost(usage, rules({ cacheWrite1h: null }))).toBe(400 * 3000 + 600 * 3750);
  expect(cost(usage, rules({ cacheWrite: null, cacheWrite1h: null }))).toBe(1000 * 3000);
});

test('reasoning is part of the output unless it is priced apart', () => {
  const usage = { inputTokens: 0, outputTokens: 100, reasoningTokens: 40 };
  expect(cost(usage)).toBe(100 * 15_000);
  expect(cost(usage, rules({ reasoning: 20 }))).toBe(60 * 15_000 + 40 * 20_000);
});

test('a tier holds for the whole call as soon as the prompt is longer than its threshold', () => {
  const tiered = rules({}, { input: 6, output: 22.5 });
  expect(cost({ inputTokens: 200_000, outputTokens: 10 }, tiered)).toBe(200_000 * 3000 + 10 * 15_000);
  expect(cost({ inputTokens: 200_001, outputTokens: 10 }, tiered)).toBe(200_001 * 6000 + 10 * 22_500);
});

test('the price that was used is given with the cost', () => {
  const tiered = rules({}, { input: 6 });
  const usage = { ...UNKNOWN_USAGE, inputTokens: 300_000, outputTokens: 1 };
  expect(costOfCall({ usage, rules: tiered }).price).toBe(tiered.tiers[1]?.price);
});

test('a fee for the call itself comes on top', () => {
  expect(cost({ inputTokens: 1000, outputTokens: 0 }, rules({ perCallUsd: 0.005 }))).toBe(3_000_000 + 5_000_000);
});

test('an unknown price is an unknown cost, whatever was used', () => {
  expect(costOfCall({ usage: UNKNOWN_USAGE, rules: null })).toEqual({ costNanoUsd: null, price: null });
  expect(cost({ inputTokens: 0, outputTokens: 0 }, null)).toBeNull();
});

test('a local model costs nothing, its tokens known or not', () => {
  expect(costOfCall({ usage: UNKNOWN_USAGE, rules: FREE_RULES })).toEqual({ costNanoUsd: 0, price: null });
});

test.each([
  ['input', { outputTokens: 5 }],
  ['output', { inputTokens: 5 }],
])('unknown %s tokens make the cost unknown', (_kind, usage) => {
  expect(cost(usage)).toBeNull();
});

test('unknown tokens of a kind that is free do not', () => {
  const free = { input: 0, cachedInput: null, cacheWrite: null, cacheWrite1h: null };
  expect(cost({ outputTokens: 5 }, rules(free))).toBe(5 * 15_000);
  expect(cost({ inputTokens: 5 }, rules({ output: 0 }))).toBe(5 * 3000);
});

test('a model without an output price (embeddings) needs no output tokens, but cannot price them either', () => {
  expect(cost({ inputTokens: 1000 }, rules({ output: null }))).toBe(3_000_000);
  expect(cost({ inputTokens: 1000, outputTokens: 1 }, rules({ output: null }))).toBeNull();
});

test('with tiers, an unknown prompt leaves the tier and so the cost unknown', () => {
  expect(cost({ outputTokens: 5 }, rules({ input: 0 }, { input: 1 }))).toBeNull();
});

test('subsets that exceed their total are charged as told and never make the rest negative', () => {
  expect(cost({ inputTokens: 10, cachedInputTokens: 100, outputTokens: 0 })).toBe(100 * 300);
});

test('fractions of a nano-dollar are rounded once, at the end', () => {
  expect(cost({ inputTokens: 3, outputTokens: 3 }, rules({ input: 0.0004, output: 0.0004 }))).toBe(2);
});

const count = fc.option(fc.nat(3_000_000));
const usd = fc.option(fc.double({ min: 0, max: 600, noNaN: true }));

test('property: a cost is unknown or a whole number of nano-dollars that is not negative', () => {
  const usage = fc.record<TokenUsage>({
    inputTokens: count,
    cachedInputTokens: count,
    cacheWriteTokens: count,
    cacheWrite1hTokens: count,
    outputTokens: count,
    reasoningTokens: count,
  });
  const price = fc.record({
    input: usd,
    cachedInput: usd,
    cacheWrite: usd,
    cacheWrite1h: usd,
    output: usd,
    reasoning: usd,
  });
  fc.assert(
    fc.property(usage, fc.array(price, { minLength: 1, maxLength: 3 }), (used, tiers) => {
      const found = costOfCall({ usage: used, rules: rules(...tiers) });
      expect(found.costNanoUsd === null).toBe(found.price === null);
      if (found.costNanoUsd === null) return;
      expect(Number.isSafeInteger(found.costNanoUsd)).toBe(true);
      expect(found.costNanoUsd).toBeGreaterThanOrEqual(0);
    }),
  );
});
