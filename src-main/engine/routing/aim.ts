import type { ConversationState } from './conversation.ts';
import type { DecisionInput, DecisionPolicy } from './decision.ts';
import { STRATEGY_WEIGHTS, weightsOf, type Weights } from './strategies.ts';

/** What one request is scored by: the strategy's weights, and all that is the same for every endpoint. */
export interface Aim {
  weights: Readonly<Weights>;
  /** The conversation that this request goes on with; null: none. */
  conversation: ConversationState | null;
  /** The conversation goes, or has gone, to the strong track because it was stuck. */
  escalates: boolean;
  input: DecisionInput;
  /** Nano-dollars that a call of unknown price is taken for: the cap per request, or what a dear call costs. */
  unknownCostNanoUsd: number;
}

const UNKNOWN_COST_NANO_USD = 20_000_000;

/**
 * Draws up the aim. A stuck conversation is served as quality wants it, whatever the strategy: what it wastes by going
 * round in circles is more than a better model costs. Waiting, battery and heat count as they do for the strategy: a
 * heavy local model that reads everything anew for a minute may be what the person wants least.
 */
export function createAim(input: DecisionInput, actsAs: DecisionPolicy['actsAs']): Aim {
  const { conversation, pins, policy } = input;
  const escalates = input.virtual !== null && (conversation?.escalated === true || hasJustGotStuck(conversation));
  return {
    weights: escalates ? ESCALATED[actsAs] : weightsOf(actsAs, pins.importance),
    conversation,
    escalates,
    input,
    unknownCostNanoUsd: policy.constraints.maxCostPerRequestNanoUsd ?? UNKNOWN_COST_NANO_USD,
  };
}

/** Stuck where it is, and not yet taken to the strong track. */
export function hasJustGotStuck(conversation: ConversationState | null): boolean {
  return typeof conversation?.stuck === 'string' && !conversation.escalated;
}

function escalated({ secondUsd, energy, pressure }: Readonly<Weights>): Readonly<Weights> {
  const changes = { local: 0, caution: 0, races: false, cascades: false, secondUsd, energy, pressure };
  return { ...STRATEGY_WEIGHTS.quality_focused, ...changes };
}

const ESCALATED: Readonly<Record<DecisionPolicy['actsAs'], Readonly<Weights>>> = {
  balanced: escalated(STRATEGY_WEIGHTS.balanced),
  latency_focused: escalated(STRATEGY_WEIGHTS.latency_focused),
  resource_efficient: escalated(STRATEGY_WEIGHTS.resource_efficient),
  quality_focused: escalated(STRATEGY_WEIGHTS.quality_focused),
  cost_focused: escalated(STRATEGY_WEIGHTS.cost_focused),
};
