import { openSync, readSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/**
 * Preloaded into a gateway (`--import`): how long did its event loop stand still by its own doing? Between two runs of
 * a timer it takes the time that the loop did not spend waiting for events, less the time for which the main thread was
 * ready but got no CPU; at least the CPU time that it used. A late timer alone would mostly show the machine: other
 * processes, and virtual CPUs that come back late. At each SIGUSR2 the longest such time since the last one is written
 * to BENCH_LOOP_FILE, in milliseconds.
 */
const INTERVAL_MS = 2;
const file = process.env.BENCH_LOOP_FILE ?? '';
const schedule = openSchedule();
const buffer = Buffer.alloc(64);

interface Reading {
  activeMs: number;
  cpuMs: number;
  waitedMs: number;
}

let last = readNow();
let longestMs = 0;

/** Of the main thread, on Linux; null elsewhere, where the active time alone has to do. */
function openSchedule(): number | null {
  try {
    return openSync('/proc/self/schedstat', 'r');
  } catch {
    return null;
  }
}

function readNow(): Reading {
  const activeMs = performance.eventLoopUtilization().active;
  if (schedule === null) return { activeMs, cpuMs: 0, waitedMs: 0 };
  const length = readSync(schedule, buffer, 0, buffer.length, 0);
  const [cpuNs, waitedNs] = buffer.toString('latin1', 0, length).split(' ').map(Number);
  return { activeMs, cpuMs: (cpuNs ?? 0) / 1e6, waitedMs: (waitedNs ?? 0) / 1e6 };
}

function look(): void {
  const now = readNow();
  const blockedMs = now.activeMs - last.activeMs - (now.waitedMs - last.waitedMs);
  longestMs = Math.max(longestMs, blockedMs, now.cpuMs - last.cpuMs);
  last = now;
}

setInterval(look, INTERVAL_MS).unref();
process.on('SIGUSR2', () => {
  look();
  writeFileSync(file, String(longestMs));
  // The write, perhaps to a busy disk, is the probe's own block.
  look();
  longestMs = 0;
});
