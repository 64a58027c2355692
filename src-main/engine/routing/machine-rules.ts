import type { DecisionInput } from './decision.ts';
import type { Endpoint } from './endpoint.ts';
import type { MachineState } from './machine-state.ts';

const GB = 1e9;
/** About 4 billion weights at 4 bits: what a laptop runs without its fan. */
const LIGHT_BYTES = 2.5 * GB;
/** About 14 billion weights at 4 bits: minutes of full load for an answer. */
const HEAVY_BYTES = 8 * GB;
/** Below it the processor is as good as overheated, whatever the sensor says. */
const HELD_BACK_PERCENT = 50;

/**
 * Why the machine should not run a local model now, in words; null when nothing known speaks against it. Of unknown
 * size, charge, heat or memory nothing is held to be wrong.
 */
export function whyTooMuch(endpoint: Endpoint, { machine, policy }: DecisionInput): string | null {
  if (endpoint.track !== 'local' || endpoint.sizeBytes === null) return null;
  const size = endpoint.sizeBytes;
  const limit = sizeLimitOf(machine, policy.constraints.batteryPercent);
  if (limit !== null && size > limit.bytes) return `${limit.why}; too heavy with ${gigabytes(size)}`;
  if (endpoint.loaded === true) return null;
  const free = freeBytes(machine);
  return free !== null && size > free ? `needs ${gigabytes(size)} of memory, ${gigabytes(free)} are free` : null;
}

/** In critical heat even a person's only model has to wait, unless it is light. */
export function isCritical({ thermal }: MachineState): boolean {
  return thermal === 'critical';
}

function sizeLimitOf(machine: MachineState, batteryPercent: number): { bytes: number; why: string } | null {
  if (isCritical(machine)) return { bytes: LIGHT_BYTES, why: 'the machine is overheating' };
  if (isBatteryLow(machine, batteryPercent)) {
    return { bytes: LIGHT_BYTES, why: `battery at ${Math.round(machine.batteryPercent ?? 0)} %` };
  }
  if (machine.thermal === 'serious') return { bytes: HEAVY_BYTES, why: 'the machine is hot' };
  const { speedLimitPercent: speed } = machine;
  if (speed !== null && speed < HELD_BACK_PERCENT) return { bytes: HEAVY_BYTES, why: 'the processor is held back' };
  return null;
}

function isBatteryLow({ onBattery, batteryPercent }: MachineState, threshold: number): boolean {
  return onBattery === true && batteryPercent !== null && batteryPercent < threshold;
}

/** Main memory and that of the graphics card together: a model may be split between them. null: neither is known. */
function freeBytes({ memoryFreeBytes, gpuMemoryFreeBytes }: MachineState): number | null {
  if (memoryFreeBytes === null) return null;
  return memoryFreeBytes + (gpuMemoryFreeBytes ?? 0);
}

function gigabytes(bytes: number): string {
  return `${(bytes / GB).toFixed(1)} GB`;
}
