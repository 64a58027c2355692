import type { PriceOverride } from '../../../src-shared/settings.ts';
import type { Log } from '../ports.ts';
import type { Track } from '../routing/endpoint.ts';
import { compileEra, compileOverride } from './compile-prices.ts';
import type { PriceEra } from './compile-prices.ts';
import { createPriceBook, type PriceBook } from './price-book.ts';
import { FREE_RULES } from './price-rules.ts';
import type { PriceRules } from './price-rules.ts';

/** One model at one provider at one moment. */
export interface PricedEndpoint {
  providerId: string;
  /** The provider's id in the price table; null when it has none there. */
  pricesId: string | null;
  model: string;
  track: Track;
  /** Unix milliseconds of the call: prices change by date and, at some providers, by the time of the day. */
  atMs: number;
}

export interface PriceTable {
  /** null: nobody knows the price. */
  priceRulesFor(endpoint: PricedEndpoint): PriceRules | null;
}

/** Model names come from clients too; the memo starts over before it becomes a leak. */
const MAX_REMEMBERED = 10_000;

const UNKNOWN: PriceEra[] = [];

/**
 * Prices in order of authority: the person's own, free for what runs on this machine, the table of `book`
 * (the bundled one unless it is given). What is
 * remembered for an endpoint is its whole price history, so a price that changes by date is never frozen.
 */
export function createPriceTable(options: {
  overrides: readonly PriceOverride[];
  book?: PriceBook;
  log: Log;
}): PriceTable {
  const book = options.book ?? createPriceBook();
  const overrides = new Map(options.overrides.map((one) => [one.endpoint, compileOverride(one)]));
  /** By provider, then by model: no name is put together for a look-up. */
  const remembered = new Map<string, Map<string, PriceEra[]>>();
  let rememberedCount = 0;

  function erasOf(endpoint: PricedEndpoint): PriceEra[] {
    const key = `${endpoint.providerId}/${endpoint.model}`;
    const override = overrides.get(key);
    if (override !== undefined) return [always(override)];
    if (endpoint.track === 'local') return [always(FREE_RULES)];
    const { pricesId, model } = endpoint;
    const found = pricesId === null ? null : book.matchModel({ pricesId, model });
    if (found !== null) return found.prices.map((dated) => compileEra(dated, book.data));
    options.log.info({ endpoint: key }, 'no price known for this model: its calls are recorded with an unknown cost');
    return UNKNOWN;
  }

  function remember(endpoint: PricedEndpoint): PriceEra[] {
    if (rememberedCount >= MAX_REMEMBERED) {
      remembered.clear();
      rememberedCount = 0;
    }
    rememberedCount += 1;
    const eras = erasOf(endpoint);
    const ofProvider = remembered.get(endpoint.providerId) ?? new Map<string, PriceEra[]>();
    remembered.set(endpoint.providerId, ofProvider.set(endpoint.model, eras));
    return eras;
  }

  return {
    priceRulesFor(endpoint) {
      const eras = remembered.get(endpoint.providerId)?.get(endpoint.model) ?? remember(endpoint);
      return rulesAt(eras, endpoint.atMs);
    },
  };
}

function rulesAt(eras: PriceEra[], atMs: number): PriceRules | null {
  for (let index = eras.length - 1; index >= 0; index--) {
    const era = eras[index];
    if (era?.appliesAt(atMs)) return era.rules;
  }
  return eras[0]?.rules ?? null;
}

function always(rules: PriceRules): PriceEra {
  return { appliesAt: () => true, rules };
}
