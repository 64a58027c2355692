import type { AdaptationEvidence } from './adaptation-evidence.ts';

/** What may be the matter. */
export const CONDITION_NAMES = [
  'battery_low',
  'hot',
  'on_battery',
  'strained',
  'spending_far_ahead',
  'spending_ahead',
  'latency_missed',
  'quality_low',
  'local_faster',
  'cloud_faster',
] as const;
export type AdaptationCondition = (typeof CONDITION_NAMES)[number];

interface ConditionRule {
  /** A number that is compared with `on` and `off`; null: unknown, which counts as not the case. */
  measure: (evidence: AdaptationEvidence) => number | null;
  /** It is the case after `reads` readings in a row of at least this… */
  on: number;
  /** …and no longer after as many below this. Between the two nothing changes. */
  off: number;
  reads: number;
  /** Judged by requests: without enough of them it stays as it was. */
  byTraffic: boolean;
  /** With the figures, for people. */
  say: (evidence: AdaptationEvidence) => string;
}

/** Memory in use beyond this share of what there is counts as too much. */
const MOST_MEMORY = 0.95;
const HELD_BACK_PERCENT = 90;

/** When something is the matter, and when it is over. */
export const CONDITIONS: Readonly<Record<AdaptationCondition, ConditionRule>> = {
  battery_low: {
    measure: ({ onBattery, batteryPercent, batteryLimitPercent }) =>
      onBattery !== true || batteryPercent === null ? null : batteryLimitPercent - batteryPercent,
    on: 0,
    off: -3,
    reads: 1,
    byTraffic: false,
    say: ({ batteryPercent, batteryLimitPercent }) =>
      `battery at ${batteryPercent ?? '?'} % (limit ${batteryLimitPercent} %)`,
  },
  hot: {
    measure: ({ thermal, speedLimitPercent }) => {
      if (thermal === null && speedLimitPercent === null) return null;
      return thermal === 'serious' || thermal === 'critical' || (speedLimitPercent ?? 100) < HELD_BACK_PERCENT ? 1 : 0;
    },
    on: 1,
    off: 1,
    reads: 2,
    byTraffic: false,
    say: ({ thermal, speedLimitPercent }) =>
      thermal === 'serious' || thermal === 'critical'
        ? `heat is ${thermal}`
        : `the processor is held back to ${speedLimitPercent ?? '?'} %`,
  },
  on_battery: {
    measure: ({ onBattery }) => (onBattery === null ? null : Number(onBattery)),
    on: 1,
    off: 1,
    reads: 1,
    byTraffic: false,
    say: () => 'on battery',
  },
  strained: {
    measure: ({ cpuPercent, cpuLimitPercent, memoryUsedShare }) =>
      cpuPercent === null && memoryUsedShare === null
        ? null
        : Math.max((cpuPercent ?? 0) / Math.max(1, cpuLimitPercent), (memoryUsedShare ?? 0) / MOST_MEMORY),
    on: 1,
    off: 0.85,
    reads: 3,
    byTraffic: false,
    say: ({ cpuPercent, cpuLimitPercent, memoryUsedShare }) =>
      (cpuPercent ?? 0) >= cpuLimitPercent
        ? `processor at ${percent((cpuPercent ?? 0) / 100)} (limit ${cpuLimitPercent} %)`
        : `memory ${percent(memoryUsedShare ?? 0)} full`,
  },
  // A tenth ahead is one dear afternoon, and leaning to the local track makes up for it. A third ahead is another matter.
  spending_far_ahead: {
    measure: ({ budgetPace }) => budgetPace,
    on: 1.3,
    off: 1.1,
    reads: 3,
    byTraffic: false,
    say: sayPace,
  },
  spending_ahead: {
    measure: ({ budgetPace }) => budgetPace,
    on: 1.1,
    off: 1,
    reads: 3,
    byTraffic: false,
    say: sayPace,
  },
  latency_missed: {
    measure: ({ firstTokenP95Ms, targetLatencyMs }) => shareOf(firstTokenP95Ms, targetLatencyMs),
    on: 1.1,
    off: 0.9,
    reads: 3,
    byTraffic: true,
    say: ({ firstTokenP95Ms, targetLatencyMs }) =>
      `95 of 100 first tokens within ${seconds(firstTokenP95Ms)} (wanted ${seconds(targetLatencyMs)})`,
  },
  quality_low: {
    measure: ({ quality, wantedQuality }) => (quality === null ? null : wantedQuality - quality),
    on: 0.03,
    off: 0,
    reads: 3,
    byTraffic: true,
    say: ({ quality, wantedQuality }) => `quality ${(quality ?? 0).toFixed(2)} (wanted ${wantedQuality.toFixed(2)})`,
  },
  local_faster: {
    measure: ({ localFirstTokenMs, cloudFirstTokenMs }) => shareOf(cloudFirstTokenMs, localFirstTokenMs),
    on: 1.3,
    off: 1.1,
    reads: 3,
    byTraffic: true,
    say: compareTracks,
  },
  cloud_faster: {
    measure: ({ localFirstTokenMs, cloudFirstTokenMs }) => shareOf(localFirstTokenMs, cloudFirstTokenMs),
    on: 1.3,
    off: 1.1,
    reads: 3,
    byTraffic: true,
    say: compareTracks,
  },
};

function sayPace({ budgetPace }: AdaptationEvidence): string {
  return `spending at ${percent(budgetPace ?? 0)} of the budget's pace`;
}

function shareOf(value: number | null, of: number | null): number | null {
  return value === null || of === null ? null : value / Math.max(1, of);
}

function compareTracks({ localFirstTokenMs, cloudFirstTokenMs }: AdaptationEvidence): string {
  return `first token after ${seconds(localFirstTokenMs)} locally and ${seconds(cloudFirstTokenMs)} in the cloud`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function seconds(ms: number | null): string {
  return ms === null ? '?' : `${(ms / 1_000).toFixed(ms < 1_000 ? 2 : 1)} s`;
}
