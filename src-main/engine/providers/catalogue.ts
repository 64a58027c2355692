import providers from '../../../resources/providers.json' with { type: 'json' };
import { catalogue, type CatalogueEntry } from '../../../src-shared/catalogue.ts';

const memo: { entries: readonly CatalogueEntry[] | null } = { entries: null };

/** The providers that ship with Pointsman. Checked against the schema once, when first asked for. */
export function readCatalogue(): readonly CatalogueEntry[] {
  memo.entries ??= catalogue.parse(providers);
  return memo.entries;
}

export function findCatalogueEntry(id: string): CatalogueEntry | null {
  return readCatalogue().find((entry) => entry.id === id) ?? null;
}

/** The entry that a provider with this base URL was made from; placeholders stand for any host label or path segment. */
export function entryOfBaseUrl(baseUrl: string): CatalogueEntry | null {
  const wanted = withoutFinalSlash(baseUrl);
  return readCatalogue().find((entry) => toPattern(entry.baseUrl).test(wanted)) ?? null;
}

/** Names between braces in a base URL, in order: `{account}` gives `account`. */
export function placeholdersOf(baseUrl: string): string[] {
  return [...baseUrl.matchAll(/\{([a-z]+)\}/g)].map((match) => match[1] ?? '');
}

function toPattern(baseUrl: string): RegExp {
  const escaped = withoutFinalSlash(baseUrl)
    .split(/\{[a-z]+\}/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('[^/.]+')}$`);
}

function withoutFinalSlash(text: string): string {
  return text.replace(/\/+$/, '');
}
