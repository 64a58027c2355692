import type { CatalogueEntry } from '../../../../src-shared/catalogue.ts';
import type { ProviderStatus } from '../../../../src-shared/control.ts';
import type { OutboundHost } from '../../../../src-shared/house.ts';
import type { Settings } from '../../../../src-shared/settings.ts';
import { isLoopback } from '../../providers/is-loopback.ts';
import type { SecretSources } from '../../providers/secret-resolver.ts';
import type { LocalSpot } from './local-servers.ts';
import { findLooseKeys, placeOf, toFreeTierSettings } from './loose-keys.ts';

/** Every host that looking for servers, free tiers and an exposed Ollama may call now, beyond the configured providers'. */
export function listJobHosts(parts: {
  settings: Settings;
  providers: readonly ProviderStatus[];
  catalogue: readonly CatalogueEntry[];
  secrets: SecretSources;
  spots: readonly LocalSpot[];
  outwardAddresses: readonly string[];
}): OutboundHost[] {
  const { background } = parts.settings;
  const runs = (job: (typeof background.off)[number]) => background.enabled && !background.off.includes(job);
  return [
    ...(runs('model-discovery') ? [...parts.spots.map(toSpotHost), ...freeTierHosts(parts)] : []),
    ...(runs('security-hygiene') ? ollamaHosts(parts) : []),
  ];
}

function toSpotHost({ origin }: LocalSpot): OutboundHost {
  const purpose = 'Whether another model server runs on this machine (background work)';
  return { host: new URL(origin).host, purpose, providerId: null, local: true };
}

function freeTierHosts({ settings, providers, catalogue, secrets }: Parameters<typeof listJobHosts>[0]) {
  if (settings.privacy.localOnly) return [];
  return findLooseKeys({ catalogue, secrets, configured: providers }).flatMap((key): OutboundHost[] => {
    const provider = toFreeTierSettings(key);
    if (provider === null) return [];
    const purpose = `${provider.name}: its model list, because there is a key for it in ${placeOf(key)} (background work)`;
    return [{ host: new URL(provider.baseUrl).host, purpose, providerId: null, local: false }];
  });
}

function ollamaHosts({ providers, outwardAddresses }: Parameters<typeof listJobHosts>[0]): OutboundHost[] {
  const purpose =
    'Whether Ollama can be reached from the network, asked at this machine’s own address (background work)';
  return providers
    .filter(({ kind, track, enabled }) => kind === 'ollama' && track === 'local' && enabled)
    .map(({ baseUrl }) => new URL(baseUrl))
    .filter(({ hostname }) => isLoopback(hostname) || outwardAddresses.includes(hostname.replace(/^\[|\]$/g, '')))
    .flatMap(({ port }) =>
      outwardAddresses.map((address) => {
        const host = address.includes(':') ? `[${address}]` : address;
        return { host: `${host}:${port === '' ? '80' : port}`, purpose, providerId: null, local: true };
      }),
    );
}
