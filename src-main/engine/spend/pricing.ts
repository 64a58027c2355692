import type { Settings } from '../../../src-shared/settings.ts';
import type { Clock, Log } from '../ports.ts';
import type { TokenUsage } from '../protocols/chat-event.ts';
import type { Endpoint } from '../routing/endpoint.ts';
import type { UnitPrice } from '../store/records.ts';
import { costOfCall, type CallCost } from './cost-of-call.ts';
import { createPriceBook, type PriceBook } from './price-book.ts';
import type { PriceRules } from './price-rules.ts';
import { createPriceTable } from './price-table.ts';

/** Prices of endpoints and of calls, as the settings of now have them. */
export interface Pricing {
  priceCall(endpoint: Endpoint, usage: TokenUsage): CallCost;
  /** Unit prices of a short prompt, for people and for ranking; null when unknown, all 0 when free. */
  unitPrice(endpoint: Endpoint): UnitPrice | null;
  /** Price rules of now, also of a model that no provider has; null when nobody knows them. */
  rulesFor(model: PricedModel): PriceRules | null;
  update(settings: Settings): void;
  /** The price table in force; another object when it changes. */
  readonly book: PriceBook;
  /** Reckons with another price table from now on. */
  useBook(book: PriceBook): void;
}

/** `pricesId` is the provider's id in the price table; absent: as its settings say. */
export type PricedModel = Pick<Endpoint, 'providerId' | 'model' | 'track'> & { pricesId?: string | null };

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
  let { overrides } = options.settings.prices;
  let book = createPriceBook();
  let table = createPriceTable({ overrides, book, log });
  const rulesFor = ({ providerId, model, track, pricesId = pricesIdOf(providerId) }: PricedModel): PriceRules | null =>
    table.priceRulesFor({ providerId, pricesId, model, track, atMs: clock.nowMs() });
  return {
    priceCall: (endpoint, usage) => costOfCall({ usage, rules: rulesFor(endpoint) }),
    unitPrice(endpoint) {
      const rules = rulesFor(endpoint);
      if (rules?.free === true) return FREE;
      return rules?.tiers[0]?.price ?? null;
    },
    rulesFor,
    update(settings) {
      ({ overrides } = settings.prices);
      table = createPriceTable({ overrides, book, log });
    },
    get book() {
      return book;
    },
    useBook(next) {
      book = next;
      table = createPriceTable({ overrides, book, log });
    },
  };
}
