import type { Failure } from '../protocols/failure.ts';
import { chooseRoute, type RouteDecision } from '../routing/choose-route.ts';
import type { Rankings, RoutePolicy } from '../routing/rank-endpoints.ts';
import type { Endpoint, Track } from '../routing/endpoint.ts';
import { parseModelName, VIRTUAL_NAMES, type ModelName } from '../routing/model-name.ts';
import type { RequestNeeds } from '../routing/request-needs.ts';
import type { ExchangeContext } from './context.ts';
import { lookUp } from '../protocols/look-up.ts';

/** The models that are there, as the route finder sees them. */
export interface ModelDirectory {
  /** The same array until something changes. */
  endpoints(): readonly Endpoint[];
  /** Endpoints a name stands for, best first; empty when nobody has it. */
  resolve(name: string, track: Track | null): readonly Endpoint[];
  /** Names close to one that nobody has. */
  nearestNames(name: string, count: number): readonly string[];
  /** Looks again, for a name that nobody had a moment ago; many askers share one look. */
  refresh(): Promise<void>;
  /** Why a provider's endpoint is out for now, in words. */
  whyBlocked(endpoint: Endpoint): string | null;
}

export interface RouteFinder {
  context: ExchangeContext;
  models: ModelDirectory;
  rankings: Rankings;
  /** The same value until settings change. */
  policy(): RoutePolicy;
}

export type Route =
  { found: true; candidates: readonly Endpoint[]; reason: string } | { found: false; failure: Failure };

/** What is looked for. `unsupported`: what the wire formats in between cannot express for an endpoint. */
export interface RouteWish {
  model: string;
  needs: RequestNeeds;
  unsupported: (endpoint: Endpoint) => readonly string[];
}

/**
 * Finds the endpoints for a model name, or says why there is none. A name that nobody has is looked for once more after
 * asking the providers again: it may have been pulled a second ago.
 */
export function findRoute(finder: RouteFinder, wish: RouteWish, onRoute: (route: Route) => void): void {
  const route = findNow(finder, wish);
  if (route.found || route.failure.code !== 'unknown_model') onRoute(route);
  else void lookAgain(finder, wish).then(onRoute);
}

/** Nobody waits for this promise but `onRoute`: whatever fails in it must become a route that says so. */
async function lookAgain(finder: RouteFinder, wish: RouteWish): Promise<Route> {
  try {
    await finder.models.refresh();
    return findNow(finder, wish);
  } catch (error) {
    finder.context.log.error({ error }, 'a route could not be found');
    return { found: false, failure: { code: 'internal', message: 'Pointsman failed to look for this model.' } };
  }
}

function findNow(finder: RouteFinder, wish: RouteWish): Route {
  const { context, models } = finder;
  const settings = context.settings();
  const substituted = lookUp(settings.models.substitutions, wish.model);
  const name = parseModelName(substituted ?? wish.model);
  const policy = finder.policy();
  const endpoints =
    name.kind === 'virtual'
      ? finder.rankings.of(name.virtual, models.endpoints(), policy)
      : onOneTrack(models.resolve(name.name, name.track));
  if (endpoints.length === 0) return { found: false, failure: nobodyHas(wish.model, name, models) };
  const decision = chooseRoute({
    virtual: name.kind === 'virtual' ? name.virtual : null,
    endpoints,
    needs: wish.needs,
    blocked: (endpoint) => models.whyBlocked(endpoint) ?? context.lanes.whyBlocked(endpoint.id),
    unsupported: wish.unsupported,
    localOnly: settings.privacy.localOnly,
    preferred: { local: policy.preferredLocal.length > 0, cloud: policy.preferredCloud.length > 0 },
  });
  if (decision.candidates.length === 0) {
    return { found: false, failure: nobodyCan(decision, context, wish.model) };
  }
  const reason = substituted === undefined ? decision.reason : `your substitute for ${wish.model}`;
  return { found: true, candidates: decision.candidates, reason };
}

/** The same name at several providers may stand in for each other, but never across tracks: that would be a surprise. */
function onOneTrack(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  return endpoints.every(({ track }) => track === endpoints[0]?.track)
    ? endpoints
    : endpoints.filter(({ track }) => track === endpoints[0]?.track);
}

function nobodyHas(model: string, name: ModelName, models: ModelDirectory): Failure {
  const elsewhere = name.kind === 'exact' && name.track !== null ? models.resolve(name.name, null) : [];
  return elsewhere.length > 0 ? wrongTrack(model, elsewhere) : unknownModel(model, models, name.kind);
}

function unknownModel(model: string, models: ModelDirectory, kind: 'virtual' | 'exact'): Failure {
  if (kind === 'virtual') {
    const message = `There is no model for "${model}" yet: start Ollama and pull one, or add a provider with \`pointsman providers add\`.`;
    return { code: 'no_endpoint', message };
  }
  const near = models.nearestNames(model, 3);
  const virtual = VIRTUAL_NAMES.map((name) => `pointsman/${name}`).join(', ');
  const hint = near.length === 0 ? `Routed names: ${virtual}.` : `Did you mean ${near.join(', ')}?`;
  return { code: 'unknown_model', message: `model '${model}' not found. ${hint}`, param: 'model' };
}

/** `local/NAME` for a model that runs in the cloud although Ollama lists it, or the other way round. */
function wrongTrack(model: string, elsewhere: readonly Endpoint[]): Failure {
  const told = elsewhere.map(({ id, track }) => `${id} runs on the ${track} track`).join('; ');
  return { code: 'forbidden', message: `"${model}" names a track that its model is not on: ${told}.`, param: 'model' };
}

const REFUSALS_TOLD = 4;

function nobodyCan(decision: RouteDecision, context: ExchangeContext, model: string): Failure {
  const told = decision.refusals.slice(0, REFUSALS_TOLD).map(({ endpointId, why }) => `${endpointId}: ${why}`);
  if (decision.refusals.length > REFUSALS_TOLD) told.push(`and ${decision.refusals.length - REFUSALS_TOLD} more`);
  const list = told.join('; ');
  if (decision.refusals.every(({ kind }) => kind === 'cannot')) {
    return { code: 'unsupported_feature', message: `No model for "${model}" can do what this request asks. ${list}.` };
  }
  if (decision.refusals.every(({ kind }) => kind !== 'not_now')) {
    return { code: 'forbidden', message: `No model for "${model}" may serve this request. ${list}.` };
  }
  return waiting(decision, context, `No model for "${model}" is available now. ${list}.`);
}

/** With a time when there is one: `Retry-After` of the lane that opens first. */
function waiting(decision: RouteDecision, context: ExchangeContext, message: string): Failure {
  let soonestMs = Infinity;
  let limited = true;
  for (const { endpointId, kind } of decision.refusals) {
    if (kind !== 'not_now') continue;
    const lane = context.lanes.find(endpointId);
    const block = lane === undefined ? null : context.lanes.blockOf(lane);
    if (block !== null) soonestMs = Math.min(soonestMs, block.retryInMs);
    if (block?.limited !== true) limited = false;
  }
  const failure: Failure = { code: limited ? 'rate_limited' : 'no_endpoint', message };
  if (soonestMs !== Infinity) failure.headers = { 'retry-after': String(Math.max(1, Math.ceil(soonestMs / 1000))) };
  return failure;
}
