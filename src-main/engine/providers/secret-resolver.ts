import type { ProviderSettings } from '../../../src-shared/settings.ts';
import type { SecretStore } from '../ports.ts';

export interface SecretSources {
  environment: Readonly<Record<string, string | undefined>>;
  store: SecretStore;
}

export interface ResolvedSecret {
  /** null when there is none or none is needed. */
  value: string | null;
  source: 'environment' | 'stored' | 'missing' | 'not needed';
}

/**
 * Finds a provider's key: the environment variable that its settings name, else the secret store under the provider's
 * id. Blank values and those that no header can carry count as none.
 */
export function resolveSecret(
  settings: Pick<ProviderSettings, 'id' | 'auth' | 'keyVariable'>,
  sources: SecretSources,
): ResolvedSecret {
  if (settings.auth === 'none') return { value: null, source: 'not needed' };
  const variable = settings.keyVariable === null ? undefined : sources.environment[settings.keyVariable];
  const fromEnvironment = usableKey(variable);
  if (fromEnvironment !== null) return { value: fromEnvironment, source: 'environment' };
  const stored = usableKey(sources.store.read(settings.id));
  return stored === null ? { value: null, source: 'missing' } : { value: stored, source: 'stored' };
}

/** The key in a text: without the spaces and line ends that pasting brings along; null for none or for no key at all. */
export function usableKey(text: string | null | undefined): string | null {
  const key = (text ?? '').trim();
  return isSendable(key) ? key : null;
}

/** True for what an HTTP header can carry. */
function isSendable(key: string): boolean {
  return /^[\x21-\x7e]+$/.test(key);
}
