import { formatRows } from '../simulation/format-rows.ts';
import { coverageOf, type ScenarioRuns } from './demands.ts';
import type { TrainedWeek } from './play-week.ts';
import type { Comparison } from './true-difference.ts';

export function formatWeeks(weeks: readonly TrainedWeek[]): string {
  return formatRows([
    ['week', 'decisions', 'prompts', 'proposed', 'estimated gain', 'believed', 'true gain', 'week after'],
    ...weeks.map(({ seed, decisions, promptsKept, proposed, comparison, laterGain }) => [
      `${seed}`,
      `${decisions}`,
      promptsKept ? 'kept' : 'not kept',
      proposed ? 'yes' : 'no',
      inWords(comparison),
      comparison === null ? '-' : comparison.isProven ? 'yes' : 'no',
      comparison === null ? '-' : cents(comparison.truth),
      laterGain === null ? '-' : cents(laterGain),
    ]),
  ]);
}

export function formatScenarios(scenarios: readonly ScenarioRuns[]): string {
  return formatRows([
    ['world', 'runs', 'proposals', 'estimated gain', 'true gain', 'coverage', 'gain afterwards'],
    ...scenarios.map(({ scenario, runs }) => {
      const compared = runs.flatMap(({ comparison }) => comparison ?? []);
      return [
        scenario.name,
        `${runs.length}`,
        `${runs.filter(({ proposed }) => proposed).length}`,
        cents(meanOf(compared.map(({ estimate }) => estimate.mean))),
        cents(meanOf(compared.map(({ truth }) => truth))),
        share(coverageOf(runs)),
        cents(meanOf(runs.flatMap(({ laterGain }) => laterGain ?? []))),
      ];
    }),
  ]);
}

function inWords(comparison: Comparison | null): string {
  if (comparison === null) return '-';
  const { mean, low, high } = comparison.estimate;
  return `${cents(mean)} (${cents(low)} to ${cents(high)})`;
}

function cents(nanoUsd: number | null): string {
  return nanoUsd === null ? '-' : (nanoUsd / 1e7).toFixed(3);
}

function share(value: number | null): string {
  return value === null ? '-' : `${Math.round(value * 100)} %`;
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
