import type { ProviderSettings } from '../../../../src-shared/settings.ts';
import type { KeyDates } from '../../providers/key-dates.ts';
import { resolveSecret, usableKey, type SecretSources } from '../../providers/secret-resolver.ts';
import type { ProviderCalls } from '../../store/provider-calls.ts';
import { findLooseKeys } from '../discovery/loose-keys.ts';
import type { CatalogueEntry } from '../../../../src-shared/catalogue.ts';
import { UNUSED_DAYS, type KeyFacts, type StrayKey } from './judge-keys.ts';

export interface KeyParts {
  secrets: SecretSources;
  dates: Pick<KeyDates, 'changedAtMs'>;
  calls: Pick<ProviderCalls, 'firstUseMs' | 'askedBetween'>;
  catalogue: readonly CatalogueEntry[];
}

type Configured = Pick<ProviderSettings, 'id' | 'name' | 'auth' | 'keyVariable' | 'baseUrl'>;

const DAY_MS = 86_400_000;

/** The facts of every configured provider's key. `breathe` is awaited between the days that are looked through. */
export async function findKeys(
  { secrets, dates, calls }: KeyParts,
  options: { providers: readonly Configured[]; nowMs: number; breathe: () => Promise<void> },
): Promise<KeyFacts[]> {
  const { providers, nowMs, breathe } = options;
  const keys = providers.flatMap((provider) => {
    const { source } = resolveSecret(provider, secrets);
    if (source !== 'environment' && source !== 'stored') return [];
    return [{ ...provider, variable: source === 'environment' ? provider.keyVariable : null }];
  });
  const sinceMs = nowMs - UNUSED_DAYS * DAY_MS;
  const firstUseMs = calls.firstUseMs();
  const isKnown = firstUseMs !== null && firstUseMs <= sinceMs;
  const unseen = new Set(keys.map(({ id }) => id));
  // From today backwards: providers that are used are soon found.
  for (let endMs = nowMs + DAY_MS; isKnown && endMs > sinceMs && unseen.size > 0; endMs -= DAY_MS) {
    for (const id of calls.askedBetween(Math.max(endMs - DAY_MS, sinceMs), endMs)) unseen.delete(id);
    await breathe();
  }
  return keys.map(({ id, name, variable }) => {
    const changedAtMs = variable === null ? dates.changedAtMs(id) : null;
    const isNew = changedAtMs !== null && changedAtMs > sinceMs;
    return { id, name, variable, changedAtMs, used: !isKnown || isNew ? null : !unseen.has(id) };
  });
}

/** Keys for nobody: of the catalogue's providers, and of those that were set up once (`former`) and are not any more. */
export function findStrayKeys(
  { secrets, catalogue }: Pick<KeyParts, 'secrets' | 'catalogue'>,
  options: { providers: readonly Configured[]; former: readonly string[] },
): StrayKey[] {
  const { providers, former } = options;
  const loose = findLooseKeys({ catalogue, configured: providers, secrets }).map(({ entry, variable }) => ({
    id: entry.id,
    name: entry.name,
    variable,
  }));
  const known = new Set([...providers, ...loose].map(({ id }) => id));
  const forgotten = former
    .filter((id) => !known.has(id) && usableKey(secrets.store.read(id)) !== null)
    .map((id) => ({ id, name: id, variable: null }));
  return [...loose, ...forgotten];
}
