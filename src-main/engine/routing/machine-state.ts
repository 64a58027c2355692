/** The machine as the decision sees it; the same object until the next sample. `null`: unknown. */
export interface MachineState {
  /** null: unknown counts as mains here (it never opens the idle gate, which has its own rules). */
  onBattery: boolean | null;
  batteryPercent: number | null;
  thermal: 'nominal' | 'fair' | 'serious' | 'critical' | null;
  /** Below 100: the processor is held back. */
  speedLimitPercent: number | null;
  /** Percent of all cores. */
  cpuPercent: number | null;
  memoryFreeBytes: number | null;
  memoryTotalBytes: number | null;
  /** Free memory of the graphics card; null where there is none or it cannot be read. */
  gpuMemoryFreeBytes: number | null;
  gpuMemoryTotalBytes: number | null;
  /** False: no network; the cloud track is closed. */
  online: boolean | null;
}

/** Nothing is known of the machine. */
export const UNKNOWN_MACHINE: MachineState = {
  onBattery: null,
  batteryPercent: null,
  thermal: null,
  speedLimitPercent: null,
  cpuPercent: null,
  memoryFreeBytes: null,
  memoryTotalBytes: null,
  gpuMemoryFreeBytes: null,
  gpuMemoryTotalBytes: null,
  online: null,
};
