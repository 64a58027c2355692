import type { DecisionInput, RouteRefusal } from './decision.ts';
import type { Endpoint, Track } from './endpoint.ts';
import type { Prediction } from './estimate.ts';
import { isCritical, whyTooMuch } from './machine-rules.ts';
import { whyUnable } from './request-needs.ts';
import { toDollars } from './print-figures.ts';

export interface Candidate {
  endpoint: Endpoint;
  prediction: Prediction;
}

export interface FoundCandidates {
  /** In the order of `input.endpoints`. */
  candidates: readonly Candidate[];
  /** Every other endpoint, with its reason. */
  refusals: readonly RouteRefusal[];
  /** Why nothing may leave the machine; null: it may. */
  keptPrivate: string | null;
  /** The one thing that closed the cloud track to every endpoint there that is able. null: nothing of the kind. */
  cloudClosedBy: string | null;
}

/** Caps and budgets, whatever the sums. */
const MONEY = 'money';
const NOT_PREFERRED: Readonly<Record<Track, string>> = {
  local: 'not among your preferred local models',
  cloud: 'not among your preferred cloud models',
};

interface Search {
  input: DecisionInput;
  keptPrivate: string | null;
  candidates: Candidate[];
  refusals: RouteRefusal[];
  /** Local endpoints that only heat, battery or memory speak against. */
  strained: Endpoint[];
  cloudClosedBy: string | null;
  /** Of the cloud endpoint looked at last. */
  cloudCause: string | null;
  cloudSeen: boolean;
  /** The provider whose signature the open turn holds is there, but not now. */
  signerWaits: boolean;
}

/**
 * Sorts every endpoint into candidates and refusals. `predict` and `overBudget` are asked once for those that pass the
 * other rules. When nothing is left but local models that the machine should rather not run, the lightest of them serves
 * after all: these rules exist to choose something better, not to leave a person without an answer. Only critical heat
 * stays a reason to refuse.
 */
export function findCandidates(input: DecisionInput): FoundCandidates {
  const search: Search = {
    input,
    keptPrivate: whyPrivate(input),
    candidates: [],
    refusals: [],
    strained: [],
    cloudClosedBy: null,
    cloudCause: null,
    cloudSeen: false,
    signerWaits: false,
  };
  for (const endpoint of input.endpoints) consider(endpoint, search);
  if (search.candidates.length === 0) takeLightest(search);
  const { keptPrivate, cloudClosedBy } = search;
  return { candidates: keepSigner(search), refusals: search.refusals, keptPrivate, cloudClosedBy };
}

/** Why this request must stay on the machine, in words; null: it need not. Each of these only ever tightens. */
export function whyPrivate({ virtual, pins, app, policy }: DecisionInput): string | null {
  if (policy.localOnly) return '"local only" is on';
  if (app?.private === true) return 'everything this app asks is private';
  if (virtual === 'private') return 'it was sent to pointsman/private';
  return pins.private === true ? 'this request is private' : null;
}

/** The first rule to object is the one that is told. */
function consider(endpoint: Endpoint, search: Search): void {
  const { input } = search;
  const forbidden = whyNotAllowed(endpoint, search);
  if (forbidden !== null) {
    refuse(endpoint, { endpointId: endpoint.id, why: forbidden, kind: 'may_not' }, search);
    return;
  }
  const lacking = whyUnfit(endpoint, input);
  if (lacking !== null) {
    refuse(endpoint, { endpointId: endpoint.id, why: lacking, kind: 'cannot' }, search);
    return;
  }
  const absent = whyOffline(endpoint, input) ?? input.blocked(endpoint);
  const strain = absent === null && input.virtual !== null ? whyTooMuch(endpoint, input) : null;
  if (strain !== null) search.strained.push(endpoint);
  const later = absent ?? strain;
  if (later === null) addIfAffordable(endpoint, search);
  else refuse(endpoint, { endpointId: endpoint.id, why: later, kind: 'not_now' }, search);
}

function addIfAffordable(endpoint: Endpoint, search: Search): void {
  const prediction = search.input.predict(endpoint);
  const why = whyTooDear(endpoint, prediction, search.input);
  if (why !== null) {
    refuse(endpoint, { endpointId: endpoint.id, why, kind: 'may_not' }, search, MONEY);
    return;
  }
  if (endpoint.track === 'cloud') noteCloud(null, null, search);
  search.candidates.push({ endpoint, prediction });
}

/** `cause`: what reasons have in common that differ in their figures. */
function refuse(endpoint: Endpoint, refusal: RouteRefusal, search: Search, cause: string = refusal.why): void {
  const { kind, why } = refusal;
  // Who is unable has not been kept away.
  if (endpoint.track === 'cloud' && kind !== 'cannot') noteCloud(why, cause, search);
  if (kind === 'not_now' && endpoint.providerId === search.input.conversation?.signedByProviderId) {
    search.signerWaits = true;
  }
  search.refusals.push(refusal);
}

/** Keeps the first of the reasons that all cloud endpoints share, as long as they do. */
function noteCloud(why: string | null, cause: string | null, search: Search): void {
  if (!search.cloudSeen) search.cloudClosedBy = why;
  else if (search.cloudCause !== cause) search.cloudClosedBy = null;
  search.cloudCause = cause;
  search.cloudSeen = true;
}

function whyNotAllowed(endpoint: Endpoint, { input, keptPrivate }: Search): string | null {
  return (
    whyKept(endpoint, keptPrivate) ??
    whyOtherTrack(endpoint.track, input.pins.track) ??
    whyNotForApp(endpoint, input) ??
    // What a person prefers does not bind a client that names a model itself.
    (input.virtual === null ? null : whyNotPreferred(endpoint, input))
  );
}

function whyUnfit(endpoint: Endpoint, input: DecisionInput): string | null {
  return (
    whyUnable(endpoint, input.needs) ??
    (input.virtual === null ? null : whyUnsure(endpoint, input)) ??
    whyUnsayable(endpoint, input)
  );
}

function whyKept({ track }: Endpoint, keptPrivate: string | null): string | null {
  return track === 'cloud' && keptPrivate !== null ? `must stay on this machine: ${keptPrivate}` : null;
}

function whyOtherTrack(track: Track, pinned: Track | undefined): string | null {
  return pinned === undefined || pinned === track ? null : `this request is pinned to the ${pinned} track`;
}

function whyNotForApp({ id, model, track }: Endpoint, { app }: DecisionInput): string | null {
  if (app === null) return null;
  if (app.tracks !== null && !app.tracks.includes(track)) return `this app may not use the ${track} track`;
  const isAllowed = app.models === null || app.models.some((name) => name === id || name === model);
  return isAllowed ? null : 'this app may not use this model';
}

function whyNotPreferred({ id, track }: Endpoint, { policy }: DecisionInput): string | null {
  const preferred = track === 'local' ? policy.preferredLocal : policy.preferredCloud;
  return preferred.length === 0 || preferred.includes(id) ? null : NOT_PREFERRED[track];
}

/** Vectors of different models cannot be compared: only a model that is known to be for them is chosen for somebody. */
function whyUnsure({ capabilities }: Endpoint, { needs }: DecisionInput): string | null {
  if (!needs.capabilities.includes('embeddings')) return null;
  return capabilities.embeddings === true ? null : 'is not known to be for embeddings';
}

function whyUnsayable(endpoint: Endpoint, input: DecisionInput): string | null {
  const unsupported = input.unsupported(endpoint)[0];
  return unsupported === undefined ? null : `its protocol has no way to say: ${unsupported}`;
}

function whyOffline({ track }: Endpoint, { machine }: DecisionInput): string | null {
  return track === 'cloud' && machine.online === false ? 'there is no network' : null;
}

/**
 * The caps are held against what is expected: against the ceiling, a client that only states a generous `max_tokens` would
 * never reach a good model. The hard line is the budget, which reserves the ceiling. Under an app's cap a price must be
 * known; the standing cap lets an unknown price pass, and the score takes it for the whole cap.
 */
function whyTooDear(endpoint: Endpoint, prediction: Prediction, input: DecisionInput): string | null {
  const cost = Number.isFinite(prediction.costNanoUsd) ? prediction.costNanoUsd : null;
  const standing = input.virtual === null ? null : input.policy.constraints.maxCostPerRequestNanoUsd;
  const ofApp = input.app?.maxCostPerRequestNanoUsd ?? null;
  if (cost !== null && standing !== null && cost > standing)
    return `about ${toDollars(cost)}: over your cap per request`;
  if (ofApp !== null && endpoint.track === 'cloud' && cost === null)
    return 'its price is unknown, and this app has a cap';
  if (ofApp !== null && cost !== null && cost > ofApp)
    return `about ${toDollars(cost)}: over this app's cap per request`;
  return input.overBudget(endpoint, prediction.costCeilingNanoUsd ?? cost);
}

/** The lightest first; of unknown size last; a loaded one before one as heavy that is not. */
function takeLightest(search: Search): void {
  if (isCritical(search.input.machine)) return;
  const [lightest] = search.strained.sort(
    (one, other) =>
      (one.sizeBytes ?? Infinity) - (other.sizeBytes ?? Infinity) || Number(other.loaded) - Number(one.loaded),
  );
  if (lightest === undefined) return;
  search.refusals = search.refusals.filter(({ endpointId }) => endpointId !== lightest.id);
  addIfAffordable(lightest, search);
}

/**
 * Signed thinking in the open turn can only be continued by the provider that signed it, as long as there is one to come
 * back to: then the others have to wait. When it may not or cannot serve at all, the answer matters more than the thinking.
 */
function keepSigner(search: Search): readonly Candidate[] {
  const signer = search.input.conversation?.signedByProviderId ?? null;
  const { candidates, refusals } = search;
  if (signer === null || search.input.virtual === null) return candidates;
  const ofSigner = candidates.filter(({ endpoint }) => endpoint.providerId === signer);
  if (ofSigner.length === 0 && !search.signerWaits) return candidates;
  for (const { endpoint } of candidates) {
    if (endpoint.providerId === signer) continue;
    const why = `only ${signer} can go on with the thinking it signed in this turn`;
    refusals.push({ endpointId: endpoint.id, why, kind: 'not_now' });
  }
  return ofSigner;
}
