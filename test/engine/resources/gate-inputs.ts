import type { GateConditionName } from '../../../src-shared/machine.ts';
import type { GateInput } from '../../../src-main/engine/resources/gate-conditions.ts';
import type { GateLimits } from '../../../src-main/engine/resources/gate-limits.ts';

/** The settings' defaults. */
export const LIMITS: GateLimits = {
  cpuOpenPercent: 20,
  cpuClosePercent: 35,
  cpuWindowMs: 600_000,
  userIdleMs: 600_000,
  requireAc: true,
  batteryPercent: 20,
  requestQuietMs: 120_000,
  resumeHoldMs: 120_000,
  headless: false,
  allowUnknownHeat: false,
};

/** Waking begins the CPU's window anew: with a hold that outlasts the window each of the two can fail alone. */
export const LONG_HOLD: GateLimits = { ...LIMITS, resumeHoldMs: 1_200_000 };

/** One hour after the gate began, with everything as the gate wants it. */
export const IDLE: GateInput = {
  nowMs: Date.UTC(2026, 10, 21, 12),
  monotonicMs: 3_600_000,
  othersCpuPercent: 5,
  source: 'ac',
  batteryPercent: 80,
  hasBattery: true,
  thermal: 'nominal',
  speedLimitPercent: 100,
  heldBack: false,
  userIdleMs: 600_000,
  headless: false,
  lastRequestAtMs: 3_600_000 - 120_000,
  activeRequests: 0,
  asleep: false,
  resumedAtMs: 3_600_000 - 1_200_000,
  paused: null,
};

export interface Spoiler {
  condition: GateConditionName;
  what: string;
  change: Partial<GateInput>;
  met: false | null;
}

/** Every way in which one condition alone can fail to hold. */
export const SPOILERS: readonly Spoiler[] = [
  { condition: 'awake', what: 'going to sleep', change: { asleep: true }, met: false },
  { condition: 'not_paused', what: 'paused until resumed', change: { paused: { untilMs: null } }, met: false },
  { condition: 'not_paused', what: 'paused for a while', change: { paused: { untilMs: 2e12 } }, met: false },
  { condition: 'settled', what: 'just woken', change: { resumedAtMs: 3_600_000 - 1_199_999 }, met: false },
  { condition: 'power', what: 'on battery', change: { source: 'battery' }, met: false },
  { condition: 'power', what: 'power unknown', change: { source: null }, met: null },
  { condition: 'battery', what: 'battery at its limit', change: { batteryPercent: 20 }, met: false },
  { condition: 'battery', what: 'battery under its limit', change: { batteryPercent: 7 }, met: false },
  { condition: 'battery', what: 'percentage unknown', change: { batteryPercent: null }, met: null },
  { condition: 'battery', what: 'percentage no number', change: { batteryPercent: Number.NaN }, met: null },
  {
    condition: 'battery',
    what: 'not known whether there is one',
    change: { batteryPercent: null, hasBattery: null },
    met: null,
  },
  { condition: 'heat', what: 'serious', change: { thermal: 'serious' }, met: false },
  { condition: 'heat', what: 'critical', change: { thermal: 'critical' }, met: false },
  { condition: 'heat', what: 'processor held back', change: { speedLimitPercent: 99 }, met: false },
  { condition: 'heat', what: 'models slower than they should be', change: { heldBack: true }, met: false },
  { condition: 'heat', what: 'heat unknown', change: { thermal: null }, met: null },
  { condition: 'quiet', what: 'a request lately', change: { lastRequestAtMs: 3_600_000 - 119_999 }, met: false },
  { condition: 'quiet', what: 'a request under way', change: { activeRequests: 1 }, met: false },
  { condition: 'user_away', what: 'input lately', change: { userIdleMs: 599_999 }, met: false },
  { condition: 'user_away', what: 'input just now', change: { userIdleMs: 0 }, met: false },
  { condition: 'user_away', what: 'input unknown', change: { userIdleMs: null }, met: null },
  {
    condition: 'user_away',
    what: 'input unknown, and so who sits here',
    change: { userIdleMs: null, headless: null },
    met: null,
  },
  { condition: 'cpu', what: 'CPU at the limit for opening', change: { othersCpuPercent: 20 }, met: false },
  { condition: 'cpu', what: 'CPU at the limit for closing', change: { othersCpuPercent: 35 }, met: false },
  { condition: 'cpu', what: 'CPU unknown', change: { othersCpuPercent: null }, met: null },
  { condition: 'cpu', what: 'CPU no number', change: { othersCpuPercent: Number.NaN }, met: null },
];
