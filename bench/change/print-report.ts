import { formatRows } from '../simulation/format-rows.ts';
import { isFoundInTime, isLeftInTime, medianOf, worstOf, type ChangeFigures } from './figures.ts';
import type { Scenario } from './scenarios.ts';

export interface ScenarioRun {
  scenario: Scenario;
  /** By seed. */
  figures: readonly ChangeFigures[];
}

const HEAD = [
  '',
  'noticed by',
  'share before',
  'left after',
  'in time',
  'share then',
  'found after',
  'in time',
  'share in the end',
];

/** Median and worst over the seeds. */
export function formatTable(runs: readonly ScenarioRun[]): string {
  const body = runs.map(({ scenario, figures }) => {
    const of = (name: keyof ChangeFigures) => figures.map((each) => each[name]);
    return [
      scenario.isJudged ? scenario.name : `(${scenario.name})`,
      scenario.noticedBy,
      shares(of('shareBefore'), Math.min),
      counts(of('leftAfter')),
      `${figures.filter(isLeftInTime).length}/${figures.length}`,
      shares(of('shareBad'), Math.max),
      counts(of('foundAfter')),
      `${figures.filter(isFoundInTime).length}/${figures.length}`,
      shares(of('shareEnd'), Math.min),
    ];
  });
  return formatRows([HEAD, ...body]);
}

function shares(values: readonly (number | null)[], worst: (...values: number[]) => number): string {
  const known = values.map((each) => each ?? 0);
  return `${percent(medianOf(values) ?? 0)}, ${percent(worst(...known))}`;
}

function counts(values: readonly (number | null)[]): string {
  return [medianOf(values), worstOf(values)].map((each) => (each === null ? 'never' : String(each))).join(', ');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
