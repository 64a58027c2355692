import type { ExportedSettings } from '../../../src-shared/house.ts';
import type { Settings } from '../../../src-shared/settings.ts';
import { withoutCredentials } from '../providers/without-credentials.ts';

/**
 * Everything the person set, for another machine: without keys, without the hashes of apps' keys, and without user and
 * password that somebody may have written into an address.
 */
export function exportSettings(options: { settings: Settings; version: string; nowMs: number }): ExportedSettings {
  const { settings, version, nowMs } = options;
  const { ollama, providers, apps } = settings;
  const baseUrl = ollama.baseUrl === null ? null : withoutCredentials(ollama.baseUrl);
  return {
    product: 'pointsman',
    version,
    exportedAtMs: Math.round(nowMs),
    settings: {
      ...settings,
      ollama: { ...ollama, baseUrl },
      providers: providers.map((provider) => ({ ...provider, baseUrl: withoutCredentials(provider.baseUrl) })),
      apps: apps.map(({ keyHash: _kept, ...app }) => app),
    },
  };
}
