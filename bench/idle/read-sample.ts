import { readdirSync, readFileSync } from 'node:fs';
import { readCpuUs, readRssBytes } from '../gateway/process-usage.ts';
import type { IdleSample } from './figures.ts';

/** One look at a process of Linux, through /proc. Throws when it is gone. */
export function readSample(pid: number): IdleSample {
  const threads = readdirSync(`/proc/${pid}/task`);
  return {
    atMs: performance.now(),
    cpuUs: readCpuUs(pid),
    rssBytes: readRssBytes(pid),
    loopWakeups: readWakeups(pid, String(pid)),
    wakeups: threads.reduce((sum, thread) => sum + readWakeups(pid, thread), 0),
  };
}

/** Voluntary context switches so far, from proc_pid_status(5). */
function readWakeups(pid: number, thread: string): number {
  const text = readFileSync(`/proc/${pid}/task/${thread}/status`, 'latin1');
  return Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(text)?.[1] ?? 0);
}
