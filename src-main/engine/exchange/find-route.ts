import type { ChatRequest } from '../protocols/chat-request.ts';
import type { Failure } from '../protocols/failure.ts';
import { lookUp } from '../protocols/look-up.ts';
import type { CallLimits, RequestPins, RoutePath, RouteRefusal } from '../routing/decision.ts';
import type { Endpoint, Track } from '../routing/endpoint.ts';
import { parseModelName, VIRTUAL_NAMES, type ModelName, type VirtualName } from '../routing/model-name.ts';
import type { RequestNeeds } from '../routing/request-needs.ts';
import type { ExchangeContext } from './context.ts';
import type { IncomingCall } from './incoming-call.ts';
import { isPrivate } from './is-private.ts';
import type { RoutePlan, RouteTicket } from './job.ts';

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
  /** Who chooses among endpoints. */
  chooser: RouteChooser;
}

/** What is chosen from. */
export interface RouteQuestion {
  call: IncomingCall;
  /** null: the endpoints were named exactly, best first. */
  virtual: VirtualName | null;
  endpoints: readonly Endpoint[];
  needs: RequestNeeds;
  /** null for what is not a text request. */
  request: ChatRequest | null;
  /** What the wire formats in between cannot express for an endpoint. */
  unsupported: (endpoint: Endpoint) => readonly string[];
  /** The call's own, and `private` wherever name, app or settings say so. */
  pins: RequestPins;
}

/** No candidates: nobody can, may and does serve it now; `refusals` say why of every endpoint. */
export interface RouteChoice {
  path: RoutePath;
  candidates: readonly Endpoint[];
  refusals: readonly RouteRefusal[];
  limits: readonly CallLimits[] | null;
  hedgeAfterMs: number | null;
  warm: Endpoint | null;
  reason: string;
  ticket: RouteTicket | null;
}

export interface RouteChooser {
  choose(question: RouteQuestion): RouteChoice;
}

export type Route = { found: true; plan: RoutePlan } | { found: false; failure: Failure };

/** What is looked for. */
export interface RouteWish {
  call: IncomingCall;
  model: string;
  needs: RequestNeeds;
  request: ChatRequest | null;
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
  const substituted = lookUp(context.settings().models.substitutions, wish.model);
  const name = parseModelName(substituted ?? wish.model);
  const endpoints = name.kind === 'virtual' ? models.endpoints() : onOneTrack(models.resolve(name.name, name.track));
  if (endpoints.length === 0) return { found: false, failure: nobodyHas(wish.model, name, models) };
  const choice = finder.chooser.choose({
    call: wish.call,
    virtual: name.kind === 'virtual' ? name.virtual : null,
    endpoints,
    needs: wish.needs,
    request: wish.request,
    unsupported: wish.unsupported,
    pins: pinsOf(context, wish),
  });
  if (choice.candidates.length === 0) {
    return { found: false, failure: nobodyCan(choice.refusals, context, wish.model) };
  }
  if (substituted === undefined) return { found: true, plan: choice };
  return { found: true, plan: { ...choice, reason: `your substitute for ${wish.model}` } };
}

function pinsOf(context: ExchangeContext, { call, model }: RouteWish): RequestPins {
  const { pins } = call.caller;
  if (pins.private === true || !isPrivate(context.settings(), call.caller, model)) return pins;
  return { ...pins, private: true };
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

function nobodyCan(refusals: readonly RouteRefusal[], context: ExchangeContext, model: string): Failure {
  // Some are whole sentences: they stand in a list here.
  const told = refusals
    .slice(0, REFUSALS_TOLD)
    .map(({ endpointId, why }) => `${endpointId}: ${why.replace(/\.$/, '')}`);
  if (refusals.length > REFUSALS_TOLD) told.push(`and ${refusals.length - REFUSALS_TOLD} more`);
  const list = told.join('; ');
  if (refusals.every(({ kind }) => kind === 'cannot')) {
    return { code: 'unsupported_feature', message: `No model for "${model}" can do what this request asks. ${list}.` };
  }
  if (refusals.every(({ kind }) => kind !== 'not_now')) {
    return { code: 'forbidden', message: `No model for "${model}" may serve this request. ${list}.` };
  }
  return waiting(refusals, context, `No model for "${model}" is available now. ${list}.`);
}

/** With a time when there is one: `Retry-After` of the lane that opens first. */
function waiting(refusals: readonly RouteRefusal[], context: ExchangeContext, message: string): Failure {
  let soonestMs = Infinity;
  let limited = true;
  for (const { endpointId, kind } of refusals) {
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
