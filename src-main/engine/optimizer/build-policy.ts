import type { Settings } from '../../../src-shared/settings.ts';
import type { Preferences, Strategy } from '../../../src-shared/strategy.ts';
import type { DecisionPolicy } from '../routing/decision.ts';
import type { MachineState } from '../routing/machine-state.ts';

const MEGABYTE = 1024 * 1024;
const NANO_USD = 1e9;
/** What `auto` means: weights beyond this share of the memory would push everything else out. */
const AUTO_SHARE = 0.6;

/** Settings, adapted preferences and what the machine has, as the decision reads them. */
export function buildPolicy(parts: {
  settings: Settings;
  actsAs: Exclude<Strategy, 'adaptive'>;
  preferences: Preferences;
  pressureFactor: number;
  machine: MachineState;
}): DecisionPolicy {
  const { settings, machine } = parts;
  const { optimizer, constraints, models } = settings;
  const cap = constraints.maxCostPerRequestUsd;
  return {
    strategy: optimizer.strategy,
    actsAs: parts.actsAs,
    preferences: parts.preferences,
    preferredLocal: models.preferredLocal,
    preferredCloud: models.preferredCloud,
    localOnly: settings.privacy.localOnly,
    constraints: {
      memoryBytes: bytesOf(constraints.memoryMb, machine.memoryTotalBytes),
      gpuMemoryBytes: bytesOf(constraints.gpuMemoryMb, machine.gpuMemoryTotalBytes),
      cpuPercent: constraints.cpuPercent,
      targetLatencyMs: constraints.targetLatencyMs,
      maxCostPerRequestNanoUsd: cap === null ? null : Math.round(cap * NANO_USD),
      batteryPercent: constraints.batteryPercent,
    },
    tariffUsdPerKwh: settings.power.tariffUsdPerKwh,
    hedging: optimizer.hedging,
    cascade: optimizer.cascade,
    bridging: optimizer.bridging,
    timeouts: settings.timeouts,
    pressureFactor: parts.pressureFactor,
  };
}

function bytesOf(megabytes: number | 'auto', totalBytes: number | null): number | null {
  if (megabytes !== 'auto') return megabytes * MEGABYTE;
  return totalBytes === null ? null : totalBytes * AUTO_SHARE;
}
