import type { ChatRequest, Protocol } from '../protocols/chat-request.ts';
import { InvalidRequest, type Failure } from '../protocols/failure.ts';
import type { Endpoint } from '../routing/endpoint.ts';
import type { RequestNeeds } from '../routing/request-needs.ts';
import type { Operation } from '../store/records.ts';
import type { ExchangeContext, ProviderAccess } from './context.ts';
import { Exchange } from './exchange.ts';
import { findRoute, type Route, type RouteFinder, type RouteWish } from './find-route.ts';
import { ERROR_FORMATS } from './formats.ts';
import type { IncomingCall } from './incoming-call.ts';
import type { CallPlan, ClientSink, Keeping, RouteTicket } from './job.ts';
import { beginKeeping } from './keeping.ts';
import { narrowRoute } from './narrow-route.ts';
import { answerHere, bookHangUp, refuse } from './answer-here.ts';

/** A request after reading, of whatever kind: what it needs, and how it is put to an endpoint. */
export interface Inquiry {
  model: string;
  stream: boolean;
  streamType: string;
  needs: RequestNeeds;
  /** What a text request asks; null for every other kind. */
  request: ChatRequest | null;
  /** Estimate of prompt tokens. */
  promptTokens: number;
  /** What this provider cannot be asked, in words. */
  unsupported(access: ProviderAccess): readonly string[];
  /** The whole answer when no call is needed for this provider; null when one is. */
  answer?(access: ProviderAccess): { body: string; headers: string[]; reason: string } | null;
  /** What must be waited for before one of these endpoints can be called; null, the usual case: nothing. */
  prepare?(candidates: readonly Endpoint[]): Preparation | null;
  /** False or absent: this is nothing to be kept, or its client does not wish it. */
  mayBeKept?(): boolean;
  /** `isWatched`: somebody wants to know what the answer was like. `isKept`: somebody may keep it. */
  plan(endpoint: Endpoint, access: ProviderAccess, isWatched: boolean, isKept: boolean): CallPlan;
  heartbeat(): string;
  printStreamError(failure: Failure): string;
}

/** Work before the first call, broken off by the signal when the client hangs up. Never rejects. */
export type Preparation = (signal: AbortSignal) => Promise<Prepared>;

/** Who can be called now; `reason` replaces the route's own where the work changed it. */
export type Prepared =
  { ok: true; candidates: readonly Endpoint[]; reason: string | null } | { ok: false; failure: Failure };

/** What kind of request it is and in which protocol its errors are told. */
export interface Kind {
  operation: Operation;
  protocol: Protocol;
}

/**
 * Serves one request: reads it (`read` throws InvalidRequest), finds its route and starts its exchange; or says in the
 * client's own protocol why not.
 */
export function serve(
  finder: RouteFinder,
  call: IncomingCall,
  kind: Kind,
  read: () => Inquiry,
  sink: ClientSink,
): void {
  let inquiry: Inquiry;
  try {
    inquiry = read();
  } catch (error) {
    if (!(error instanceof InvalidRequest)) throw error;
    refuse(finder.context, { call, ...kind, model: null, failure: error.failure }, sink);
    return;
  }
  if (inquiry.model.length > LONGEST_MODEL_NAME) {
    refuse(finder.context, { call, ...kind, model: null, failure: nameTooLong(inquiry.model) }, sink);
    return;
  }
  const { providers } = finder.context;
  const wish: RouteWish = {
    call,
    model: inquiry.model,
    needs: inquiry.needs,
    request: inquiry.request,
    unsupported: (endpoint: Endpoint) => {
      const access = providers.access(endpoint.providerId);
      return access === null ? [] : inquiry.unsupported(access);
    },
  };
  findRoute(finder, wish, (route) => {
    if (!sink.isGone) follow(finder, { call, kind, inquiry, route }, sink);
    else bookHangUp(finder.context, { call, ...kind, model: inquiry.model, ticket: ticketOf(route) });
  });
}

/** Nobody's name is longer, and what is asked for is compared with every name, told and recorded. */
const LONGEST_MODEL_NAME = 512;

function nameTooLong(model: string): Failure {
  const message = `No model has a name of ${model.length} characters: look at the field "model".`;
  return { code: 'unknown_model', message, param: 'model' };
}

/** A request on its way. */
interface Errand {
  call: IncomingCall;
  kind: Kind;
  inquiry: Inquiry;
}

type FoundRoute = Extract<Route, { found: true }>;

function ticketOf(route: Route): RouteTicket | null {
  return route.found ? route.plan.ticket : null;
}

function follow({ context }: RouteFinder, errand: Errand & { route: Route }, sink: ClientSink): void {
  const { call, kind, inquiry, route } = errand;
  if (!route.found) {
    refuse(context, { call, ...kind, model: inquiry.model, failure: route.failure }, sink);
    return;
  }
  const [first] = route.plan.candidates;
  const access = first === undefined ? null : context.providers.access(first.providerId);
  const answer = access === null ? null : (inquiry.answer?.(access) ?? null);
  if (answer !== null) {
    const { ticket } = route.plan;
    answerHere(context, { call, operation: kind.operation, model: inquiry.model, ticket, ...answer }, sink);
    return;
  }
  const prepare = inquiry.prepare?.(route.plan.candidates) ?? null;
  if (prepare === null) exchange(context, { ...errand, route }, sink);
  else prepareFirst(context, { ...errand, route, prepare }, sink);
}

/** Waits for the work before the first call, then goes on; a client that hangs up meanwhile ends it. */
function prepareFirst(
  context: ExchangeContext,
  errand: Errand & { route: FoundRoute; prepare: Preparation },
  sink: ClientSink,
): void {
  const { call, kind, inquiry, route } = errand;
  const uncalled = { call, ...kind, model: inquiry.model, ticket: route.plan.ticket };
  const gone = new AbortController();
  sink.listener = {
    onDrain: () => undefined,
    onHangUp() {
      gone.abort();
      bookHangUp(context, uncalled);
    },
  };
  void errand.prepare(gone.signal).then((prepared) => {
    if (gone.signal.aborted) return;
    if (!prepared.ok) refuse(context, { ...uncalled, failure: prepared.failure }, sink);
    else {
      const plan = narrowRoute(route.plan, prepared.candidates);
      const reason = prepared.reason ?? plan.reason;
      exchange(context, { ...errand, route: { found: true, plan: { ...plan, reason } } }, sink);
    }
  });
}

function exchange(context: ExchangeContext, errand: Errand & { route: FoundRoute }, sink: ClientSink): void {
  const { call, kind, inquiry, route } = errand;
  const errors = ERROR_FORMATS[kind.protocol];
  const consent = context.keeper?.consent ?? null;
  const keeping = consent === null ? null : mayKeep(context, errand, consent);
  new Exchange(
    context,
    {
      id: call.id,
      operation: kind.operation,
      arrivedMs: call.arrivedMs,
      startedAtMs: call.startedAtMs,
      app: call.caller.name,
      requestedModel: inquiry.model,
      stream: inquiry.stream,
      streamType: inquiry.streamType,
      route: route.plan,
      promptTokens: inquiry.promptTokens,
      keeping,
      plan: (endpoint, isWatched) => inquiry.plan(endpoint, accessOf(context, endpoint), isWatched, keeping !== null),
      printError: (failure) => ({ status: errors.statusOf(failure), body: JSON.stringify(errors.print(failure)) }),
      printStreamError: (failure) => inquiry.printStreamError(failure),
      heartbeat: () => inquiry.heartbeat(),
    },
    sink,
  ).start();
}

function mayKeep(context: ExchangeContext, { call, inquiry }: Errand, consent: number): Keeping | null {
  const { request } = inquiry;
  return request === null || inquiry.mayBeKept?.() !== true ? null : beginKeeping(context, { call, request, consent });
}

/** Throws InvalidRequest for a provider that was removed between the choice and the call. */
function accessOf(context: ExchangeContext, { providerId }: Endpoint): ProviderAccess {
  const access = context.providers.access(providerId);
  if (access !== null) return access;
  throw new InvalidRequest(`The provider ${providerId} was removed just now.`, 'model', 'no_endpoint');
}
