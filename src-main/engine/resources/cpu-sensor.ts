import type { ResourceSnapshot } from '../../../src-shared/machine.ts';
import type { CpuTimes } from './cpu-times.ts';
import { within } from './power-reading.ts';
import type { Sensor } from './sensor.ts';

type CpuShares = ResourceSnapshot['cpu'];

export interface CpuReaders {
  /** Cumulative, over all cores. */
  machine: () => CpuTimes | Promise<CpuTimes>;
  /** Cumulative CPU time of this process, in milliseconds. */
  ownMs: () => number;
  /** CPU time of Ollama's processes since the call before, in milliseconds; null, or a rejection: cannot be known. */
  ollamaMs: () => Promise<number | null>;
}

/** Over a shorter time the kernel's ticks of 10 ms say nothing: the shares before are told again. */
const SHORTEST_MS = 200;
export const UNKNOWN_CPU: CpuShares = {
  machinePercent: null,
  ownPercent: null,
  ollamaPercent: null,
  othersPercent: null,
};

interface Reading {
  machine: CpuTimes;
  ownMs: number;
}

/**
 * Shares of the whole machine between two readings, in percent. Both sides of each division come from the processor's
 * own count of time, so neither wall clock nor sleep can bend them. Unknown with the first reading.
 */
export function createCpuSensor(readers: CpuReaders): Sensor<CpuShares> {
  let before: Reading | null = null;
  let shares = UNKNOWN_CPU;
  return {
    name: 'processor',
    everyMs: 0,
    async read() {
      const machine = await readers.machine();
      if (!Number.isFinite(machine.totalMs) || !Number.isFinite(machine.busyMs)) {
        [before, shares] = [null, UNKNOWN_CPU];
        throw new Error('it gave a number that is none');
      }
      const elapsedMs = machine.totalMs - (before?.machine.totalMs ?? machine.totalMs);
      // Counters that run backwards were begun anew (a container moved, a core came back).
      if (before !== null && elapsedMs >= 0 && elapsedMs < SHORTEST_MS) return shares;
      const now = { machine, ownMs: readers.ownMs() };
      const ollamaMs = await readers.ollamaMs().catch(() => null);
      shares = before === null || elapsedMs < 0 ? UNKNOWN_CPU : sharesBetween({ before, now, elapsedMs, ollamaMs });
      before = now;
      return shares;
    },
    inspect: (value) => (value.machinePercent === null ? 'empty' : 'ok'),
    reset() {
      before = null;
      shares = UNKNOWN_CPU;
    },
  };
}

function sharesBetween(span: { before: Reading; now: Reading; elapsedMs: number; ollamaMs: number | null }): CpuShares {
  const { before, now, elapsedMs, ollamaMs } = span;
  const percent = (ms: number) => within(Math.min(100, Math.max(0, (100 * ms) / elapsedMs)), 0, 100);
  const machinePercent = percent(now.machine.busyMs - before.machine.busyMs);
  const ownPercent = percent(now.ownMs - before.ownMs);
  const ollamaPercent = ollamaMs === null ? null : percent(ollamaMs);
  // Where Ollama's share cannot be known it counts as other people's: that errs on the careful side.
  const ours = (ownPercent ?? 0) + (ollamaPercent ?? 0);
  const othersPercent = machinePercent === null ? null : Math.max(0, machinePercent - ours);
  return { machinePercent, ownPercent, ollamaPercent, othersPercent };
}
