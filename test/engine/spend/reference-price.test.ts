import { describe, expect, test } from 'vitest';
import { settings as settingsSchema } from '../../../src-shared/settings.ts';
import type { Endpoint } from '../../../src-main/engine/routing/endpoint.ts';
import { createPricing } from '../../../src-main/engine/spend/pricing.ts';
import { findReferenceModel } from '../../../src-main/engine/spend/reference-price.ts';
import { makeEndpoint } from '../../support/make-endpoint.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SilentLog } from '../../support/silent-log.ts';

const CHEAP = makeEndpoint({ providerId: 'up', model: 'gpt-4o-mini' });
const DEAR = makeEndpoint({ providerId: 'up', model: 'gpt-4o' });
const UNPRICED = makeEndpoint({ providerId: 'up', model: 'nobody-knows' });
const LOCAL = makeEndpoint({ providerId: 'ollama', model: 'qwen3:8b', track: 'local' });
const ALL = [CHEAP, LOCAL, DEAR, UNPRICED];

/** The reference, and what a million tokens of prompt cost there in dollars. */
function reference(given: Record<string, unknown>, endpoints: readonly Endpoint[] = ALL) {
  const settings = settingsSchema.parse(given);
  const pricesIdOf = (id: string) => (id === 'up' ? 'openai' : null);
  const pricing = createPricing({ settings, clock: new ManualClock(), log: new SilentLog(), pricesIdOf });
  const found = findReferenceModel({ settings, endpoints, pricing });
  return found && [found.name, pricing.rulesFor(found.model)?.tiers[0]?.price.input];
}

describe('unless it is said', () => {
  test('is the dearest cloud endpoint whose price is known', () => {
    expect(reference({})).toEqual(['up/gpt-4o', 2.5]);
  });

  test('is the dearest of the preferred ones', () => {
    expect(reference({ models: { preferredCloud: ['up/gpt-4o-mini', 'up/gone'] } })).toEqual(['up/gpt-4o-mini', 0.15]);
  });

  test('is unknown without any that has a price', () => {
    expect(reference({}, [LOCAL, UNPRICED])).toBeNull();
    expect(reference({}, [])).toBeNull();
  });
});

describe('said in the settings', () => {
  test.each([
    ['an endpoint', 'up/gpt-4o-mini', 0.15],
    ['the name of an endpoint’s model', 'gpt-4o-mini', 0.15],
    ['a provider and model of the price table that nobody configured', 'anthropic/claude-3-5-sonnet-20241022', 3],
    ['a model of the price table, at the price of its maker', 'claude-3-5-sonnet-20241022', 3],
    ['a reseller’s price', 'openrouter/anthropic/claude-3.5-haiku', 0.8],
  ])('it may be %s: %s', (_what, name, usdPerMillion) => {
    expect(reference({ budgets: { referenceModel: name } })).toEqual([name, usdPerMillion]);
  });

  test('it may be one that only the person has a price of', () => {
    const prices = { overrides: [{ endpoint: 'mine/model', input: 7, output: 8 }] };
    expect(reference({ prices, budgets: { referenceModel: 'mine/model' } })).toEqual(['mine/model', 7]);
  });

  test('it is unknown when nobody knows its price: nothing else takes its place', () => {
    expect(reference({ budgets: { referenceModel: 'up/nobody-knows' } })).toBeNull();
    expect(reference({ budgets: { referenceModel: 'never-heard-of' } })).toBeNull();
  });
});
