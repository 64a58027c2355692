import type { AppSettings, Settings } from '../../src-shared/settings.ts';
import { CallTicket, type TicketParts } from './call-ticket.ts';
import type { RouteChoice, RouteChooser, RouteQuestion } from './exchange/find-route.ts';
import { plainInput, UNKNOWN_PREDICTION } from './optimizer/plain-input.ts';
import { predictCost } from './optimizer/predict-cost.ts';
import type { RequestContext } from './optimizer/request-report.ts';
import type { AppPermissions, DecisionInput, DecisionPolicy } from './routing/decision.ts';
import type { Endpoint } from './routing/endpoint.ts';
import { findCandidates } from './routing/find-candidates.ts';
import type { MachineState } from './routing/machine-state.ts';
import type { VirtualName } from './routing/model-name.ts';
import { Rankings, type RoutePolicy } from './routing/rank-endpoints.ts';
import { toPermissions } from './routing/to-permissions.ts';
import type { Pricing } from './spend/pricing.ts';

/** What routing is put together from. All functions are look-ups in memory. */
export interface RoutingParts extends TicketParts {
  pricing: Pricing;
  settings: () => Settings;
  policy: () => DecisionPolicy;
  /** The same object until settings change. */
  plainPolicy: () => RoutePolicy;
  machine: () => MachineState;
  blocked: (endpoint: Endpoint) => string | null;
}

/** A client that names no limit gets at most this many tokens of most providers; what a budget then reserves for. */
const USUAL_OUTPUT_LIMIT = 8_192;
const CHARACTERS_PER_TOKEN = 4;

/**
 * Chooses for the exchange: the optimizer for text requests to virtual names, the plain order for everything else. Both
 * under the same rules of privacy, apps and budgets, and both booked the same way.
 */
export function createRouteChooser(parts: RoutingParts): RouteChooser {
  const rankings = new Rankings();
  const permissions = new WeakMap<AppSettings, AppPermissions>();
  const permissionsOf = (app: AppSettings | null): AppPermissions | null => {
    if (app === null) return null;
    let found = permissions.get(app);
    if (found === undefined) permissions.set(app, (found = toPermissions(app)));
    return found;
  };
  return {
    choose(question) {
      const app = permissionsOf(question.call.caller.app);
      return question.virtual !== null && question.request !== null
        ? chooseRouted(parts, question, app)
        : choosePlainly(parts, question, app, rankings);
    },
  };
}

function chooseRouted(parts: RoutingParts, question: RouteQuestion, permissions: AppPermissions | null): RouteChoice {
  const { call, virtual, endpoints, needs, unsupported, pins } = question;
  const { caller } = call;
  const appId = caller.app?.id ?? null;
  const context: RequestContext = {
    requestId: call.id,
    virtual,
    endpoints,
    needs,
    app: caller.name,
    appId,
    permissions,
    pins,
    unsupported,
  };
  if (caller.session !== null) context.session = caller.session;
  const recommendation = parts.optimizer.getOptimizationRecommendations(question.request ?? '', context);
  const { decision, request } = recommendation;
  if (decision.candidates.length > 0) parts.optimizer.begin(recommendation);
  const ceilingOf = (endpoint: Endpoint) =>
    decision.candidates.find((each) => each.endpoint === endpoint)?.prediction.costCeilingNanoUsd ?? null;
  return {
    path: decision.path,
    candidates: decision.candidates.map(({ endpoint }) => endpoint),
    refusals: decision.refusals,
    limits: decision.limits,
    hedgeAfterMs: decision.hedgeAfterMs,
    warm: decision.warm,
    reason: decision.reason,
    ticket: new CallTicket(parts, { request, appId, ceilingOf }),
  };
}

/** At most this many endpoints of a track are tried one after the other. */
const TRIES_PER_TRACK = 3;

/** The first endpoints, in the plain order, that can, may and do serve it now. */
function choosePlainly(
  parts: RoutingParts,
  question: RouteQuestion,
  app: AppPermissions | null,
  rankings: Rankings,
): RouteChoice {
  const { virtual, needs, pins, unsupported, call } = question;
  const appId = call.caller.app?.id ?? null;
  const ceilingOf = (endpoint: Endpoint) => ceilingOfCall(parts, question, endpoint);
  const predict: DecisionInput['predict'] =
    (app?.maxCostPerRequestNanoUsd ?? null) === null
      ? () => UNKNOWN_PREDICTION
      : (endpoint) => ({ ...UNKNOWN_PREDICTION, costNanoUsd: ceilingOf(endpoint) });
  const input = plainInput({
    virtual,
    endpoints: virtual === null ? question.endpoints : rankings.of(virtual, question.endpoints, parts.plainPolicy()),
    needs,
    pins,
    policy: parts.policy(),
    app,
    machine: parts.machine(),
    blocked: parts.blocked,
    unsupported,
    predict,
    overBudget: (endpoint) => {
      if (endpoint.track === 'local' || !parts.budgets.hasLimits) return null;
      const { providerId } = endpoint;
      return parts.budgets.whyRefused({ appId, providerId, costCeilingNanoUsd: ceilingOf(endpoint) });
    },
  });
  let found = findCandidates(input);
  // The ranking leaves out whom the name cannot mean; when nobody is left, every refusal is told.
  if (found.candidates.length === 0) found = findCandidates({ ...input, endpoints: question.endpoints });
  const candidates = firstOfEachTrack(found.candidates.map(({ endpoint }) => endpoint));
  return {
    path: 'single',
    candidates,
    refusals: found.refusals,
    limits: null,
    hedgeAfterMs: null,
    warm: null,
    reason: explainPlainly(candidates[0], virtual, parts.plainPolicy()),
    ticket: new CallTicket(parts, { request: null, appId, ceilingOf }),
  };
}

function firstOfEachTrack(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  if (endpoints.length <= TRIES_PER_TRACK) return endpoints;
  const found = { local: 0, cloud: 0 };
  return endpoints.filter(({ track }) => (found[track] += 1) <= TRIES_PER_TRACK);
}

/** Upper bound of what a call costs, in nano-dollars; null: no price is known. Local calls cost nothing. */
function ceilingOfCall({ pricing }: RoutingParts, question: RouteQuestion, endpoint: Endpoint): number | null {
  if (endpoint.track === 'local') return 0;
  const { request, needs, call } = question;
  const most = Math.min(request?.maxOutputTokens ?? Infinity, endpoint.maxOutputTokens ?? Infinity);
  const writes = request !== null;
  // Nobody counts the tokens of texts for vectors beforehand: about four characters each. Counting tokens is free.
  const isEmbedding = needs.capabilities.includes('embeddings');
  return predictCost({
    costOf: (usage) => pricing.priceCall(endpoint, usage),
    promptTokens: isEmbedding ? Math.ceil(call.text.length / CHARACTERS_PER_TOKEN) : needs.promptTokens,
    mostPromptTokens: isEmbedding ? undefined : needs.mostPromptTokens,
    cachedTokens: 0,
    outputTokens: 0,
    outputTokensP95: 0,
    maxOutputTokens: writes ? (most === Infinity ? USUAL_OUTPUT_LIMIT : most) : 0,
  }).costCeilingNanoUsd;
}

function explainPlainly(first: Endpoint | undefined, virtual: VirtualName | null, policy: RoutePolicy): string {
  if (first === undefined) return 'no endpoint can serve this request now';
  if (virtual === null) return 'named exactly';
  const preferred = first.track === 'local' ? policy.preferredLocal : policy.preferredCloud;
  return `${first.track}: first in ${preferred.length > 0 ? 'your' : 'the plain'} order of preference`;
}
