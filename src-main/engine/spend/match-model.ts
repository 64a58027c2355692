import data from './price-data.json' with { type: 'json' };

/** How a price table entry recognises model names; exactly one key is set. Letters' case does not matter. */
export interface ModelMatch {
  equals?: string | undefined;
  starts_with?: string | undefined;
  ends_with?: string | undefined;
  contains?: string | undefined;
  regex?: string | undefined;
  or?: ModelMatch[] | undefined;
  and?: ModelMatch[] | undefined;
}

/** Every entry of `tiers` replaces `base` for prompts of more than `start` tokens. */
export type TablePrice = number | { base: number; tiers: { start: number; price: number }[] };

/** Prices in USD per million tokens (`_mtok`) or per thousand calls (`_kcount`). */
export type TablePrices = Record<string, TablePrice | undefined>;

/** Prices from a date on, or at a time of the day (UTC); the last that applies wins, the first is the fallback. */
export interface DatedPrices {
  constraint?:
    | {
        type: string;
        start_date?: string | undefined;
        start_time?: string | undefined;
        end_time?: string | undefined;
      }
    | undefined;
  prices: TablePrices;
}

export interface TableModel {
  match: ModelMatch;
  prices: DatedPrices[];
}

interface TableProvider {
  id: string;
  /** Providers whose models are sold under their own names here too (Azure sells OpenAI's). */
  fallbacks: string[];
  models: TableModel[];
}

const providers = new Map<string, TableProvider>(data.providers.map((provider) => [provider.id, provider]));

/** Where the prices come from, for the record: name with version, and the day it was published. */
export const PRICE_SOURCE: { name: string; date: string } = { name: data.source, date: data.date };

/**
 * Finds a model's entry in the price table. A compact date in the name (`-20250514`) also matches entries that write it
 * with dashes. null: the table does not know the provider or the model.
 */
export function matchModel(wanted: { pricesId: string; model: string }): TableModel | null {
  const provider = providers.get(wanted.pricesId);
  if (provider === undefined) return null;
  const name = wanted.model.toLowerCase().trim();
  const dashed = dashCompactDate(name);
  return findModel(provider, name) ?? (dashed === name ? null : findModel(provider, dashed));
}

/** Makers before resellers: a bare name means the price of who made the model. */
const MAKERS = ['anthropic', 'openai', 'google', 'mistral', 'deepseek', 'x-ai', 'moonshotai', 'cohere'];

/** The provider of the price table that has a model of this name, makers first; null: none has. */
export function findPricesId(model: string): string | null {
  const has = (pricesId: string) => matchModel({ pricesId, model }) !== null;
  return MAKERS.find(has) ?? [...providers.keys()].find(has) ?? null;
}

function findModel(provider: TableProvider, name: string): TableModel | null {
  const own = provider.models.find((model) => matches(model.match, name));
  if (own !== undefined) return own;
  for (const id of provider.fallbacks) {
    const found = providers.get(id)?.models.find((model) => matches(model.match, name));
    if (found !== undefined) return found;
  }
  return null;
}

function matches(match: ModelMatch, name: string): boolean {
  if (match.equals !== undefined) return name === match.equals.toLowerCase();
  if (match.starts_with !== undefined) return name.startsWith(match.starts_with.toLowerCase());
  if (match.ends_with !== undefined) return name.endsWith(match.ends_with.toLowerCase());
  if (match.contains !== undefined) return name.includes(match.contains.toLowerCase());
  if (match.regex !== undefined) return new RegExp(match.regex).test(name);
  if (match.or !== undefined) return match.or.some((one) => matches(one, name));
  return match.and?.every((one) => matches(one, name)) ?? false;
}

function dashCompactDate(name: string): string {
  return name.replace(/-(20\d\d)(\d\d)(\d\d)(?=-|:|$)/g, (text, year: string, month: string, day: string) => {
    const dashed = `${year}-${month}-${day}`;
    const time = Date.parse(`${dashed}T00:00:00Z`);
    const isRealDay = !Number.isNaN(time) && new Date(time).toISOString().startsWith(dashed);
    return isRealDay ? `-${dashed}` : text;
  });
}
