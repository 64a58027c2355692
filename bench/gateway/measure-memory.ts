import { setTimeout as delay } from 'node:timers/promises';
import type { Contestant } from './contestants/contestant.ts';
import type { LoadDriver } from './load-driver.ts';
import type { Plan } from './plan.ts';
import { readCpuUs, readRssBytes } from './process-usage.ts';
import { medianOf } from './quantiles.ts';

export interface IdleFigures {
  idleBytes: number;
  /** CPU time of the idle process, microseconds in a second. */
  idleCpuUsPerSecond: number;
}

export interface MemoryFigures extends IdleFigures {
  /** After `earlyRequests` and `lateRequests`. */
  earlyBytes: number;
  lateBytes: number;
  earlyRequests: number;
  lateRequests: number;
}

/** Memory is read this often on the way, and the last readings count together: a heap goes up and down. */
const LEGS = 10;
const READINGS = 3;

/** Resident memory of one contestant under its own plain requests. */
export async function measureLoaded(options: {
  load: LoadDriver;
  contestant: Contestant;
  pid: number;
  plan: Plan;
}): Promise<Omit<MemoryFigures, keyof IdleFigures>> {
  const { plan } = options;
  const deadlineMs = performance.now() + plan.memoryLimitMs;
  const early = await runLegs({ ...options, requests: plan.memoryRequests.early, deadlineMs });
  const rest = plan.memoryRequests.late - plan.memoryRequests.early;
  const late = await runLegs({ ...options, requests: rest, deadlineMs });
  return {
    earlyBytes: early.bytes,
    lateBytes: late.bytes,
    earlyRequests: early.requests,
    lateRequests: early.requests + late.requests,
  };
}

/** Of a process that nobody has asked yet. */
export async function measureIdle(pid: number, forMs: number): Promise<IdleFigures> {
  const [cpuUs, startedMs] = [readCpuUs(pid), performance.now()];
  await delay(forMs);
  const seconds = (performance.now() - startedMs) / 1000;
  return { idleBytes: readRssBytes(pid), idleCpuUsPerSecond: (readCpuUs(pid) - cpuUs) / seconds };
}

async function runLegs(options: {
  load: LoadDriver;
  contestant: Contestant;
  pid: number;
  requests: number;
  deadlineMs: number;
}): Promise<{ bytes: number; requests: number }> {
  const { load, contestant, pid, deadlineMs } = options;
  const maxRequests = Math.ceil(options.requests / LEGS);
  const readings: number[] = [];
  let requests = 0;
  while (requests < options.requests && (readings.length === 0 || performance.now() < deadlineMs)) {
    requests += (await load.run(contestant, { maxRequests })).requests;
    readings.push(readRssBytes(pid));
  }
  return { bytes: medianOf(readings.slice(-READINGS)), requests };
}
