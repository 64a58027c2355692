import type { Settings } from '../../../src-shared/settings.ts';
import type { MachineState } from '../routing/machine-state.ts';
import type { GroupMetrics } from './metrics-collector-group.ts';
import type { MetricsView } from './metrics-collector.ts';

/** What adaptation goes by, read from around it. */
export interface AdaptationReading {
  metrics: MetricsView;
  machine: MachineState;
  /** Money spent over what the budget's even pace allows; 1: on pace; null: no budget. */
  budgetPace: number | null;
}

/** The same as plain numbers beside their limits. `null`: unknown, and then nothing is concluded from it. */
export interface AdaptationEvidence {
  /** In the window that the figures are of. */
  requests: number;
  firstTokenP95Ms: number | null;
  targetLatencyMs: number;
  /** Medians, where a track has answered often enough to be compared. */
  localFirstTokenMs: number | null;
  cloudFirstTokenMs: number | null;
  quality: number | null;
  /** The person's own threshold, not the adapted one: else raising it would prove itself right. */
  wantedQuality: number;
  budgetPace: number | null;
  onBattery: boolean | null;
  batteryPercent: number | null;
  batteryLimitPercent: number;
  thermal: MachineState['thermal'];
  speedLimitPercent: number | null;
  cpuPercent: number | null;
  cpuLimitPercent: number;
  /** 0 to 1 of the main memory. */
  memoryUsedShare: number | null;
}

/** With fewer requests in a window nothing is concluded from them. */
export const LEAST_REQUESTS = 20;
const LEAST_TO_COMPARE = 5;

export function toAdaptationEvidence(reading: AdaptationReading, settings: Settings): AdaptationEvidence {
  const { machine, budgetPace } = reading;
  const { constraints, optimizer } = settings;
  const window = windowOf(reading.metrics);
  const quality = window?.total.quality ?? null;
  return {
    requests: window?.total.requests ?? 0,
    firstTokenP95Ms: window?.total.firstTokenMs?.p95 ?? null,
    targetLatencyMs: constraints.targetLatencyMs,
    localFirstTokenMs: medianOf(window?.tracks.local),
    cloudFirstTokenMs: medianOf(window?.tracks.cloud),
    quality: quality !== null && quality.count >= LEAST_TO_COMPARE ? quality.mean : null,
    wantedQuality: optimizer.preferences.qualityThreshold,
    budgetPace,
    onBattery: machine.onBattery,
    batteryPercent: machine.batteryPercent,
    batteryLimitPercent: constraints.batteryPercent,
    thermal: machine.thermal,
    speedLimitPercent: machine.speedLimitPercent,
    cpuPercent: machine.cpuPercent,
    cpuLimitPercent: constraints.cpuPercent,
    memoryUsedShare: usedShare(machine),
  };
}

/**
 * The shortest window with enough requests: a batch fills five minutes, one person's questions hardly ever do. The
 * shortest of all where none has enough.
 */
function windowOf({ windows }: MetricsView): MetricsView['windows'][number] | undefined {
  return windows.find(({ total }) => total.requests >= LEAST_REQUESTS) ?? windows[0];
}

function medianOf(group: GroupMetrics | undefined): number | null {
  const times = group?.firstTokenMs ?? null;
  return times !== null && times.count >= LEAST_TO_COMPARE ? times.p50 : null;
}

function usedShare({ memoryFreeBytes, memoryTotalBytes }: MachineState): number | null {
  if (memoryFreeBytes === null || memoryTotalBytes === null || memoryTotalBytes === 0) return null;
  return 1 - memoryFreeBytes / memoryTotalBytes;
}
