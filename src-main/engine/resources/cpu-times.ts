import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';

/** Cumulative milliseconds over all cores. */
export interface CpuTimes {
  busyMs: number;
  totalMs: number;
}

/** `USER_HZ`, which Linux fixes at 100 for every interface that programs see. */
export const MS_PER_TICK = 10;

/**
 * Linux: the first line of `/proc/stat`. `os.cpus()` would also ask each core for its frequency, which takes
 * milliseconds for each core on some machines. Throws when it cannot be read.
 */
export async function readProcStat(procFolder: string): Promise<CpuTimes> {
  return parseProcStat(await readFile(`${procFolder}/stat`, 'utf8'));
}

/** proc(5): user nice system idle iowait irq softirq steal; guest time is in user already. Throws on anything else. */
export function parseProcStat(text: string): CpuTimes {
  const fields = /^cpu +(\d[\d ]*)$/m.exec(text)?.[1]?.trim().split(' ').slice(0, 8).map(Number) ?? [];
  const [, , , idle, wait] = fields;
  if (idle === undefined || wait === undefined) throw new Error('/proc/stat has no line for the processor');
  const total = fields.reduce((sum, ticks) => sum + ticks, 0);
  return { busyMs: (total - idle - wait) * MS_PER_TICK, totalMs: total * MS_PER_TICK };
}

/** Everywhere else. */
export function readOsCpus(): CpuTimes {
  let [busyMs, totalMs] = [0, 0];
  for (const { times } of cpus()) {
    busyMs += times.user + times.nice + times.sys + times.irq;
    totalMs += times.user + times.nice + times.sys + times.irq + times.idle;
  }
  return { busyMs, totalMs };
}
