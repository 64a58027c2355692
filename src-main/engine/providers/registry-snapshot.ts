import type { Endpoint, Track } from '../routing/endpoint.ts';
import { toEndpoint } from './model-list.ts';
import { nearestNames } from './nearest-names.ts';
import { unseenOllamaEndpoint } from './ollama-endpoints.ts';
import { unlistedModel } from './parse-model-list.ts';
import type { Provider } from './provider.ts';

/** All that can be called, as one value: the hot path reads it, and only a change makes a new one. */
export interface RegistrySnapshot {
  /** In settings order, Ollama first. */
  readonly endpoints: readonly Endpoint[];
  readonly byId: ReadonlyMap<string, Endpoint>;
  /** By the provider's own name of the model; the local track first, then settings order. */
  readonly byName: ReadonlyMap<string, readonly Endpoint[]>;
  /**
   * The endpoints that a name means, best first; empty for an unknown one. Understands `local/NAME`, `cloud/NAME`,
   * `PROVIDER/NAME` and bare NAME. `:latest` may be missing (Ollama's tags) or too much (Ollama clients append it).
   * A provider whose list was never seen is believed to have any model that is addressed to it; for `local/NAME` the
   * first such provider of the local track.
   */
  endpointFor(name: string): readonly Endpoint[];
  /** Names that may have been meant by an unknown one, nearest first. */
  nearestNames(name: string, count: number): string[];
}

/** One provider with what it has; null: nobody knows. */
export interface ProviderModels {
  provider: Provider;
  endpoints: readonly Endpoint[] | null;
}

/** Builds the snapshot of all providers in their order. */
export function buildSnapshot(providers: readonly ProviderModels[]): RegistrySnapshot {
  const endpoints = providers.flatMap((each) => each.endpoints ?? []);
  const byId = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]));
  const byName = groupByName(endpoints);
  const unseen = providers.filter((each) => each.endpoints === null).map(({ provider }) => provider);
  const resolve = (name: string): readonly Endpoint[] => {
    const exact = byId.get(name);
    return exact === undefined ? (byName.get(name) ?? []) : [exact];
  };
  return {
    endpoints,
    byId,
    byName,
    endpointFor: (name) => {
      const [track, plain] = splitTrack(name);
      const found = firstFound(spellingsOf(plain), resolve) ?? unlisted(plain, track, unseen);
      return track === null ? found : found.filter((endpoint) => endpoint.track === track);
    },
    nearestNames: (name, count) =>
      nearestNames(splitTrack(name)[1], new Set([...byName.keys(), ...byId.keys()]), count),
  };
}

function groupByName(endpoints: readonly Endpoint[]): Map<string, Endpoint[]> {
  const groups = new Map<string, Endpoint[]>();
  for (const endpoint of endpoints) {
    const group = groups.get(endpoint.model);
    if (group === undefined) groups.set(endpoint.model, [endpoint]);
    else group.push(endpoint);
  }
  for (const group of groups.values()) group.sort((one, other) => trackRank(one) - trackRank(other));
  return groups;
}

function trackRank(endpoint: Endpoint): number {
  return endpoint.track === 'local' ? 0 : 1;
}

function splitTrack(name: string): [Track | null, string] {
  if (name.startsWith('local/')) return ['local', name.slice('local/'.length)];
  if (name.startsWith('cloud/')) return ['cloud', name.slice('cloud/'.length)];
  return [null, name];
}

const LATEST = ':latest';

function spellingsOf(name: string): string[] {
  return name.endsWith(LATEST) ? [name, name.slice(0, -LATEST.length)] : [name, `${name}${LATEST}`];
}

function firstFound(names: string[], find: (name: string) => readonly Endpoint[]): readonly Endpoint[] | null {
  for (const name of names) {
    const found = find(name);
    if (found.length > 0) return found;
  }
  return null;
}

/** `PROVIDER/NAME` at a provider that could not be asked yet: it may well have the model. So may `local/NAME`. */
function unlisted(name: string, track: Track | null, unseen: readonly Provider[]): readonly Endpoint[] {
  const slash = name.indexOf('/');
  const named = unseen.find((provider) => provider.id === name.slice(0, Math.max(0, slash)));
  const provider = named ?? (track === 'local' ? unseen.find((each) => each.track === 'local') : undefined);
  const model = named === undefined ? name : name.slice(slash + 1);
  if (provider === undefined || model === '') return [];
  if (provider.kind === 'ollama') return [unseenOllamaEndpoint(provider, model)];
  return [toEndpoint(provider, unlistedModel(model))];
}
