import { readdirSync, readFileSync } from 'node:fs';

/** Linux's USER_HZ, the unit of utime and stime in /proc/PID/stat; 100 for programs on every common architecture. */
const MICROSECONDS_PER_TICK = 10_000;

/** Can CPU time and memory of other processes be read here? */
export const CAN_MEASURE_PROCESSES = process.platform === 'linux';

/**
 * User and system time in microseconds so far of a process, all its threads and all its living descendants. From the
 * scheduler's own account (nanoseconds) where the kernel keeps one, else from the same sum in ticks of 10 ms.
 */
export function readCpuUs(pid: number): number {
  return familyOf(pid).reduce((sum, member) => sum + (readScheduledUs(member.pid) || member.cpuUs), 0);
}

/** Resident memory (VmRSS) in bytes of a process and all its living descendants. */
export function readRssBytes(pid: number): number {
  return familyOf(pid).reduce((sum, member) => {
    const kibibytes = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${member.pid}/status`))?.[1];
    return sum + Number(kibibytes ?? 0) * 1024;
  }, 0);
}

/** Time on a CPU of all living threads; 0 where the kernel does not tell. */
function readScheduledUs(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  return list(tasks).reduce((sum, thread) => {
    const [nanoseconds] = read(`${tasks}/${thread}/schedstat`).split(' ');
    return sum + Number(nanoseconds ?? 0) / 1000;
  }, 0);
}

interface ProcessStat {
  pid: number;
  parent: number;
  cpuUs: number;
}

function familyOf(pid: number): ProcessStat[] {
  const all = list('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)));
  const family = all.filter((stat) => stat.pid === pid);
  for (const member of family) family.push(...all.filter((stat) => stat.parent === member.pid));
  return family;
}

/** Empty when the process is gone. Fields as in proc_pid_stat(5), counted after the name, which may hold anything. */
function readStat(pid: number): ProcessStat[] {
  const text = read(`/proc/${pid}/stat`);
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [parent, userTicks, systemTicks] = [fields[1], fields[11], fields[12]].map(Number);
  if (parent === undefined || userTicks === undefined || systemTicks === undefined || text === '') return [];
  return [{ pid, parent, cpuUs: (userTicks + systemTicks) * MICROSECONDS_PER_TICK }];
}

/** Empty when the process or thread is gone, or the file is not there. */
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
