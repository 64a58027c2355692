import type { CatalogueEntry } from '../../../../src-shared/catalogue.ts';
import { providerSettings, type ProviderSettings } from '../../../../src-shared/settings.ts';
import { entryOfBaseUrl, placeholdersOf } from '../../providers/catalogue.ts';
import { usableKey, type SecretSources } from '../../providers/secret-resolver.ts';

/** A key that is here for a provider of the catalogue that is not set up. */
export interface LooseKey {
  entry: CatalogueEntry;
  /** Environment variable that holds it; null: the secret store does. */
  variable: string | null;
}

/** Finds them. The key itself is not in the result. */
export function findLooseKeys(options: {
  catalogue: readonly CatalogueEntry[];
  configured: readonly Pick<ProviderSettings, 'id' | 'baseUrl' | 'keyVariable'>[];
  secrets: SecretSources;
}): LooseKey[] {
  const { catalogue, configured, secrets } = options;
  const ids = new Set(configured.flatMap(({ id, baseUrl }) => [id, entryOfBaseUrl(baseUrl)?.id ?? id]));
  const variables = new Set(configured.map(({ keyVariable }) => keyVariable));
  return catalogue.flatMap((entry): LooseKey[] => {
    if (entry.auth === 'none' || ids.has(entry.id)) return [];
    const { keyVariable } = entry;
    const isThere = keyVariable !== null && usableKey(secrets.environment[keyVariable]) !== null;
    if (isThere && !variables.has(keyVariable)) return [{ entry, variable: keyVariable }];
    return usableKey(secrets.store.read(entry.id)) === null ? [] : [{ entry, variable: null }];
  });
}

/** Where it is, in words. */
export function placeOf({ variable }: LooseKey): string {
  return variable === null ? 'the kept keys' : `the environment variable ${variable}`;
}

/**
 * Settings to test and to propose it with; null where the model list cannot be asked for as it is: the provider has no free
 * tier, no list, or an address that only the person can complete.
 */
export function toFreeTierSettings({ entry, variable }: LooseKey): ProviderSettings | null {
  const { id, name, kind, track, baseUrl, auth, modelsPath, features, pricesId, freeTier } = entry;
  const isFit = freeTier === 'yes' && modelsPath !== null && track === 'cloud' && placeholdersOf(baseUrl).length === 0;
  if (!isFit) return null;
  const basics = { id, name, kind, track, baseUrl, auth, modelsPath, features, pricesId };
  return providerSettings.parse({ ...basics, keyVariable: variable });
}
