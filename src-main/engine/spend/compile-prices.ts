import type { PriceOverride } from '../../../src-shared/settings.ts';
import type { UnitPrice } from '../store/records.ts';
import type { DatedPrices, PriceTableData, TablePrice, TablePrices } from './price-book.ts';
import type { PriceRules, PriceTier } from './price-rules.ts';

/** Rules that hold while `appliesAt` is true. */
export interface PriceEra {
  appliesAt(atMs: number): boolean;
  /** null: the table has the model but no price for its tokens. */
  rules: PriceRules | null;
}

const DAY_SECONDS = 86_400;

/**
 * Anthropic's documented ratios: a cache write costs 1.25 times the input price with a lifetime of five minutes, twice
 * the input price with one hour. Tables that give only the first still tell the second.
 * https://platform.claude.com/docs/en/build-with-claude/prompt-caching#pricing
 */
const WRITE_5M_RATIO = 1.25;
const WRITE_1H_RATIO = 2;

/** Where prices come from, for the record. */
export type PriceSource = Pick<PriceTableData, 'source' | 'date'>;

export function compileEra(dated: DatedPrices, from: PriceSource): PriceEra {
  return { appliesAt: compileConstraint(dated.constraint), rules: compileRules(dated.prices, from) };
}

/** The person's own price for one model: one tier, no date. */
export function compileOverride(override: PriceOverride): PriceRules {
  const { input, cachedInput, cacheWrite, output, reasoning } = override;
  const cacheWrite1h = hourPrice(input, cacheWrite);
  const price = { input, cachedInput, cacheWrite, cacheWrite1h, output, reasoning, source: 'settings', date: null };
  return { free: false, tiers: [{ aboveInputTokens: 0, price }] };
}

function compileConstraint(constraint: DatedPrices['constraint']): (atMs: number) => boolean {
  if (constraint === undefined) return () => true;
  if (constraint.start_date !== undefined) {
    const startMs = Date.parse(`${constraint.start_date}T00:00:00Z`);
    return (atMs) => atMs >= startMs;
  }
  const start = secondOfDay(constraint.start_time ?? '00:00:00Z');
  const end = secondOfDay(constraint.end_time ?? '00:00:00Z');
  return (atMs) => {
    const second = (atMs / 1000) % DAY_SECONDS;
    return end < start ? second >= start || second < end : second >= start && second < end;
  };
}

/** Seconds from midnight UTC of a time such as `16:30:00Z` or `01:00:00+02:00`. */
function secondOfDay(time: string): number {
  return (Date.parse(`1970-01-02T${time}`) / 1000) % DAY_SECONDS;
}

function compileRules(prices: TablePrices, from: PriceSource): PriceRules | null {
  if (prices.input_mtok === undefined && prices.output_mtok === undefined) return null;
  const thresholds = new Set<number>([0]);
  for (const price of Object.values(prices)) {
    if (typeof price === 'object') for (const tier of price.tiers) thresholds.add(tier.start);
  }
  const tiers = [...thresholds]
    .sort((a, b) => a - b)
    .map((start): PriceTier => {
      return { aboveInputTokens: start, price: unitPriceAbove(prices, start, from) };
    });
  return { free: false, tiers };
}

function unitPriceAbove(prices: TablePrices, start: number, { source, date }: PriceSource): UnitPrice {
  const input = priceAbove(prices.input_mtok, start);
  const cacheWrite = priceAbove(prices.cache_write_mtok, start);
  const perThousandCalls = priceAbove(prices.requests_kcount, start);
  return {
    input,
    cachedInput: priceAbove(prices.cache_read_mtok, start),
    cacheWrite,
    cacheWrite1h: priceAbove(prices.cache_write_1h_mtok, start) ?? hourPrice(input, cacheWrite),
    output: priceAbove(prices.output_mtok, start),
    reasoning: priceAbove(prices.output_reasoning_mtok, start),
    ...(perThousandCalls !== null && { perCallUsd: perThousandCalls / 1000 }),
    source,
    date,
  };
}

function priceAbove(price: TablePrice | undefined, start: number): number | null {
  if (price === undefined) return null;
  if (typeof price === 'number') return price;
  let found = price.base;
  for (const tier of price.tiers) if (tier.start <= start && start > 0) found = tier.price;
  return found;
}

function hourPrice(input: number | null, cacheWrite: number | null): number | null {
  if (input === null || cacheWrite === null) return null;
  const isAnthropicRatio = Math.abs(cacheWrite - input * WRITE_5M_RATIO) <= input * 1e-9;
  return isAnthropicRatio ? input * WRITE_1H_RATIO : null;
}
