import type { DecisionInput, DecisionPolicy } from '../routing/decision.ts';
import { predictPriceOnly } from './price-only.ts';
import type { ReadRequest } from './request-reader.ts';
import type { RequestContext } from './request-report.ts';
import type { Surroundings } from './surroundings.ts';

const NO_PINS = {};
const NONE: readonly string[] = [];
const NOTHING_UNSUPPORTED = () => NONE;

/**
 * What a request, its caller and the machine give to decide on, without exploring. Absent `predict`: without predictions
 * other than the price.
 */
export function toDecisionInput(parts: {
  around: Surroundings;
  read: ReadRequest;
  context: RequestContext;
  policy: DecisionPolicy;
  predict?: DecisionInput['predict'];
}): DecisionInput {
  const { around, read, context, policy } = parts;
  const { appId = null } = context;
  const { priceCall } = around;
  return {
    virtual: context.virtual === undefined ? 'auto' : context.virtual,
    endpoints: context.endpoints ?? around.endpoints(),
    needs: read.needs,
    profile: read.profile,
    pins: context.pins ?? NO_PINS,
    policy,
    app: context.permissions ?? null,
    machine: around.machine(),
    conversation: read.conversation,
    blocked: around.blocked,
    unsupported: context.unsupported ?? NOTHING_UNSUPPORTED,
    predict: parts.predict ?? ((endpoint) => predictPriceOnly({ endpoint, profile: read.profile, priceCall })),
    overBudget: (endpoint, ceilingNanoUsd) => around.overBudget({ endpoint, appId, ceilingNanoUsd }),
    exploration: null,
    checkable: read.checkable,
  };
}
