import type { SettingChange } from '../../../../src-shared/jobs.ts';
import { isLoopback } from '../../providers/is-loopback.ts';
import { providerSettings, type ProviderSettings, type Settings } from '../../../../src-shared/settings.ts';

/** Does this path name a provider that would be added, as `providers.ID`? Such a change goes from null to its settings. */
export function isAddition(path: string): boolean {
  return /^providers\.[a-z0-9][a-z0-9-]*$/.test(path);
}

/**
 * The provider that a change would add; null: it adds none, or would change one that is there. Nobody but a person may call
 * another machine local: private requests would leave this one.
 */
export function parseAddition({ path, before, after }: SettingChange): ProviderSettings | null {
  if (!isAddition(path) || before !== null) return null;
  const parsed = providerSettings.safeParse(after);
  if (!parsed.success || path !== `providers.${parsed.data.id}`) return null;
  const { track, baseUrl } = parsed.data;
  return track === 'local' && !isLoopback(new URL(baseUrl).hostname) ? null : parsed.data;
}

/** Is there no such provider yet, by id or address? */
export function isStillMissing(change: SettingChange, { providers }: Pick<Settings, 'providers'>): boolean {
  const addition = parseAddition(change);
  if (addition === null) return false;
  return !providers.some(({ id, baseUrl }) => id === addition.id || baseUrl === addition.baseUrl);
}
