import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { calcPrice, waitForUpdate } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UNKNOWN_USAGE } from '../../../src-main/engine/protocols/chat-event.ts';
import type { TokenUsage } from '../../../src-main/engine/protocols/chat-event.ts';
import { costOfCall } from '../../../src-main/engine/spend/cost-of-call.ts';
import { createPriceTable } from '../../../src-main/engine/spend/price-table.ts';
import { priceOverride } from '../../../src-shared/settings.ts';
import { SILENT } from '../store/support.ts';
import { makePriceData } from './make-price-data.ts';

const table = createPriceTable({ overrides: [], log: SILENT });
const NOW = Date.UTC(2026, 10, 21, 12);

function rulesOf(endpoint: string, atMs = NOW, prices = table) {
  const [providerId = '', ...model] = endpoint.split('/');
  return prices.priceRulesFor({ providerId, pricesId: providerId, model: model.join('/'), track: 'cloud', atMs });
}

function basePrice(endpoint: string, atMs = NOW) {
  return rulesOf(endpoint, atMs)?.tiers[0]?.price ?? null;
}

function cost(endpoint: string, usage: Partial<TokenUsage>, atMs = NOW): number | null {
  return costOfCall({ usage: { ...UNKNOWN_USAGE, ...usage }, rules: rulesOf(endpoint, atMs) }).costNanoUsd;
}

test('the bundled prices are those of the installed package', async () => {
  const file = join(import.meta.dirname, '../../../src-main/engine/spend/price-data.json');
  const bundled = JSON.parse(readFileSync(file, 'utf8')) as { date: string };
  expect(bundled).toEqual(JSON.parse(JSON.stringify(await makePriceData(bundled.date))));
});

test('fixture: cached input of gpt-4o', () => {
  const usage = { inputTokens: 10_000, cachedInputTokens: 8000, outputTokens: 500 };
  expect(cost('openai/gpt-4o', usage)).toBe(2000 * 2500 + 8000 * 1250 + 500 * 10_000);
});

test('fixture: a one-hour cache write of Claude Sonnet 4.5', () => {
  const usage = { inputTokens: 5000, cacheWriteTokens: 4000, cacheWrite1hTokens: 1000, outputTokens: 10 };
  const expected = 1000 * 3000 + 3000 * 3750 + 1000 * 6000 + 10 * 15_000;
  expect(cost('anthropic/claude-sonnet-4-5', usage)).toBe(expected);
  expect(cost('anthropic/claude-sonnet-4-5-20250929', usage)).toBe(expected);
});

test('fixture: more than 200,000 tokens of prompt at Gemini 2.5 Pro', () => {
  expect(cost('google/gemini-2.5-pro', { inputTokens: 200_000, outputTokens: 10 })).toBe(200_000 * 1250 + 10 * 10_000);
  expect(cost('google/gemini-2.5-pro', { inputTokens: 200_001, outputTokens: 10 })).toBe(200_001 * 2500 + 10 * 15_000);
});

test('fixture: reasoning priced apart at Perplexity', () => {
  const usage = { inputTokens: 100, outputTokens: 1000, reasoningTokens: 400 };
  expect(cost('perplexity/sonar-deep-research', usage)).toBe(100 * 2000 + 600 * 8000 + 400 * 3000);
});

test('fixture: a model that charges for the call itself', () => {
  const withFee = rulesOf('perplexity/sonar')?.tiers[0]?.price.perCallUsd ?? 0;
  expect(withFee).toBeGreaterThan(0);
  expect(cost('perplexity/sonar', { inputTokens: 0, outputTokens: 0 })).toBe(Math.round(withFee * 1e9));
});

test.each(['openai/no-such-model', 'nobody/gpt-4o'])('fixture: the price of %s is unknown, never 0', (endpoint) => {
  expect(rulesOf(endpoint)).toBeNull();
  expect(cost(endpoint, { inputTokens: 1, outputTokens: 1 })).toBeNull();
});

test('a provider without a name in the price table has unknown prices', () => {
  const endpoint = { providerId: 'mine', pricesId: null, model: 'gpt-4o', track: 'cloud', atMs: NOW } as const;
  expect(table.priceRulesFor(endpoint)).toBeNull();
});

test('the local track is free', () => {
  const endpoint = { providerId: 'ollama', pricesId: null, model: 'qwen3:8b', track: 'local', atMs: NOW } as const;
  expect(table.priceRulesFor(endpoint)).toEqual({ free: true, tiers: [] });
});

test("the person's own price outranks the table and the local track", () => {
  const overrides = ['openai/gpt-4o', 'ollama/qwen3:8b'].map((endpoint) =>
    priceOverride.parse({ endpoint, input: 1, output: 2 }),
  );
  const own = createPriceTable({ overrides, log: SILENT });
  expect(rulesOf('openai/gpt-4o', NOW, own)?.tiers[0]?.price).toMatchObject({
    input: 1,
    output: 2,
    source: 'settings',
  });
  const local = { providerId: 'ollama', pricesId: null, model: 'qwen3:8b', track: 'local', atMs: NOW } as const;
  expect(own.priceRulesFor(local)?.tiers[0]?.price.input).toBe(1);
});

test('an own cache write price at 1.25 times the input implies the one-hour price at twice the input', () => {
  const [told, other] = [3.75, 4].map((cacheWrite) => {
    const override = priceOverride.parse({ endpoint: 'a/b', input: 3, output: 15, cacheWrite });
    return rulesOf('a/b', NOW, createPriceTable({ overrides: [override], log: SILENT }))?.tiers[0]?.price.cacheWrite1h;
  });
  expect([told, other]).toEqual([6, null]);
});

test('a price that changes by date changes while the engine runs', () => {
  expect(basePrice('openai/o3', Date.UTC(2025, 5, 9))?.input).toBe(10);
  expect(basePrice('openai/o3', Date.UTC(2025, 5, 10))?.input).toBe(2);
  expect(basePrice('openai/o3', Date.UTC(2025, 5, 9))?.input).toBe(10);
});

test('a price that changes by the time of the day is that of the call', () => {
  const day = basePrice('deepseek/deepseek-chat', Date.UTC(2025, 5, 9, 12));
  const night = basePrice('deepseek/deepseek-chat', Date.UTC(2025, 5, 9, 20));
  expect(day?.input).not.toBe(night?.input);
});

test('prices say where they come from and of which day', () => {
  expect(basePrice('openai/gpt-4o')).toMatchObject({ source: 'genai-prices 0.1.8', date: '2026-09-23' });
});

test('the same rules are given again, and an unknown model is told once', () => {
  const told: unknown[] = [];
  const prices = createPriceTable({ overrides: [], log: { ...SILENT, info: (fields) => void told.push(fields) } });
  expect(rulesOf('openai/gpt-4o', NOW, prices)).toBe(rulesOf('openai/gpt-4o', NOW, prices));
  rulesOf('openai/nothing', NOW, prices);
  rulesOf('openai/nothing', NOW, prices);
  expect(told).toEqual([{ endpoint: 'openai/nothing' }]);
});

test('property: every model of the package costs what the package itself says', async () => {
  const providers = (await waitForUpdate()) ?? [];
  const names = providers.flatMap((provider) =>
    provider.models.map((model) => ({ provider: provider.id, model: model.id })),
  );
  const usage = fc
    .tuple(fc.nat(400_000), fc.nat(400_000), fc.nat(400_000), fc.nat(400_000), fc.nat(100_000), fc.nat(100_000))
    .map(([plain, cached, write, write1h, text, reasoning]) => ({ plain, cached, write, write1h, text, reasoning }));
  const atMs = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2027, 6, 1) });
  let compared = 0;
  for (const { provider, model } of names) {
    fc.assert(
      fc.property(usage, atMs, (used, at) => {
        compared += compareWithPackage({ provider, model, used, atMs: at }) ? 1 : 0;
      }),
      { numRuns: 6 },
    );
  }
  expect(compared).toBeGreaterThan(6000);
});

interface Comparison {
  provider: string;
  model: string;
  used: { plain: number; cached: number; write: number; write1h: number; text: number; reasoning: number };
  atMs: number;
}

/** False: the two do not answer the same question (see the conditions). */
function compareWithPackage({ provider, model, used, atMs }: Comparison): boolean {
  const rules = rulesOf(`${provider}/${model}`, atMs);
  const price = rules?.tiers[0]?.price;
  if (rules === null || price === undefined) return false;
  // A kind of token without a price costs nothing there and is unknown here.
  const { plain, cached } = price.input === null ? { plain: 0, cached: 0 } : used;
  const write = price.input === null ? 0 : used.write;
  // Without a one-hour price the package takes the five-minute one; we know the ratio.
  const knowsHours = calcPrice({ input_tokens: 1 }, model, { providerId: provider, timestamp: new Date(atMs) });
  const write1h = knowsHours?.model_price.cache_write_1h_mtok === undefined ? 0 : used.write1h;
  const { text, reasoning } = price.output === null ? { text: 0, reasoning: 0 } : used;
  const inputTokens = plain + cached + write + write1h;
  const theirs = calcPrice(
    {
      input_tokens: inputTokens,
      cache_read_tokens: cached,
      cache_write_tokens: write + write1h,
      cache_write_1h_tokens: write1h,
      output_tokens: text + reasoning,
      output_reasoning_tokens: reasoning,
    },
    model,
    { providerId: provider, timestamp: new Date(atMs) },
  );
  const ours = costOfCall({
    usage: {
      inputTokens,
      cachedInputTokens: cached,
      cacheWriteTokens: write + write1h,
      cacheWrite1hTokens: write1h,
      outputTokens: text + reasoning,
      reasoningTokens: reasoning,
    },
    rules,
  }).costNanoUsd;
  expect(Math.abs((ours ?? NaN) - (theirs?.total_price ?? NaN) * 1e9), `${provider}/${model}`).toBeLessThanOrEqual(1);
  return true;
}
