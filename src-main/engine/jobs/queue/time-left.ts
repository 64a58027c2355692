import type { StoredRun } from '../../store/job-run.ts';

/** With fewer units nobody can tell. */
const FEWEST_UNITS = 3;

/** Left out at each end: the unit that loaded a model, the one that found nothing to do. */
const TRIMMED_SHARE = 0.2;

/**
 * Working time that is left, in milliseconds: the units that are left times the trimmed mean (20 % at each end; Tukey and
 * McLaughlin 1963) of those done lately. null: too few are done, or nobody knows how many there are.
 */
export function timeLeft(run: Pick<StoredRun, 'unitsDone' | 'unitsTotal' | 'recentUnitsMs'>): number | null {
  const { unitsDone, unitsTotal, recentUnitsMs } = run;
  if (unitsTotal === null || recentUnitsMs.length < FEWEST_UNITS) return null;
  return Math.round(Math.max(0, unitsTotal - unitsDone) * trimmedMean(recentUnitsMs));
}

function trimmedMean(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const trimmed = Math.floor(sorted.length * TRIMMED_SHARE);
  const kept = sorted.slice(trimmed, sorted.length - trimmed);
  return kept.reduce((sum, value) => sum + value, 0) / kept.length;
}
