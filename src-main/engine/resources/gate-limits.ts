import type { Settings } from '../../../src-shared/settings.ts';

/** When the idle gate opens and closes. */
export interface GateLimits {
  cpuOpenPercent: number;
  cpuClosePercent: number;
  cpuWindowMs: number;
  userIdleMs: number;
  requireAc: boolean;
  /** Above it. Machines without a battery pass. */
  batteryPercent: number;
  requestQuietMs: number;
  resumeHoldMs: number;
  /** True: nobody's input is waited for. null: as the machine looks. */
  headless: boolean | null;
  /** A machine that cannot tell its heat (most virtual ones) passes; one that tells it is believed. */
  allowUnknownHeat: boolean;
}

const SECOND_MS = 1_000;

export function toGateLimits(gate: Settings['gate'], { batteryPercent }: { batteryPercent: number }): GateLimits {
  return {
    cpuOpenPercent: gate.cpuOpenPercent,
    cpuClosePercent: gate.cpuClosePercent,
    cpuWindowMs: gate.cpuQuietSeconds * SECOND_MS,
    userIdleMs: gate.userIdleSeconds * SECOND_MS,
    requireAc: gate.requireAc,
    batteryPercent,
    requestQuietMs: gate.requestQuietSeconds * SECOND_MS,
    resumeHoldMs: gate.resumeHoldSeconds * SECOND_MS,
    headless: gate.headless,
    allowUnknownHeat: gate.allowUnknownHeat,
  };
}
