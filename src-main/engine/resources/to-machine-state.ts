import type { GpuReading, ResourceSnapshot } from '../../../src-shared/machine.ts';
import type { MachineState } from '../routing/machine-state.ts';

/** A sample as decisions want it. */
export function toMachineState(snapshot: ResourceSnapshot): MachineState {
  const { power, cpu, memory, gpus } = snapshot;
  const gpuMemoryTotalBytes = sumOf(gpus, (gpu) => gpu.memoryTotalBytes);
  const gpuMemoryUsedBytes = sumOf(gpus, (gpu) => gpu.memoryUsedBytes);
  return {
    onBattery: power.source === null ? null : power.source === 'battery',
    batteryPercent: power.batteryPercent,
    thermal: power.thermal,
    speedLimitPercent: power.speedLimitPercent,
    cpuPercent: cpu.machinePercent,
    memoryFreeBytes: memory.availableBytes,
    memoryTotalBytes: memory.totalBytes,
    gpuMemoryFreeBytes:
      gpuMemoryTotalBytes === null || gpuMemoryUsedBytes === null ? null : gpuMemoryTotalBytes - gpuMemoryUsedBytes,
    gpuMemoryTotalBytes,
    online: power.online,
  };
}

/** Models are spread over all cards; one that does not tell spoils the sum. */
function sumOf(gpus: readonly GpuReading[] | null, memory: (gpu: GpuReading) => number | null): number | null {
  if (gpus === null || gpus.length === 0) return null;
  let sum = 0;
  for (const gpu of gpus) {
    const bytes = memory(gpu);
    if (bytes === null) return null;
    sum += bytes;
  }
  return sum;
}
