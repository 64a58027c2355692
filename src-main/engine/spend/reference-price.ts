import type { Settings } from '../../../src-shared/settings.ts';
import type { Endpoint } from '../routing/endpoint.ts';
import type { UnitPrice } from '../store/records.ts';
import type { PriceBook } from './price-book.ts';
import type { PricedModel, Pricing } from './pricing.ts';

/** The cloud model that savings are measured against. */
export interface ReferenceModel {
  /** As the person knows it. */
  name: string;
  /** For `Pricing.rulesFor`; not necessarily an endpoint that exists. */
  model: PricedModel;
}

/** Prompts are longer than answers: the usual blend of vendors' comparisons is three tokens in for one out. */
const INPUT_SHARE = 3;

/**
 * The model of `budgets.referenceModel`: one of the endpoints by id or name, else one of the price table by name, with or
 * without its provider. null in the settings: the dearest cloud endpoint, among the preferred ones where there are any.
 * null: there is none, or nobody knows its price.
 */
export function findReferenceModel(options: ReferenceOptions): ReferenceModel | null {
  const { referenceModel } = options.settings.budgets;
  const cloud = options.endpoints.filter(({ track }) => track === 'cloud');
  if (referenceModel === null) return dearest(cloud, options);
  const model =
    cloud.find(({ id }) => id === referenceModel) ??
    cloud.find(({ model }) => model === referenceModel) ??
    toTableModel(referenceModel, options.pricing.book);
  return options.pricing.rulesFor(model) === null ? null : { name: referenceModel, model };
}

export interface ReferenceOptions {
  settings: Pick<Settings, 'budgets' | 'models'>;
  endpoints: readonly Endpoint[];
  pricing: Pick<Pricing, 'unitPrice' | 'rulesFor' | 'book'>;
}

function dearest(cloud: readonly Endpoint[], { settings, pricing }: ReferenceOptions): ReferenceModel | null {
  const preferred = new Set(settings.models.preferredCloud);
  const wanted = cloud.filter(({ id }) => preferred.has(id));
  let found: ReferenceModel | null = null;
  let highest = -1;
  for (const endpoint of wanted.length > 0 ? wanted : cloud) {
    const price = blendedPrice(pricing.unitPrice(endpoint));
    if (price === null || price <= highest) continue;
    highest = price;
    found = { name: endpoint.id, model: endpoint };
  }
  return found;
}

/** null for models that write nothing (embeddings) or whose price is unknown. */
function blendedPrice(price: UnitPrice | null): number | null {
  const { input = null, output = null } = price ?? {};
  return input === null || output === null ? null : input * INPUT_SHARE + output;
}

/** `PROVIDER/MODEL` with a provider of the price table, else the whole as a model's name (some have a slash in them). */
function toTableModel(name: string, book: PriceBook): PricedModel {
  const slash = name.indexOf('/');
  const providerId = name.slice(0, Math.max(0, slash));
  const model = name.slice(slash + 1);
  if (book.matchModel({ pricesId: providerId, model }) !== null) {
    return { providerId, model, track: 'cloud', pricesId: providerId };
  }
  const pricesId = book.findPricesId(name);
  if (pricesId !== null) return { providerId: pricesId, model: name, track: 'cloud', pricesId };
  // The person's own price may be all that is known of it.
  return { providerId, model, track: 'cloud', pricesId: null };
}
