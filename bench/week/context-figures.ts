import type { Strategy } from '../../src-shared/strategy.ts';
import type { Outcome } from '../simulation/simulation.ts';
import { shareOf, toWeekFigures, type WeekFigures } from './week-figures.ts';
import { contextAt, type Context } from './week-script.ts';

/** A contender in one context. */
export interface ContextFigures extends WeekFigures {
  context: Context;
  /** Shares of the requests by what the strategy acted as. */
  actsAs: Partial<Record<Strategy, number>>;
}

const CONTEXTS: readonly Context[] = ['ordinary', 'battery', 'hot', 'outage', 'offline'];

export function toContextFigures(outcomes: readonly Outcome[]): ContextFigures[] {
  return CONTEXTS.map((context) => {
    const inIt = outcomes.filter(({ atMs }) => contextAt(atMs) === context);
    const acts = new Set(inIt.flatMap(({ decision }) => decision?.actsAs ?? []));
    const share = (strategy: Strategy): [Strategy, number] => [
      strategy,
      shareOf(inIt, ({ decision }) => decision?.actsAs === strategy),
    ];
    return { context, ...toWeekFigures(inIt), actsAs: Object.fromEntries([...acts].map(share)) };
  });
}
