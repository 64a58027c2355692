import type { AuthScheme, ProviderFeatures, ProviderKind } from '../../../src-shared/catalogue.ts';
import type { ProviderSettings } from '../../../src-shared/settings.ts';
import type { Track } from '../routing/endpoint.ts';

/** A provider as it is called: settings with the base URL taken apart. A value; no key in it. */
export interface Provider {
  readonly id: string;
  readonly name: string;
  readonly kind: ProviderKind;
  readonly track: Track;
  readonly features: ProviderFeatures;
  readonly settings: ProviderSettings;
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path part of the base URL without a final slash; '' for none. */
  readonly basePath: string;
  /** The whole path of something below the base URL. */
  pathFor: (path: string) => string;
  /** Authentication header names and values in turn; empty without a key. Version headers are the call's business. */
  headers: (secret: string | null) => string[];
}

const HEADERS: Readonly<Record<AuthScheme, (secret: string) => string[]>> = {
  bearer: (secret) => ['authorization', `Bearer ${secret}`],
  'x-api-key': (secret) => ['x-api-key', secret],
  'api-key': (secret) => ['api-key', secret],
  none: () => [],
};

/** Takes settings' base URL apart. Query and user part of it are left out. */
export function toProvider(settings: ProviderSettings): Provider {
  const url = new URL(settings.baseUrl);
  // Ollama listens on IPv4 by default, and `localhost` may mean ::1.
  if (settings.kind === 'ollama' && url.hostname === 'localhost') url.hostname = '127.0.0.1';
  const basePath = url.pathname.replace(/\/+$/, '');
  const { id, name, kind, track, features, auth } = settings;
  return {
    id,
    name,
    kind,
    track,
    features,
    settings,
    origin: url.origin,
    basePath,
    pathFor: (path) => `${basePath}${path}`,
    headers: (secret) => (secret === null ? [] : HEADERS[auth](secret)),
  };
}
