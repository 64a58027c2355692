import type { Endpoint, Track } from './endpoint.ts';
import type { VirtualName } from './model-name.ts';
import { whyUnable, type RequestNeeds } from './request-needs.ts';

/** Everything a choice is made from. */
export interface RouteQuestion {
  /** null: the endpoints were named exactly. */
  virtual: VirtualName | null;
  /** Best first. */
  endpoints: readonly Endpoint[];
  needs: RequestNeeds;
  /** Why an endpoint is out for now, in words; null when it is not. */
  blocked: (endpoint: Endpoint) => string | null;
  /** What the wire formats in between cannot express for this endpoint; empty: all. */
  unsupported: (endpoint: Endpoint) => readonly string[];
  /** Nothing may leave the machine. */
  localOnly: boolean;
  /** The person's own order decided, by track. */
  preferred: Readonly<Record<Track, boolean>>;
}

/** Endpoints to try in order, or none; `refusals` says of the endpoints before the last candidate why not. */
export interface RouteDecision {
  candidates: readonly Endpoint[];
  /** Why the first candidate, in words. */
  reason: string;
  refusals: readonly RouteRefusal[];
}

export interface RouteRefusal {
  endpointId: string;
  why: string;
  /** `cannot`: this request will never fit there. `not_now`: it may later. `may_not`: a rule forbids it. */
  kind: 'cannot' | 'not_now' | 'may_not';
}

/** At most this many endpoints of a track are tried one after the other. */
const TRIES_PER_TRACK = 3;

/**
 * Chooses where a request goes: the first endpoints in the given order that can, may and do serve it now. Pure: the same
 * question has the same answer. With no candidate the refusals cover every endpoint.
 */
export function chooseRoute(question: RouteQuestion): RouteDecision {
  const candidates: Endpoint[] = [];
  const refusals: RouteRefusal[] = [];
  const found: Record<Track, number> = { local: 0, cloud: 0 };
  for (const endpoint of question.endpoints) {
    if (found[endpoint.track] >= TRIES_PER_TRACK) continue;
    const refusal = refusalOf(endpoint, question);
    if (refusal === null) {
      found[endpoint.track] += 1;
      candidates.push(endpoint);
    } else refusals.push(refusal);
  }
  return { candidates, reason: explain(candidates[0], question), refusals };
}

function refusalOf(endpoint: Endpoint, question: RouteQuestion): RouteRefusal | null {
  const refuse = (kind: RouteRefusal['kind'], why: string): RouteRefusal => ({ endpointId: endpoint.id, why, kind });
  const localOnly = question.localOnly || question.virtual === 'private';
  if (localOnly && endpoint.track === 'cloud') return refuse('may_not', 'this request must stay on this machine');
  const unable = whyUnable(endpoint, question.needs) ?? whyUnsure(endpoint, question);
  if (unable !== null) return refuse('cannot', unable);
  const [unsupported] = question.unsupported(endpoint);
  if (unsupported !== undefined) return refuse('cannot', `its protocol has no way to say: ${unsupported}`);
  const blocked = question.blocked(endpoint);
  return blocked === null ? null : refuse('not_now', blocked);
}

/** Vectors of different models cannot be compared: only a model that is known to be for them is chosen for somebody. */
function whyUnsure(endpoint: Endpoint, { virtual, needs }: RouteQuestion): string | null {
  if (virtual === null || !needs.capabilities.includes('embeddings')) return null;
  return endpoint.capabilities.embeddings === true ? null : 'is not known to be for embeddings';
}

function explain(first: Endpoint | undefined, { virtual, preferred }: RouteQuestion): string {
  if (first === undefined) return 'no endpoint can serve this request now';
  if (virtual === null) return 'named exactly';
  const why = preferred[first.track] ? 'first in your order' : EXPLANATIONS[virtual][first.track];
  return `${first.track}: ${why}`;
}

const EXPLANATIONS: Readonly<Record<VirtualName, Readonly<Record<Track, string>>>> = {
  auto: { local: 'able to do it, free and on this machine', cloud: 'no local model can serve it now; lowest price' },
  cheap: { local: 'free', cloud: 'no local model can serve it now; lowest price' },
  private: { local: 'stays on this machine', cloud: 'never' },
  fast: { local: 'no cloud model can serve it now', cloud: 'expected to answer first (not measured yet)' },
  best: {
    local: 'no cloud model can serve it now',
    cloud: 'highest price as a stand-in for quality (not measured yet)',
  },
};
