import { z } from 'zod';
import { runView, type RunView } from '../../../src-shared/jobs.ts';
import type { JsonValue } from '../protocols/json.ts';
import { parseJson } from './stored-json.ts';

/** A run as it is kept. One that is at work is kept as waiting, so that whatever ends the engine it goes on later. */
export interface StoredRun extends Omit<RunView, 'state' | 'timeLeftMs' | 'doing'> {
  state: Exclude<RunView['state'], 'running'>;
  /** When it was last at work; null: never yet. */
  workedAtMs: number | null;
  /** How long its last units took, oldest first. */
  recentUnitsMs: readonly number[];
  /** As its kind wrote it; null: not planned yet, or over. */
  checkpoint: JsonValue | null;
}

/** So many unit times are kept with a run. */
export const RECENT_UNITS = 32;

const row = z.object({
  ...runView.pick({
    id: true,
    job: true,
    trigger: true,
    createdAtMs: true,
    startedAtMs: true,
    endedAtMs: true,
    unitsDone: true,
    unitsTotal: true,
    preemptions: true,
    retries: true,
    retryAtMs: true,
    found: true,
    problem: true,
  }).shape,
  ...runView.shape.cost.shape,
  state: z.enum(['waiting', 'done', 'failed', 'cancelled']),
  workedAtMs: z.number().nullable(),
  recentUnitsMs: z.string(),
  checkpoint: z.string().nullable(),
});

const unitTimes = z.array(z.number());

/** The columns under the names of a run's fields, for SELECT. */
export const RUN_COLUMNS = `
  id, job, "trigger", state, created_at_ms AS createdAtMs, started_at_ms AS startedAtMs,
  worked_at_ms AS workedAtMs, ended_at_ms AS endedAtMs,  units_done AS unitsDone, units_total AS unitsTotal, preemptions, retries, retry_at_ms AS retryAtMs, found, problem,
  cpu_ms AS cpuMs, energy_joules AS energyJoules, cost_nano_usd AS nanoUsd, unknown_costs AS unknownCosts,
  local_tokens AS localTokens, cloud_tokens AS cloudTokens, recent_units_ms AS recentUnitsMs, checkpoint`;

/** Reads a row of RUN_COLUMNS; null: it was written by another version, or is damaged. */
export function parseRun(found: unknown): StoredRun | null {
  const parsed = row.safeParse(found);
  if (!parsed.success) return null;
  const { cpuMs, energyJoules, nanoUsd, unknownCosts, localTokens, cloudTokens, ...rest } = parsed.data;
  return {
    ...rest,
    cost: { cpuMs, energyJoules, nanoUsd, unknownCosts, localTokens, cloudTokens },
    recentUnitsMs: unitTimes.catch([]).parse(parseJson(rest.recentUnitsMs)),
    checkpoint: rest.checkpoint === null ? null : parseJson(rest.checkpoint),
  };
}

/** A run's values by the names of RUN_VALUES' parameters. */
export function toRunRow(run: StoredRun): Record<string, string | number | null> {
  const { cost, recentUnitsMs, checkpoint, ...rest } = run;
  return {
    ...rest,
    ...cost,
    recentUnitsMs: JSON.stringify(recentUnitsMs.slice(-RECENT_UNITS).map(Math.round)),
    checkpoint: checkpoint === null ? null : JSON.stringify(checkpoint),
  };
}

/** Writes a run whole; one that has ended is never changed again. */
export const UPSERT_RUN = `
  INSERT INTO job_runs (
    id, job, "trigger", state, created_at_ms, started_at_ms, worked_at_ms, ended_at_ms, units_done, units_total, preemptions, retries,
    retry_at_ms, found, problem, cpu_ms, energy_joules, cost_nano_usd, unknown_costs, local_tokens, cloud_tokens,
    recent_units_ms, checkpoint
  ) VALUES (
    :id, :job, :trigger, :state, :createdAtMs, :startedAtMs, :workedAtMs, :endedAtMs, :unitsDone, :unitsTotal, :preemptions, :retries,
    :retryAtMs, :found, :problem, :cpuMs, :energyJoules, :nanoUsd, :unknownCosts, :localTokens, :cloudTokens,
    :recentUnitsMs, :checkpoint
  ) ON CONFLICT (id) DO UPDATE SET
    "trigger" = excluded."trigger", state = excluded.state, started_at_ms = excluded.started_at_ms,
    worked_at_ms = excluded.worked_at_ms,    ended_at_ms = excluded.ended_at_ms, units_done = excluded.units_done, units_total = excluded.units_total,
    preemptions = excluded.preemptions, retries = excluded.retries, retry_at_ms = excluded.retry_at_ms,
    found = excluded.found, problem = excluded.problem, cpu_ms = excluded.cpu_ms,
    energy_joules = excluded.energy_joules, cost_nano_usd = excluded.cost_nano_usd,
    unknown_costs = excluded.unknown_costs, local_tokens = excluded.local_tokens,
    cloud_tokens = excluded.cloud_tokens, recent_units_ms = excluded.recent_units_ms, checkpoint = excluded.checkpoint
  WHERE state = 'waiting'`;
