import { toDemand, type Demand } from '../simulation/demand.ts';
import {
  FIND_WITHIN,
  isFoundInTime,
  isLeftInTime,
  LEAVE_WITHIN,
  medianOf,
  MOSTLY_LEFT,
  type ChangeFigures,
} from './figures.ts';
import type { Scenario } from './scenarios.ts';

/** Luck decides a few runs: so many of them must do, and the median. */
const LEAST_SHARE_OF_SEEDS = 0.9;

/** What is demanded of one scenario over all seeds. */
export function judge({ name, noticedBy }: Scenario, figures: readonly ChangeFigures[]): Demand[] {
  const label = `${name} (${noticedBy})`;
  const limit = Math.ceil(LEAST_SHARE_OF_SEEDS * figures.length);
  return [
    toDemand({
      demand: `${label}: mostly left after requests, median`,
      value: medianOf(figures.map(({ leftAfter }) => leftAfter)),
      limit: LEAVE_WITHIN,
    }),
    toDemand({
      demand: `${label}: runs that left it in time, of ${figures.length}`,
      value: figures.filter(isLeftInTime).length,
      limit,
      isLeast: true,
    }),
    toDemand({
      demand: `${label}: share in the bad time, median`,
      value: medianOf(figures.map(({ shareBad }) => shareBad)),
      limit: MOSTLY_LEFT,
    }),
    toDemand({
      demand: `${label}: found again after requests, median`,
      value: medianOf(figures.map(({ foundAfter }) => foundAfter)),
      limit: FIND_WITHIN,
    }),
    toDemand({
      demand: `${label}: runs that found it again in time, of ${figures.length}`,
      value: figures.filter(isFoundInTime).length,
      limit,
      isLeast: true,
    }),
  ];
}
