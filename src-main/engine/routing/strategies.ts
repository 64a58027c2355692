import type { Strategy } from '../../../src-shared/strategy.ts';
import type { DecisionInput, DecisionPolicy, RequestPins } from './decision.ts';
import type { VirtualName } from './model-name.ts';

/** What a strategy is after: prices that turn quality, time, heat and wear into money, and what it allows. */
export interface Weights {
  /** USD that a surely good answer is worth. */
  answerUsd: number;
  /** How much more each point of quality below the person's threshold weighs. */
  knee: number;
  /** USD that a second of waiting costs. 0.001 is 3.60 an hour: part of a person's attention. */
  secondUsd: number;
  /** Factors: on money spent, on the price of electricity, on the load on the machine, on `local_bias`. */
  cost: number;
  energy: number;
  pressure: number;
  local: number;
  /** Standard deviations added to the expected quality; below 0 trusts only what is known. */
  caution: number;
  /** May a second call race the first; may a local answer be tried and checked before the cloud is asked? */
  races: boolean;
  cascades: boolean;
}

type Acting = DecisionPolicy['actsAs'];

/** The strategies. An electricity factor far above 1 stands for heat, noise and battery life, not for the bill. */
export const STRATEGY_WEIGHTS: Readonly<Record<Acting, Readonly<Weights>>> = {
  // prettier-ignore
  balanced:           { answerUsd: 0.02, knee: 1,    secondUsd: 0.001,  cost: 1,   energy: 1,   pressure: 1,   local: 1,    caution: 0,  races: true,  cascades: true },
  // prettier-ignore
  latency_focused:    { answerUsd: 0.02, knee: 0.5,  secondUsd: 0.01,   cost: 0.5, energy: 0.5, pressure: 0.5, local: 0.25, caution: 0,  races: true,  cascades: false },
  // prettier-ignore
  resource_efficient: { answerUsd: 0.01, knee: 0.5,  secondUsd: 0.0003, cost: 1,   energy: 300, pressure: 5,   local: 0.25, caution: 0,  races: false, cascades: false },
  // prettier-ignore
  quality_focused:    { answerUsd: 0.2,  knee: 2,    secondUsd: 0.0003, cost: 0.5, energy: 0.5, pressure: 0.5, local: 0.1,  caution: -1, races: true,  cascades: false },
  // prettier-ignore
  cost_focused:       { answerUsd: 0.01, knee: 0.25, secondUsd: 0.0002, cost: 4,   energy: 4,   pressure: 0.5, local: 1,    caution: 0,  races: false, cascades: true },
};

/** What each virtual name means; null: the strategy in force. */
const VIRTUAL_STRATEGIES: Readonly<Record<VirtualName, Acting | null>> = {
  auto: null,
  private: null,
  fast: 'latency_focused',
  best: 'quality_focused',
  cheap: 'cost_focused',
};

/** Factors on worth, waiting and money. A request of low importance would rather be cheap than fast. */
const IMPORTANCE: Readonly<Record<NonNullable<RequestPins['importance']>, readonly [number, number, number]>> = {
  low: [0.5, 0.2, 2],
  normal: [1, 1, 1],
  high: [3, 1, 0.5],
};

/** The strategy of a request: pinned by it, else meant by its virtual name, else the one in force. */
export function strategyOf({ virtual, pins, policy }: Pick<DecisionInput, 'virtual' | 'pins' | 'policy'>): {
  strategy: Strategy;
  actsAs: Acting;
} {
  const meant = virtual === null ? null : VIRTUAL_STRATEGIES[virtual];
  const strategy = pins.strategy ?? meant ?? policy.strategy;
  const isInForce = strategy === 'adaptive' || (pins.strategy === undefined && meant === null);
  return { strategy, actsAs: isInForce ? policy.actsAs : strategy };
}

/** The weights of a strategy for a request of this importance. */
export function weightsOf(actsAs: Acting, importance: RequestPins['importance'] = 'normal'): Readonly<Weights> {
  const weights = STRATEGY_WEIGHTS[actsAs];
  if (importance === 'normal') return weights;
  const [worth, waiting, money] = IMPORTANCE[importance];
  return {
    ...weights,
    answerUsd: weights.answerUsd * worth,
    secondUsd: weights.secondUsd * waiting,
    cost: weights.cost * money,
    races: weights.races && importance !== 'low',
    cascades: weights.cascades && importance !== 'high',
  };
}
