import type { MachineState } from '../../routing/machine-state.ts';
import type { Condition } from './benchmark-parts.ts';

/** The machine at one moment. null: unknown, which counts as nothing out of the ordinary. */
export interface ConditionFacts {
  machine: Pick<MachineState, 'onBattery' | 'thermal' | 'speedLimitPercent'>;
  /** Awake for long enough that its measurements can be believed. */
  hasSettled: boolean | null;
  /** Local answers come slower than they should. */
  isHeldBack: boolean | null;
  othersCpuPercent: number | null;
  /** From here on other programs disturb. */
  busyPercent: number;
  /** Calls of the person's own requests under way. */
  personsCalls: number;
}

/** What spoils a measurement most comes first. */
const BY_WEIGHT: readonly Condition[] = ['just_resumed', 'battery', 'hot', 'busy', 'calm'];

export function judgeCondition(facts: ConditionFacts): Condition {
  const { onBattery, thermal, speedLimitPercent } = facts.machine;
  if (facts.hasSettled === false) return 'just_resumed';
  if (onBattery === true) return 'battery';
  const isLimited = speedLimitPercent !== null && speedLimitPercent < 100;
  if (thermal === 'serious' || thermal === 'critical' || isLimited || facts.isHeldBack === true) return 'hot';
  const isBusy = facts.othersCpuPercent !== null && facts.othersCpuPercent >= facts.busyPercent;
  return isBusy || facts.personsCalls > 0 ? 'busy' : 'calm';
}

/** One that was disturbed for a moment was disturbed. */
export function worstCondition(conditions: readonly Condition[]): Condition {
  return BY_WEIGHT.find((each) => conditions.includes(each)) ?? 'calm';
}
