import type { CatalogueEntry } from '../../../src-shared/catalogue.ts';
import type { AddProvider } from '../../../src-shared/control.ts';
import { providerSettings, type ProviderSettings } from '../../../src-shared/settings.ts';
import { checkBaseUrl, isNearHost } from './base-url.ts';
import { findCatalogueEntry, placeholdersOf, readCatalogue } from './catalogue.ts';
import { nearestNames } from './nearest-names.ts';
import { usableKey } from './secret-resolver.ts';

export type Drafted =
  | { ok: true; provider: ProviderSettings; key: string | null }
  /** What is wrong and what to do, for the person. */
  | { ok: false; sentence: string };

/** What is said of a text that cannot be a key. */
export const NO_KEY = 'The key is empty or holds signs that no key has: paste it again, alone.';

type Step<Value> = { ok: true; value: Value } | { ok: false; sentence: string };

/**
 * Turns what a person typed into settings of a provider, starting from a catalogue entry if one is named. Fills in
 * placeholders, and derives what was not said: kind `openai`, the track and the need of a key from the address.
 */
export function draftProvider(input: AddProvider): Drafted {
  const entry = input.catalogue === undefined ? null : findCatalogueEntry(input.catalogue);
  if (input.catalogue !== undefined && entry === null) return unknownEntry(input.catalogue);
  const key = usableKey(input.key);
  if (input.key !== undefined && key === null) return { ok: false, sentence: NO_KEY };
  const baseUrl = input.baseUrl === undefined ? fillPlaceholders(entry, input) : checkBaseUrl(input.baseUrl);
  if (!baseUrl.ok) return baseUrl;
  const draft = { ...basicsOf(input, entry, baseUrl.value), ...credentialsOf(input, entry, baseUrl.value, key) };
  if (key !== null && isOpenRoad(draft.baseUrl)) {
    return { ok: false, sentence: 'Over http:// the key would travel unprotected: use https:// for this address.' };
  }
  const parsed = providerSettings.safeParse(draft);
  if (parsed.success) return { ok: true, provider: parsed.data, key };
  const [issue] = parsed.error.issues;
  return { ok: false, sentence: `${issue?.path.join('.') ?? 'input'}: ${issue?.message ?? 'not valid'}.` };
}

function unknownEntry(id: string): Drafted {
  const near = nearestNames(
    id,
    readCatalogue().map((entry) => entry.id),
    3,
  );
  const hint = near.length > 0 ? `; did you mean ${near.join(', ')}?` : '.';
  return { ok: false, sentence: `The catalogue has no provider "${id}"${hint}` };
}

function fillPlaceholders(entry: CatalogueEntry | null, input: AddProvider): Step<string> {
  if (entry === null) return { ok: false, sentence: 'Name a catalogue entry, or give a base URL.' };
  const values = input.placeholders ?? {};
  let url = entry.baseUrl;
  for (const name of placeholdersOf(entry.baseUrl)) {
    const value = values[name]?.trim() ?? '';
    if (value === '')
      return { ok: false, sentence: `${entry.name} needs your ${name}: its address is ${entry.baseUrl}.` };
    if (!/^[A-Za-z0-9-]+$/.test(value)) {
      return { ok: false, sentence: `The ${name} of ${entry.name} may hold letters, digits and dashes only.` };
    }
    url = url.replace(`{${name}}`, value);
  }
  const unknown = Object.keys(values).find((name) => !placeholdersOf(entry.baseUrl).includes(name));
  if (unknown === undefined) return { ok: true, value: url };
  return { ok: false, sentence: `${entry.name} has no placeholder "${unknown}" in its address.` };
}

function basicsOf(input: AddProvider, entry: CatalogueEntry | null, baseUrl: string) {
  const { hostname } = new URL(baseUrl);
  const kind = input.kind ?? entry?.kind ?? 'openai';
  const id = input.id ?? entry?.id ?? slugOf(hostname);
  return {
    id,
    name: input.name ?? entry?.name ?? id,
    kind,
    track: input.track ?? entry?.track ?? (isNearHost(hostname) ? ('local' as const) : ('cloud' as const)),
    baseUrl,
    modelsPath: entry?.kind === kind ? entry.modelsPath : kind === 'ollama' ? '/api/tags' : '/models',
    features: entry?.features ?? {},
    pricesId: entry?.pricesId ?? null,
    models: [...new Set((input.models ?? []).map((model) => model.trim()).filter((model) => model !== ''))],
  };
}

/** A pasted key outranks the catalogue's environment variable: it is what the person wants used. */
function credentialsOf(input: AddProvider, entry: CatalogueEntry | null, baseUrl: string, key: string | null) {
  const scheme = input.kind === 'anthropic' ? 'x-api-key' : 'bearer';
  const wantsKey = key !== null || input.keyVariable !== undefined;
  const guessed = wantsKey || !isNearHost(new URL(baseUrl).hostname) ? scheme : 'none';
  const auth = entry === null ? guessed : entry.auth === 'none' && wantsKey ? scheme : entry.auth;
  const keyVariable = input.keyVariable ?? (key === null ? (entry?.keyVariable ?? null) : null);
  return { auth, keyVariable };
}

/** Plain http to somewhere beyond the own network. */
function isOpenRoad(baseUrl: string): boolean {
  const url = new URL(baseUrl);
  return url.protocol === 'http:' && !isNearHost(url.hostname);
}

function slugOf(hostname: string): string {
  const slug = hostname
    .toLowerCase()
    .replace(/^(api|www)\./, '')
    .replace(/[^a-z0-9]+/g, '-');
  return slug.replace(/^-+|-+$/g, '');
}
