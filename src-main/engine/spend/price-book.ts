import bundled from './price-data.json' with { type: 'json' };

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

export interface TableProvider {
  id: string;
  /** Providers whose models are sold under their own names here too (Azure sells OpenAI's). */
  fallbacks: string[];
  models: TableModel[];
}

/** A price table as it is bundled and fetched. */
export interface PriceTableData {
  /** Name with version. */
  source: string;
  /** Day on which it was published: `2026-09-23`. */
  date: string;
  /** Absent: it came with the program. */
  fetchedAtMs?: number;
  providers: TableProvider[];
}

/** A price table to look things up in. */
export interface PriceBook {
  readonly data: PriceTableData;
  /**
   * A model's entry. A compact date in the name (`-20250514`) also matches entries that write it with dashes. null: the
   * table does not know the provider or the model.
   */
  matchModel(wanted: { pricesId: string; model: string }): TableModel | null;
  /** The provider that has a model of this name, makers first; null: none has. */
  findPricesId(model: string): string | null;
}

/** Makers before resellers: a bare name means the price of who made the model. */
const MAKERS = ['anthropic', 'openai', 'google', 'mistral', 'deepseek', 'x-ai', 'moonshotai', 'cohere'];

/** The table that comes with the program, unless another is given. */
export function createPriceBook(data: PriceTableData = bundled): PriceBook {
  const providers = new Map(data.providers.map((provider) => [provider.id, provider]));
  const book: PriceBook = {
    data,
    matchModel({ pricesId, model }) {
      const provider = providers.get(pricesId);
      if (provider === undefined) return null;
      const name = model.toLowerCase().trim();
      const dashed = dashCompactDate(name);
      return findModel(providers, provider, name) ?? (dashed === name ? null : findModel(providers, provider, dashed));
    },
    findPricesId(model) {
      const has = (pricesId: string) => book.matchModel({ pricesId, model }) !== null;
      return MAKERS.find(has) ?? [...providers.keys()].find(has) ?? null;
    },
  };
  return book;
}

function findModel(
  providers: ReadonlyMap<string, TableProvider>,
  provider: TableProvider,
  name: string,
): TableModel | null {
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
