import { decide } from '../routing/decide.ts';
import type { Decision, DecisionInput } from '../routing/decision.ts';
import type { Endpoint } from '../routing/endpoint.ts';
import { toDollars } from '../routing/print-figures.ts';
import { rankEndpoints } from '../routing/rank-endpoints.ts';

const REASON = 'first in the plain order of preference (the optimizer is off)';

/**
 * The decision without predictions, races or learning: the plain order of preference, and every rule about what may go
 * where. `outputPrice`: USD per million output tokens, null when unknown.
 */
export function safeDecision(input: DecisionInput, outputPrice: (endpoint: Endpoint) => number | null): Decision {
  const { virtual, policy, machine, pins } = input;
  if (virtual === null) return decide(input);
  const endpoints = rankEndpoints(input.endpoints, virtual, {
    preferredLocal: policy.preferredLocal,
    preferredCloud: policy.preferredCloud,
    memoryBytes: machine.memoryFreeBytes,
    outputPrice,
  });
  const isPrivate = virtual === 'private' || pins.private === true;
  const decision = decide({
    ...input,
    virtual: null,
    endpoints,
    pins: isPrivate ? { ...pins, private: true } : pins,
    exploration: null,
    overBudget: (endpoint, ceilingNanoUsd) => whyOverCap(endpoint, input) ?? input.overBudget(endpoint, ceilingNanoUsd),
  });
  // The ranking leaves out whom the name cannot mean; when nobody is left, every refusal is told.
  return decision.candidates.length === 0 ? decide({ ...input, exploration: null }) : { ...decision, reason: REASON };
}

/** The standing cap binds routed requests only; this one is, although it is put as if its endpoints had been named. */
function whyOverCap(endpoint: Endpoint, { policy, predict }: DecisionInput): string | null {
  const cap = policy.constraints.maxCostPerRequestNanoUsd;
  const cost = predict(endpoint).costNanoUsd;
  return cap === null || cost === null || cost <= cap ? null : `about ${toDollars(cost)}: over your cap per request`;
}
