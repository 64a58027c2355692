import type { AppSettings, ProviderSettings, Settings } from '../../../../src-shared/settings.ts';
import { withoutCredentials } from '../../providers/without-credentials.ts';

/** Settings that a copy is restored to, and the paths of those that stay as they are now. */
export interface RestorePlan {
  settings: Settings;
  keptAsIs: string[];
}

/**
 * The settings of a copy, but none by which less would stay private than now: a restoring must not loosen in silence what
 * was tightened since. Consent to keeping prompts is given by a person, never by a file.
 */
export function planRestore(copy: Settings, now: Settings): RestorePlan {
  const plan: RestorePlan = { settings: structuredClone(copy), keptAsIs: [] };
  const keep = (path: string, isLooser: boolean, apply: () => void) => {
    if (!isLooser) return;
    apply();
    plan.keptAsIs.push(path);
  };
  const { privacy, images, access, gateway, providers, apps } = plan.settings;
  const consent = (one: Settings) => JSON.stringify(one.privacy.keepPrompts);
  keep('privacy.keepPrompts', consent(copy) !== consent(now), () => (privacy.keepPrompts = now.privacy.keepPrompts));
  keep('privacy.localOnly', now.privacy.localOnly && !copy.privacy.localOnly, () => (privacy.localOnly = true));
  keep('images.fetchRemote', !now.images.fetchRemote && copy.images.fetchRemote, () => (images.fetchRemote = false));
  keep('access.requireKeys', now.access.requireKeys && !copy.access.requireKeys, () => (access.requireKeys = true));
  const opensPort = isThisMachine(now.gateway.host) && !isThisMachine(copy.gateway.host);
  keep('gateway.host', opensPort, () => (gateway.host = now.gateway.host));
  for (const provider of providers) keepProvider(provider, now.providers, keep);
  for (const app of apps) keepApp(app, now.apps, keep);
  return plan;
}

type Keep = (path: string, isLooser: boolean, apply: () => void) => void;

function keepProvider(provider: ProviderSettings, others: readonly ProviderSettings[], keep: Keep): void {
  const present = others.find(({ id }) => id === provider.id);
  if (present === undefined) return;
  // Only what counts as local may have private requests.
  const isLooser = present.track === 'cloud' && provider.track === 'local';
  keep(`providers.${provider.id}.track`, isLooser, () => (provider.track = 'cloud'));
  // A copy holds no user and password of an address.
  if (withoutCredentials(present.baseUrl) === provider.baseUrl) provider.baseUrl = present.baseUrl;
}

function keepApp(app: AppSettings, others: readonly AppSettings[], keep: Keep): void {
  const present = others.find(({ id }) => id === app.id);
  if (present === undefined) return;
  keep(`apps.${app.id}.private`, present.private && !app.private, () => (app.private = true));
  const stayedLocal = present.tracks !== null && !present.tracks.includes('cloud');
  const mayLeave = app.tracks === null || app.tracks.includes('cloud');
  keep(`apps.${app.id}.tracks`, stayedLocal && mayLeave, () => (app.tracks = present.tracks));
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

/** Settings as they go into a copy: with the hashes of apps' keys, without what gives access to others. */
export function toCopy(settings: Settings): Settings {
  const { ollama, providers, prices } = settings;
  return {
    ...settings,
    ollama: { ...ollama, baseUrl: ollama.baseUrl === null ? null : withoutCredentials(ollama.baseUrl) },
    providers: providers.map((provider) => ({ ...provider, baseUrl: withoutCredentials(provider.baseUrl) })),
    prices: {
      ...prices,
      source: prices.source === null ? null : { ...prices.source, url: withoutCredentials(prices.source.url) },
    },
  };
}
