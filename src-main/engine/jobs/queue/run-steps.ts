import type { JobName, RunCost, RunView } from '../../../../src-shared/jobs.ts';
import type { JsonValue } from '../../protocols/json.ts';
import type { StoredRun } from '../../store/job-run.ts';
import type { Planned, UnitOutcome } from '../job-kind.ts';
import { addCosts, NO_COST } from '../run-meter.ts';
import { backOff, MOST_RETRIES } from './back-off.ts';

/** The steps in the life of a run, each from one value to the next. */

export function newRun(begin: { id: string; job: JobName; trigger: RunView['trigger']; nowMs: number }): StoredRun {
  return {
    id: begin.id,
    job: begin.job,
    trigger: begin.trigger,
    state: 'waiting',
    createdAtMs: begin.nowMs,
    startedAtMs: null,
    workedAtMs: null,
    endedAtMs: null,
    unitsDone: 0,
    unitsTotal: null,
    preemptions: 0,
    retries: 0,
    retryAtMs: null,
    cost: { ...NO_COST },
    found: null,
    problem: null,
    recentUnitsMs: [],
    checkpoint: null,
  };
}

/** Its kind has said how it begins. */
export function planRun(run: StoredRun, planned: Extract<Planned<JsonValue>, { kind: 'begin' }>): StoredRun {
  return { ...run, checkpoint: planned.checkpoint, unitsTotal: planned.unitsTotal, unitsDone: 0, recentUnitsMs: [] };
}

/** What was spent on a unit, and how long it took, whether or not it counted. */
export interface Spent {
  cost: RunCost;
  durationMs: number;
  nowMs: number;
}

/** A unit went well. */
export function afterUnit(run: StoredRun, outcome: UnitOutcome<JsonValue>, spent: Spent): StoredRun {
  const next: StoredRun = {
    ...afterWork(run, spent),
    unitsDone: run.unitsDone + 1,
    unitsTotal: outcome.unitsTotal,
    retries: 0,
    retryAtMs: null,
    problem: null,
    recentUnitsMs: [...run.recentUnitsMs, spent.durationMs],
    checkpoint: outcome.next,
  };
  return outcome.next === null
    ? endRun(next, { state: 'done', found: outcome.found ?? null, nowMs: spent.nowMs })
    : next;
}

/** A unit was stopped, and is done again later. */
export function afterStop(run: StoredRun, spent: Spent): StoredRun {
  return { ...afterWork(run, spent), preemptions: run.preemptions + 1 };
}

/** A unit failed: it is tried again later, or the run has failed as well. `problem`: what happened, a sentence. */
export function afterFailure(run: StoredRun, failure: Spent & { problem: string; random: () => number }): StoredRun {
  const { problem, nowMs, random } = failure;
  const retries = run.retries + 1;
  const tried = { ...afterWork(run, failure), retries, problem };
  if (retries <= MOST_RETRIES) return { ...tried, retryAtMs: nowMs + backOff(retries, random) };
  const given = `${problem} It failed ${retries} times in a row and was given up; it runs again when it is next due.`;
  return endRun({ ...tried, problem: given }, { state: 'failed', found: null, nowMs });
}

export function endRun(
  run: StoredRun,
  end: { state: 'done' | 'failed' | 'cancelled'; found: string | null; nowMs: number },
): StoredRun {
  const { state, found, nowMs } = end;
  return { ...run, state, found, endedAtMs: nowMs, retryAtMs: null, checkpoint: null };
}

function afterWork(run: StoredRun, { cost, nowMs, durationMs }: Spent): StoredRun {
  const startedAtMs = run.startedAtMs ?? Math.round(nowMs - durationMs);
  return { ...run, startedAtMs, workedAtMs: nowMs, cost: addCosts(run.cost, cost) };
}
