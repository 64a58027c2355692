import type { GateConditionName, PowerReading } from '../../../src-shared/machine.ts';
import { durationInWords } from './duration-in-words.ts';
import type { GateLimits } from './gate-limits.ts';
import { within } from './power-reading.ts';

/** Everything the gate looks at, at one moment. Moments ending in `AtMs` are monotonic. */
export interface GateInput extends Pick<
  PowerReading,
  'source' | 'batteryPercent' | 'hasBattery' | 'thermal' | 'speedLimitPercent' | 'userIdleMs'
> {
  /** Unix time, for what the person set by the clock on the wall. */
  nowMs: number;
  monotonicMs: number;
  /** The machine's CPU less our own and Ollama's share. */
  othersCpuPercent: number | null;
  /** Local answers come slower than they should (see ThrottleWatch). */
  heldBack: boolean | null;
  headless: boolean | null;
  /** The last request to the gateway, or the gate's beginning. */
  lastRequestAtMs: number;
  activeRequests: number;
  asleep: boolean;
  /** null: it has not slept since the gate began. */
  resumedAtMs: number | null;
  /** Until a Unix time, or until the person resumes (null). */
  paused: { untilMs: number | null } | null;
}

/** What the gate remembers between two moments, as far as conditions need it. */
export interface GateMemory {
  open: boolean;
  /** Since when the CPU has been under the limit for opening, without a break; monotonic. */
  cpuQuietSinceMs: number | null;
}

export interface Judgement {
  /** null: what is needed to tell is unknown. */
  met: boolean | null;
  value: string | null;
}

export interface ConditionRule {
  name: GateConditionName;
  label: string;
  limit: (limits: GateLimits) => string;
  judge: (input: GateInput, limits: GateLimits, memory: GateMemory) => Judgement;
}

/** The conditions, all of which must hold, in the order in which they are told. */
export const CONDITION_RULES: readonly ConditionRule[] = [
  {
    name: 'awake',
    label: 'Machine',
    limit: () => 'awake',
    judge: ({ asleep }) => ({ met: !asleep, value: asleep ? 'going to sleep' : 'awake' }),
  },
  {
    name: 'not_paused',
    label: 'Pause',
    limit: () => 'none',
    judge: ({ paused, nowMs }) => ({ met: paused === null, value: pauseInWords(paused, nowMs) }),
  },
  {
    name: 'settled',
    label: 'After waking',
    limit: ({ resumeHoldMs }) => `awake for ${durationInWords(resumeHoldMs)}`,
    judge({ resumedAtMs, monotonicMs }, { resumeHoldMs }) {
      if (resumedAtMs === null) return { met: true, value: 'has not slept' };
      const awakeMs = monotonicMs - resumedAtMs;
      return { met: awakeMs >= resumeHoldMs, value: `awake for ${durationInWords(awakeMs)}` };
    },
  },
  {
    name: 'power',
    label: 'Power',
    limit: ({ requireAc }) => (requireAc ? 'on mains' : 'any'),
    judge({ source }, { requireAc }) {
      const value = source === null ? null : source === 'ac' ? 'on mains' : 'on battery';
      return { met: requireAc ? (source === null ? null : source === 'ac') : true, value };
    },
  },
  {
    name: 'battery',
    label: 'Battery',
    limit: ({ batteryPercent }) => `above ${batteryPercent} %`,
    judge({ hasBattery, batteryPercent }, limits) {
      if (hasBattery === false) return { met: true, value: 'none' };
      const percent = within(batteryPercent, 0, 100);
      if (percent === null) return { met: null, value: null };
      return { met: percent > limits.batteryPercent, value: `${roundDown(percent)} %` };
    },
  },
  {
    name: 'heat',
    label: 'Heat',
    limit: () => 'nominal or fair, at full speed',
    judge: judgeHeatCondition,
  },
  {
    name: 'quiet',
    label: 'Requests',
    limit: ({ requestQuietMs }) => `none for ${durationInWords(requestQuietMs)}`,
    judge({ activeRequests, lastRequestAtMs, monotonicMs }, { requestQuietMs }) {
      if (activeRequests > 0) return { met: false, value: `${activeRequests} under way` };
      const quietMs = monotonicMs - lastRequestAtMs;
      return { met: quietMs >= requestQuietMs, value: `none for ${durationInWords(quietMs)}` };
    },
  },
  {
    name: 'user_away',
    label: 'Keyboard and pointer',
    limit: ({ userIdleMs }) => `untouched for ${durationInWords(userIdleMs)}`,
    judge(input, limits) {
      if ((limits.headless ?? input.headless) === true) return { met: true, value: 'nobody sits here' };
      const idleMs = within(input.userIdleMs, 0, Infinity);
      if (idleMs === null) return { met: null, value: null };
      return { met: idleMs >= limits.userIdleMs, value: `untouched for ${durationInWords(idleMs)}` };
    },
  },
  {
    name: 'cpu',
    label: 'CPU of other programs',
    limit: ({ cpuOpenPercent, cpuClosePercent, cpuWindowMs }) =>
      `under ${cpuOpenPercent} % for ${durationInWords(cpuWindowMs)}, then under ${cpuClosePercent} %`,
    judge: judgeCpuCondition,
  },
];

function judgeHeatCondition(input: GateInput, { allowUnknownHeat }: GateLimits): Judgement {
  const { thermal, heldBack } = input;
  const speedLimit = within(input.speedLimitPercent, 0, 100);
  const limited = speedLimit !== null && speedLimit < 100;
  const signs = [
    ...(thermal === null ? [] : [thermal]),
    ...(limited ? [`held to ${roundDown(speedLimit)} % speed`] : []),
    ...(heldBack === true ? ['local models slower than they should be'] : []),
  ];
  const value = signs.length === 0 ? null : signs.join(', ');
  if (limited || heldBack === true || thermal === 'serious' || thermal === 'critical') return { met: false, value };
  if (thermal === null) return { met: allowUnknownHeat ? true : null, value };
  return { met: true, value };
}

function judgeCpuCondition(input: GateInput, limits: GateLimits, memory: GateMemory): Judgement {
  const percent = within(input.othersCpuPercent, 0, 100);
  if (percent === null) return { met: null, value: null };
  const quietMs = memory.cpuQuietSinceMs === null ? null : input.monotonicMs - memory.cpuQuietSinceMs;
  const now = `${percent.toFixed(0)} %`;
  const value = quietMs === null ? now : `${now}, under ${limits.cpuOpenPercent} % for ${durationInWords(quietMs)}`;
  if (memory.open) return { met: percent < limits.cpuClosePercent, value };
  return { met: quietMs !== null && quietMs >= limits.cpuWindowMs, value };
}

function pauseInWords(paused: GateInput['paused'], nowMs: number): string {
  if (paused === null) return 'none';
  return paused.untilMs === null
    ? 'until you resume'
    : `for another ${durationInWords(Math.max(0, paused.untilMs - nowMs))}`;
}

/** 20.6 % must not be told as 21 % where 20 % is the limit. */
function roundDown(percent: number): string {
  return String(Math.floor(percent * 10) / 10);
}
