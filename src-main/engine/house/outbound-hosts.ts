import type { OutboundHost } from '../../../src-shared/house.ts';
import type { ProviderSettings } from '../../../src-shared/settings.ts';
import { isNearHost } from '../providers/base-url.ts';

/**
 * Every host that the engine may call now: each provider that is switched on, the servers of images if these are fetched
 * at all, and what else runs around the engine calls (`others`). Nothing else is ever called.
 */
export function listOutboundHosts(parts: {
  providers: readonly Pick<ProviderSettings, 'id' | 'name' | 'baseUrl' | 'enabled' | 'kind'>[];
  fetchesImages: boolean;
  others: readonly OutboundHost[];
}): OutboundHost[] {
  const { providers, fetchesImages, others } = parts;
  const hosts = providers.filter(({ enabled }) => enabled).map(toHost);
  return [...hosts, ...(fetchesImages ? [IMAGES] : []), ...others];
}

const IMAGES: OutboundHost = {
  host: '*',
  purpose: 'Images that a request names by address, fetched when the chosen model needs them (images.fetchRemote)',
  providerId: null,
  local: false,
};

function toHost({
  id,
  name,
  baseUrl,
  kind,
}: Parameters<typeof listOutboundHosts>[0]['providers'][number]): OutboundHost {
  const { host, hostname } = new URL(baseUrl);
  const what = kind === 'ollama' ? 'its models, and what it has in memory' : 'its models';
  return { host, purpose: `${name}: requests to ${what}`, providerId: id, local: isNearHost(hostname) };
}
