import type { Settings } from '../../../src-shared/settings.ts';
import type { Clock, Log } from '../ports.ts';
import type { TokenUsage } from '../protocols/chat-event.ts';
import type { Endpoint } from '../routing/endpoint.ts';
import type { UnitPrice } from '../store/records.ts';
import { costOfCall, type CallCost } from './cost-of-call.ts';
import type { PriceRules } from './price-rules.ts';
import { createPriceTable } from './price-table.ts';

/** Prices of endpoints and of calls, as the settings of now have them. */
export interface Pricing {
  priceCall(endpoint: Endpoint, usage: TokenUsage): CallCost;
  /** Unit prices of a short prompt, for people and for ranking; null when unknown, all 0 when free. */
  unitPrice(endpoint: Endpoint): UnitPrice | null;
  update(settings: Settings): void;
}

const FREE: UnitPrice = {
  input: 0,
  cachedInput: 0,
  cacheWrite: 0,
  cacheWrite1h: 0,
  output: 0,
  reasoning: 0,
  source: 'runs on this machine',
  date: null,
};

/** `pricesIdOf` gives a provider's id in the price table, null when it has none there. */
export function createPricing(options: {
  settings: Settings;
  clock: Clock;
  log: Log;
  pricesIdOf: (providerId: string) => string | null;
}): Pricing {
  const { clock, log, pricesIdOf } = options;
  let table = createPriceTable({ overrides: options.settings.prices.overrides, log });
  const rulesFor = ({ providerId, model, track }: Endpoint): PriceRules | null =>
    table.priceRulesFor({ providerId, pricesId: pricesIdOf(providerId), model, track, atMs: clock.nowMs() });
  return {
    priceCall: (endpoint, usage) => costOfCall({ usage, rules: rulesFor(endpoint) }),
    unitPrice(endpoint) {
      const rules = rulesFor(endpoint);
      if (rules?.free === true) return FREE;
      return rules?.tiers[0]?.price ?? null;
    },
    update(settings) {
      table = createPriceTable({ overrides: settings.prices.overrides, log });
    },
  };
}
