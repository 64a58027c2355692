import type { EnergyFigures, WeekFigures } from './week-figures.ts';
import type { Week } from './run-week.ts';
import { weightedTotal } from './weighted-total.ts';

/** A contender's weeks together: the mean over the seeds of each figure. */
export type MeanFigures = Record<keyof (WeekFigures & EnergyFigures), number> & { total: number };

export function toMeanFigures(weeks: readonly Week[]): MeanFigures {
  const all = weeks.map(({ figures }) => ({ ...figures, total: weightedTotal(figures) }));
  const mean = (name: keyof MeanFigures) => all.reduce((sum, figures) => sum + (figures[name] ?? 0), 0) / all.length;
  return {
    requests: mean('requests'),
    costUsd: mean('costUsd'),
    firstTokenP50Ms: mean('firstTokenP50Ms'),
    firstTokenP95Ms: mean('firstTokenP95Ms'),
    quality: mean('quality'),
    localShare: mean('localShare'),
    budgetMisses: mean('budgetMisses'),
    failures: mean('failures'),
    deadlineMisses: mean('deadlineMisses'),
    repeats: mean('repeats'),
    energyWh: mean('energyWh'),
    batteryWh: mean('batteryWh'),
    lowestBatteryPercent: mean('lowestBatteryPercent'),
    total: mean('total'),
  };
}
