import { openSync, readSync, writeFileSync } from 'node:fs';

/**
 * Preloaded into a gateway (`--import`): how long did its event loop stand still by its own doing? A timer notes the
 * time between its runs and takes off the time for which the main thread was ready but got no CPU (second field of
 * /proc/self/schedstat, Linux), because that is the machine's doing. At each SIGUSR2 the longest time since the last
 * one is written to BENCH_LOOP_FILE as milliseconds; it includes the timer's own interval of 2 ms.
 */
const INTERVAL_MS = 2;
const file = process.env.BENCH_LOOP_FILE ?? '';
const schedule = openSchedule();
const buffer = Buffer.alloc(64);

let lastMs = performance.now();
let lastWaitedMs = readWaitedMs();
let longestMs = 0;

function openSchedule(): number | null {
  try {
    return openSync('/proc/self/schedstat', 'r');
  } catch {
    return null;
  }
}

function readWaitedMs(): number {
  if (schedule === null) return 0;
  const length = readSync(schedule, buffer, 0, buffer.length, 0);
  return Number(buffer.toString('latin1', 0, length).split(' ')[1]) / 1e6;
}

function look(): void {
  const nowMs = performance.now();
  const waitedMs = readWaitedMs();
  longestMs = Math.max(longestMs, nowMs - lastMs - (waitedMs - lastWaitedMs));
  lastMs = nowMs;
  lastWaitedMs = waitedMs;
}

setInterval(look, INTERVAL_MS).unref();
process.on('SIGUSR2', () => {
  look();
  writeFileSync(file, String(longestMs));
  // The write, perhaps to a busy disk, is the probe's own block.
  look();
  longestMs = 0;
});
