import { memoryUsage, cpuUsage } from 'node:process';
import type { Clock, Log, PowerSource } from '../ports.ts';
import { createCpuSensor } from './cpu-sensor.ts';
import { readOsCpus, readProcStat } from './cpu-times.ts';
import { createGpuReader, createGpuSensor } from './gpu-sensor.ts';
import { createHeadlessSensor } from './headless-sensor.ts';
import { createLibraryPower } from './library-power.ts';
import { loadSystemInformation } from './load-system-information.ts';
import { availableMemoryOf, createMemorySensor, totalMemory } from './memory-sensor.ts';
import { createNetworkSensor, networkReadersOf } from './network-sensor.ts';
import { createOllamaCpu } from './ollama-cpu.ts';
import type { MachineSensors } from './sensor-board.ts';
import { createSysfsPower } from './sysfs-power.ts';

export interface MachineOptions {
  clock: Clock;
  log: Log;
  /** `process.platform`. */
  platform: string;
  environment: Readonly<Record<string, string | undefined>>;
  /** Elsewhere in tests. */
  procFolder?: string;
  sysRoot?: string;
}

/** macOS starts a process to tell its memory, Windows three to tell its battery. */
const MEMORY_EVERY_MS = { darwin: 15_000, other: 0 };
const BATTERY_EVERY_MS = { darwin: 60_000, other: 300_000 };

/** The sensors of this machine. */
export function createMachineSensors(options: MachineOptions): MachineSensors {
  const { clock, platform, environment, procFolder = '/proc', sysRoot = '/sys' } = options;
  const linux = platform === 'linux';
  return {
    cpu: createCpuSensor({
      machine: linux ? () => readProcStat(procFolder) : readOsCpus,
      ownMs: () => {
        const { user, system } = cpuUsage();
        return (user + system) / 1_000;
      },
      ollamaMs: linux ? createOllamaCpu({ procFolder, clock }) : () => Promise.resolve(null),
    }),
    memory: createMemorySensor({
      everyMs: platform === 'darwin' ? MEMORY_EVERY_MS.darwin : MEMORY_EVERY_MS.other,
      totalBytes: totalMemory,
      availableBytes: availableMemoryOf(platform, procFolder),
      ownBytes: () => memoryUsage.rss(),
    }),
    gpus: createGpuSensor({ platform, read: createGpuReader({ platform, sysRoot }) }),
    network: createNetworkSensor(networkReadersOf({ platform, procFolder, sysRoot })),
    headless: createHeadlessSensor({
      platform,
      environment,
      sessionsFolder: '/run/systemd/sessions',
      displaysFolder: '/tmp/.X11-unix',
    }),
  };
}

/**
 * The power sources of this machine, best first; `shell` is the desktop shell's, where there is one. On Linux the files
 * come first: Electron says "on mains" there whatever is true.
 */
export function createMachinePower(options: MachineOptions & { shell?: PowerSource }): PowerSource[] {
  const { clock, log, platform, sysRoot = '/sys' } = options;
  const shell = options.shell === undefined ? [] : [options.shell];
  if (platform === 'linux') return [createSysfsPower({ root: sysRoot }), ...shell];
  const darwin = platform === 'darwin';
  const everyMs = darwin ? BATTERY_EVERY_MS.darwin : BATTERY_EVERY_MS.other;
  return [...shell, createLibraryPower({ clock, log, load: loadSystemInformation, everyMs, believeCharger: darwin })];
}
