import type { Strategy } from '../../src-shared/strategy.ts';
import { STRATEGIES } from '../../src-shared/strategy.ts';
import type { ContextFigures } from './context-figures.ts';
import type { MeanFigures } from './mean-figures.ts';

export interface JudgedDemand {
  demand: string;
  unit: string;
  /** null: its contender did not run. */
  value: number | null;
  limit: number | null;
  /** Is more better? */
  isLeast: boolean;
  verdict: 'pass' | 'MISS' | 'not measured';
}

export interface Facts {
  rows: ReadonlyMap<string, MeanFigures>;
  /** Of the adaptive strategy; empty when it did not run. */
  contexts: readonly ContextFigures[];
  /** What optimizers said does not work, each once. */
  degraded: readonly string[];
}

/** Each focused strategy and the figure that it is there for. */
const FOCUSES: readonly { strategy: Strategy; measure: keyof MeanFigures; unit: string; isMore?: true }[] = [
  { strategy: 'latency_focused', measure: 'firstTokenP50Ms', unit: 'ms' },
  { strategy: 'latency_focused', measure: 'firstTokenP95Ms', unit: 'ms' },
  { strategy: 'resource_efficient', measure: 'energyWh', unit: 'Wh' },
  { strategy: 'quality_focused', measure: 'quality', unit: '', isMore: true },
  { strategy: 'cost_focused', measure: 'costUsd', unit: 'USD' },
];

/** How much worse than the best of the six `adaptive` may be in all. */
const ADAPTIVE_MARGIN = 1.1;
/** On battery nearly everything is decided for the battery; a reading every 30 s is late by half of that. */
const LEAST_TOLD_SHARE = 0.9;

/** Each demand with its value in this run. */
export function judge(facts: Facts): JudgedDemand[] {
  return [
    ...FOCUSES.map((focus) => judgeFocus(focus, facts)),
    judgeTotal(facts),
    judgeContexts(facts),
    judgeHealth(facts),
  ];
}

/** The best of the six on its own measure: no worse than any other. */
function judgeFocus({ strategy, measure, unit, isMore }: (typeof FOCUSES)[number], { rows }: Facts): JudgedDemand {
  const others = STRATEGIES.filter((each) => each !== strategy).flatMap((each) => rows.get(each)?.[measure] ?? []);
  const best = isMore === true ? Math.max(...others) : Math.min(...others);
  const demand = `${strategy}: the best ${measure} of the six`;
  return verdictOf({ demand, unit, value: rows.get(strategy)?.[measure], limit: best, isLeast: isMore === true });
}

function judgeTotal({ rows }: Facts): JudgedDemand {
  const best = Math.min(...STRATEGIES.flatMap((each) => rows.get(each)?.total ?? []));
  const demand = 'adaptive: weighted total within 10 % of the best of the six';
  return verdictOf({
    demand,
    unit: '',
    value: rows.get('adaptive')?.total,
    limit: best * ADAPTIVE_MARGIN,
    isLeast: false,
  });
}

function judgeContexts({ contexts }: Facts): JudgedDemand {
  const value = contexts.find(({ context }) => context === 'battery')?.actsAs.resource_efficient;
  const demand = 'adaptive: requests on battery that are served as resource_efficient';
  return verdictOf({ demand, unit: 'of all', value, limit: LEAST_TOLD_SHARE, isLeast: true });
}

function judgeHealth({ degraded }: Facts): JudgedDemand {
  return verdictOf({
    demand: 'things that the optimizer says do not work',
    unit: '',
    value: degraded.length,
    limit: 0,
    isLeast: false,
  });
}

function verdictOf(
  demand: Omit<JudgedDemand, 'verdict' | 'value' | 'limit'> & { value: number | undefined; limit: number },
): JudgedDemand {
  const { value = null, limit, isLeast } = demand;
  if (value === null || !Number.isFinite(limit)) return { ...demand, value, limit: null, verdict: 'not measured' };
  const isMet = isLeast ? value >= limit : value <= limit;
  return { ...demand, value, limit, verdict: isMet ? 'pass' : 'MISS' };
}
