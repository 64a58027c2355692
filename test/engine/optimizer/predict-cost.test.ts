import { expect, test } from 'vitest';
import { predictCost } from '../../../src-main/engine/optimizer/predict-cost.ts';
import type { TokenUsage } from '../../../src-main/engine/protocols/chat-event.ts';
import { costOfCall } from '../../../src-main/engine/spend/cost-of-call.ts';
import { FREE_RULES, type PriceRules } from '../../../src-main/engine/spend/price-rules.ts';

/** USD per million: 3 in, 0.3 cached, 15 out. */
function rules(changes: { reasoning?: number } = {}): PriceRules {
  const price = {
    input: 3,
    cachedInput: 0.3,
    cacheWrite: null,
    cacheWrite1h: null,
    output: 15,
    reasoning: null,
    source: 'test',
    date: null,
    ...changes,
  };
  return { free: false, tiers: [{ aboveInputTokens: 0, price }] };
}

const CALL = { promptTokens: 1_000, cachedTokens: 0, outputTokens: 200, outputTokensP95: 900, maxOutputTokens: null };
const priced = (priceRules: PriceRules | null) => (usage: TokenUsage) => costOfCall({ usage, rules: priceRules });

test('the expected cost is that of the prompt and the expected answer', () => {
  expect(predictCost({ ...CALL, costOf: priced(rules()) }).costNanoUsd).toBe(1_000 * 3_000 + 200 * 15_000);
});

test('what is in the prompt cache is expected to be cheap, and reserved at the full price', () => {
  const { costNanoUsd, costCeilingNanoUsd } = predictCost({ ...CALL, cachedTokens: 800, costOf: priced(rules()) });
  expect(costNanoUsd).toBe(200 * 3_000 + 800 * 300 + 200 * 15_000);
  expect(costCeilingNanoUsd).toBe(1_250 * 3_000 + 900 * 15_000);
});

test('the ceiling is every token that the request allows', () => {
  const { costCeilingNanoUsd } = predictCost({ ...CALL, maxOutputTokens: 4_000, costOf: priced(rules()) });
  expect(costCeilingNanoUsd).toBe(1_250 * 3_000 + 4_000 * 15_000);
});

test('the ceiling takes all output for thinking where that is dearer', () => {
  const { costCeilingNanoUsd } = predictCost({ ...CALL, costOf: priced(rules({ reasoning: 60 })) });
  expect(costCeilingNanoUsd).toBe(1_250 * 3_000 + 900 * 60_000);
});

test('an unknown price stays unknown', () => {
  expect(predictCost({ ...CALL, costOf: priced(null) })).toEqual({ costNanoUsd: null, costCeilingNanoUsd: null });
});

test('a local call costs nothing, and nothing is reserved for it', () => {
  expect(predictCost({ ...CALL, costOf: priced(FREE_RULES) })).toEqual({ costNanoUsd: 0, costCeilingNanoUsd: 0 });
});
