import type { Endpoint, Track } from './endpoint.ts';
import type { VirtualName } from './model-name.ts';

/** The person's standing wishes and what is known of the machine. A value: a new one means that something changed. */
export interface RoutePolicy {
  /** Endpoint ids, best first; empty: all may be chosen. */
  preferredLocal: readonly string[];
  preferredCloud: readonly string[];
  /** Bytes of weights that this machine can hold with ease; null when unknown. */
  memoryBytes: number | null;
  /** USD per million output tokens; null when unknown. */
  outputPrice: (endpoint: Endpoint) => number | null;
}

export const TRACK_ORDER: Readonly<Record<VirtualName, readonly Track[]>> = {
  auto: ['local', 'cloud'],
  cheap: ['local', 'cloud'],
  private: ['local'],
  fast: ['cloud', 'local'],
  best: ['cloud', 'local'],
};

/** All endpoints that a virtual name may mean, best first: track by track, whatever the request asks. */
export function rankEndpoints(
  endpoints: readonly Endpoint[],
  virtual: VirtualName,
  policy: RoutePolicy,
): readonly Endpoint[] {
  return TRACK_ORDER[virtual].flatMap((track) => {
    const ofTrack = endpoints.filter((endpoint) => endpoint.track === track);
    const preferred = track === 'local' ? policy.preferredLocal : policy.preferredCloud;
    if (preferred.length > 0) {
      return preferred.flatMap((id) => ofTrack.filter((endpoint) => endpoint.id === id));
    }
    const rankOf = (endpoint: Endpoint) =>
      track === 'local' ? localRank(endpoint, policy.memoryBytes) : cloudRank(endpoint, virtual, policy);
    return ofTrack
      .map((endpoint) => ({ endpoint, rank: rankOf(endpoint) }))
      .sort((one, other) => one.rank - other.rank)
      .map((ranked) => ranked.endpoint);
  });
}

const GIB = 2 ** 30;

/** Loaded models first, then the largest that fits the memory, then models of unknown size, then those too large. */
function localRank(endpoint: Endpoint, memoryBytes: number | null): number {
  const size = endpoint.sizeBytes ?? 0;
  const fits = memoryBytes === null || size <= memoryBytes;
  return (endpoint.loaded === true ? 0 : 1_000_000) + (fits ? -size / GIB : 2_000_000 + size / GIB);
}

/** Above this price per million output tokens a model is a special case nobody means by "best". */
const HIGHEST_USUAL_PRICE = 30;

/** With nothing measured yet the price stands in: dear means good for `best`, cheap comes first for all others. */
function cloudRank(endpoint: Endpoint, virtual: VirtualName, policy: RoutePolicy): number {
  const price = policy.outputPrice(endpoint);
  if (price === null) return 1_000_000;
  if (virtual !== 'best') return price;
  return price > HIGHEST_USUAL_PRICE ? 100_000 + price : -price;
}

/** Remembers rankings: models and wishes change every few seconds at most, requests come by the thousand. */
export class Rankings {
  #endpoints: readonly Endpoint[] | null = null;
  #policy: RoutePolicy | null = null;
  readonly #ranked = new Map<VirtualName, readonly Endpoint[]>();

  of(virtual: VirtualName, endpoints: readonly Endpoint[], policy: RoutePolicy): readonly Endpoint[] {
    if (this.#endpoints !== endpoints || this.#policy !== policy) {
      this.#endpoints = endpoints;
      this.#policy = policy;
      this.#ranked.clear();
    }
    let ranked = this.#ranked.get(virtual);
    if (ranked === undefined) this.#ranked.set(virtual, (ranked = rankEndpoints(endpoints, virtual, policy)));
    return ranked;
  }
}
