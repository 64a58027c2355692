import type {
  DatedPrices,
  ModelMatch,
  PriceBook,
  PriceTableData,
  TableModel,
  TablePrice,
  TablePrices,
} from './price-book.ts';

/** A price that moves by more than this, up or down, is not taken over without asking. */
export const MOST_MOVE = 3;

export interface MergedTables {
  data: PriceTableData;
  /** Names of models whose prices stay as they are, as `PROVIDER/NAME` of the table. */
  held: string[];
}

/**
 * The newer table, but with the present prices wherever a price moved too far. Which model is which is asked by name, in
 * both tables, because a table may say in another way what its entries match. Yields after each provider.
 */
export function* mergePriceTables(present: PriceBook, newer: PriceBook): Generator<undefined, MergedTables> {
  const kept = new Map<TableModel, DatedPrices[]>();
  const held: string[] = [];
  for (const { id, models } of newer.data.providers) {
    const before = present.data.providers.find((provider) => provider.id === id)?.models ?? [];
    for (const name of new Set([...models, ...before].flatMap((model) => namesIn(model.match)))) {
      const old = present.matchModel({ pricesId: id, model: name });
      const found = newer.matchModel({ pricesId: id, model: name });
      if (old === null || found === null || kept.has(found) || !hasMoved(old.prices, found.prices)) continue;
      kept.set(found, old.prices);
      held.push(`${id}/${name}`);
    }
    yield;
  }
  const providers = newer.data.providers.map((provider) => ({
    ...provider,
    models: provider.models.map((model) => ({ ...model, prices: kept.get(model) ?? model.prices })),
  }));
  return { data: { ...newer.data, providers }, held };
}

/** Has any price become more than three times as high, or less than a third? From or to free counts, too. */
export function hasMoved(before: readonly DatedPrices[], after: readonly DatedPrices[]): boolean {
  const old = rangesOf(before);
  for (const [kind, now] of rangesOf(after)) {
    const range = old.get(kind);
    if (range !== undefined && (now.high > range.high * MOST_MOVE || now.low < range.low / MOST_MOVE)) return true;
  }
  return false;
}

interface Range {
  low: number;
  high: number;
}

/** Over all dates, times of the day and lengths of prompts: what holds only from next month on moves a price, too. */
function rangesOf(dated: readonly DatedPrices[]): Map<string, Range> {
  const ranges = new Map<string, Range>();
  for (const { prices } of dated) {
    for (const [kind, amount] of amountsOf(prices)) {
      const range = ranges.get(kind);
      if (range === undefined) ranges.set(kind, { low: amount, high: amount });
      else ranges.set(kind, { low: Math.min(range.low, amount), high: Math.max(range.high, amount) });
    }
  }
  return ranges;
}

function amountsOf(prices: TablePrices): [kind: string, amount: number][] {
  return Object.entries(prices).flatMap(([kind, price]) =>
    amountsIn(price).map((amount): [string, number] => [kind, amount]),
  );
}

function amountsIn(price: TablePrice | undefined): number[] {
  if (price === undefined) return [];
  return typeof price === 'number' ? [price] : [price.base, ...price.tiers.map((tier) => tier.price)];
}

/** Names that an entry surely means. */
function namesIn(match: ModelMatch): string[] {
  const own = [match.equals, match.starts_with, match.ends_with, match.contains].filter((name) => name !== undefined);
  return [...own, ...[...(match.or ?? []), ...(match.and ?? [])].flatMap(namesIn)];
}
