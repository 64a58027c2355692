import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { promisify } from 'node:util';
import type { ResourceSnapshot } from '../../../src-shared/machine.ts';
import { within } from './power-reading.ts';
import type { Sensor } from './sensor.ts';

type Memory = ResourceSnapshot['memory'];

export const UNKNOWN_MEMORY: Memory = { totalBytes: null, availableBytes: null, ownBytes: null };
const run = promisify(execFile);

/** What programs may still ask for without others being swapped out; throws when it cannot be read. */
export type AvailableMemory = () => number | Promise<number>;

/** Memory of the machine and of this process, in bytes. A number that is none counts as unknown. */
export function createMemorySensor(readers: {
  everyMs: number;
  totalBytes: () => number;
  availableBytes: AvailableMemory;
  ownBytes: () => number;
}): Sensor<Memory> {
  return {
    name: 'memory',
    everyMs: readers.everyMs,
    read: async () => ({
      totalBytes: within(readers.totalBytes(), 0, Infinity),
      availableBytes: within(await readers.availableBytes(), 0, Infinity),
      ownBytes: within(readers.ownBytes(), 0, Infinity),
    }),
    inspect: (value) => (value.totalBytes === null || value.availableBytes === null ? 'garbled' : 'ok'),
  };
}

/** How each system tells what is available: "free" alone leaves out caches that are given back at once. */
export function availableMemoryOf(platform: string, procFolder: string): AvailableMemory {
  if (platform === 'linux') return async () => parseMemAvailable(await readFile(`${procFolder}/meminfo`, 'utf8'));
  if (platform === 'darwin') return async () => parseVmStat((await run('/usr/bin/vm_stat')).stdout);
  return freemem;
}

export const totalMemory: () => number = totalmem;

/** proc_meminfo(5): `MemAvailable` in KiB. */
export function parseMemAvailable(text: string): number {
  return Number(/^MemAvailable: +(\d+) kB$/m.exec(text)?.[1] ?? Number.NaN) * 1024;
}

/** vm_stat(1): free, speculative and inactive pages can be had at once. */
export function parseVmStat(text: string): number {
  const pageBytes = Number(/page size of (\d+) bytes/.exec(text)?.[1] ?? Number.NaN);
  const pages = (name: string) => Number(new RegExp(`^Pages ${name}: +(\\d+)\\.`, 'm').exec(text)?.[1] ?? Number.NaN);
  return (pages('free') + pages('inactive') + pages('speculative')) * pageBytes;
}
