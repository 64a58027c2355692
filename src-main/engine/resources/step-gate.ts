import type { GateCondition, GateConditionName } from '../../../src-shared/machine.ts';
import { CONDITION_RULES, type GateInput, type GateMemory } from './gate-conditions.ts';
import type { GateLimits } from './gate-limits.ts';
import { within } from './power-reading.ts';

/** The gate at one moment. */
export interface GateState extends GateMemory {
  /** Unix milliseconds since when it is open or closed. */
  sinceMs: number;
  conditions: readonly GateCondition[];
  /** What holds it closed; empty when it is open. */
  closedBy: readonly GateConditionName[];
}

/** Closed, with nothing looked at yet. */
export function newGateState(nowMs: number): GateState {
  return { open: false, sinceMs: nowMs, cpuQuietSinceMs: null, conditions: [], closedBy: ['cpu'] };
}

/**
 * The gate a moment later. Open only when every condition is known to hold: unknown holds it closed as much as false.
 * While it is open the CPU may rise to the limit for closing; once closed, the whole quiet window must pass again if
 * the CPU left it. Pure.
 */
export function stepGate(state: GateState, input: GateInput, limits: GateLimits): GateState {
  const memory = { open: state.open, cpuQuietSinceMs: quietSince(state, input, limits) };
  const conditions = CONDITION_RULES.map(({ name, label, limit, judge }): GateCondition => {
    const { met, value } = judge(input, limits, memory);
    const needs = limit(limits);
    return { name, label, met, value, limit: needs, sentence: `${label}: ${value ?? 'unknown'} (needed: ${needs}).` };
  });
  const closedBy = conditions.filter(({ met }) => met !== true).map(({ name }) => name);
  const open = closedBy.length === 0;
  return { ...memory, open, sinceMs: open === state.open ? state.sinceMs : input.nowMs, conditions, closedBy };
}

function quietSince(state: GateState, input: GateInput, limits: GateLimits): number | null {
  const percent = within(input.othersCpuPercent, 0, 100);
  if (percent === null || percent >= limits.cpuOpenPercent) return null;
  const { cpuQuietSinceMs } = state;
  // What was quiet before the machine slept says nothing of now.
  const sleptSince = cpuQuietSinceMs !== null && input.resumedAtMs !== null && cpuQuietSinceMs < input.resumedAtMs;
  return cpuQuietSinceMs === null || sleptSince ? input.monotonicMs : cpuQuietSinceMs;
}
