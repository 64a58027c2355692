import { toDemand, type Demand } from '../simulation/demand.ts';
import type { ScenarioRun } from './play-scenario.ts';
import type { TrainedWeek } from './play-week.ts';
import type { TrainingScenario } from './worlds.ts';

/** All runs in one planted world. */
export interface ScenarioRuns {
  scenario: TrainingScenario;
  runs: readonly ScenarioRun[];
}

export function judgeTraining(parts: { weeks: readonly TrainedWeek[]; scenarios: readonly ScenarioRuns[] }): Demand[] {
  const { weeks, scenarios } = parts;
  const better = scenarios.filter(({ scenario }) => scenario.hasBetter).flatMap(({ runs }) => runs);
  const nothing = scenarios.filter(({ scenario }) => !scenario.hasBetter).flatMap(({ runs }) => runs);
  const told = scenarios.filter(({ scenario }) => scenario.isTold).flatMap(({ runs }) => runs);
  const gains = better.flatMap(({ laterGain }) => laterGain ?? []);
  return [
    toDemand({
      demand: 'weeks: proposals that are truly worse than doing nothing, beyond their interval',
      value: weeks.filter(({ proposed, comparison }) => proposed && isWorse(comparison)).length,
      limit: 0,
    }),
    toDemand({
      demand: 'something better is there: share of runs that propose it',
      value: shareOf(better, ({ proposed }) => proposed),
      limit: 0.8,
      isLeast: true,
    }),
    toDemand({
      demand: 'something better is there: share of proposals that truly gain afterwards',
      value: shareOf(gains, (gain) => gain > 0),
      limit: 0.95,
      isLeast: true,
    }),
    toDemand({
      demand: 'nothing better is there: share of runs that propose',
      value: shareOf(nothing, ({ proposed }) => proposed),
      limit: 0.05,
    }),
    toDemand({
      demand: 'intervals that are believed, where outcomes tell the truth: share that cover it',
      value: coverageOf(told),
      limit: 0.9,
      isLeast: true,
    }),
  ];
}

/** Of the intervals that are believed; null: there are none. */
export function coverageOf(runs: readonly Pick<ScenarioRun, 'comparison'>[]): number | null {
  const believed = runs.flatMap(({ comparison }) => (comparison?.isProven === true ? [comparison] : []));
  return shareOf(believed, ({ estimate: { low, high }, truth }) => low <= truth && truth <= high);
}

function isWorse(comparison: TrainedWeek['comparison']): boolean {
  return comparison !== null && comparison.truth < 0 && comparison.truth < comparison.estimate.low;
}

function shareOf<Item>(items: readonly Item[], holds: (item: Item) => boolean): number | null {
  return items.length === 0 ? null : items.filter(holds).length / items.length;
}
