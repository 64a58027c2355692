import { toDemand, type Demand } from '../simulation/demand.ts';
import type { DisturbedFigures } from './disturb/measure-disturbed.ts';
import type { LatencyFigures } from './measure-latency.ts';
import type { PreemptionFigures } from './measure-preemption.ts';
import type { ClosedFigures, WorkingFigures } from './measure-resources.ts';
import type { ShadowFigures } from './measure-shadow.ts';

const MOST_PREEMPTION_MS = 1_000;
const MOST_ADDED_MS = 50;
const LEAST_COVERAGE = 0.9;
const MOST_CLOSED_CPU_PERCENT = 0.1;

export function judgeNight({ twice }: { twice: number }): Demand[] {
  return [toDemand({ demand: 'night: units that counted twice', value: twice, limit: 0 })];
}

export function judgePreemption({ bothMs, leftLoaded }: PreemptionFigures): Demand[] {
  return [
    toDemand({
      demand: 'pre-emption: call broken off and unit ended, p99, ms',
      value: bothMs.p99,
      limit: MOST_PREEMPTION_MS,
    }),
    toDemand({ demand: 'pre-emption: models left in memory', value: leftLoaded, limit: 0 }),
  ];
}

export function judgeLatency({ addedMs }: LatencyFigures): Demand[] {
  return [
    toDemand({ demand: 'latency: first token later by a job, median, ms', value: addedMs, limit: MOST_ADDED_MS }),
  ];
}

export function judgeResources({ working, closed }: { working: WorkingFigures; closed: ClosedFigures }): Demand[] {
  const { limits } = working;
  return [
    toDemand({ demand: 'jobs at work: CPU, % of the machine', value: working.cpuPercent, limit: limits.cpuPercent }),
    toDemand({ demand: 'jobs at work: memory of the engine, MB', value: working.rssMb, limit: limits.memoryMb }),
    toDemand({
      demand: 'gate closed: CPU of background work, % of a core',
      value: closed.jobsPercent,
      limit: MOST_CLOSED_CPU_PERCENT,
    }),
  ];
}

export function judgeShadow({ demo, mixed, gain }: ShadowFigures): Demand[] {
  const coverage = (demand: string, value: number) => toDemand({ demand, value, limit: LEAST_COVERAGE, isLeast: true });
  return [
    coverage('shadow: weeks of the demo whose interval holds the true quality', demo.quality),
    coverage('shadow: weeks of mixed work whose interval holds the true quality', mixed.quality),
    toDemand({
      demand: 'shadow: weighted total of routing after it, against before',
      value: gain.after.total / gain.before.total,
      limit: 1,
    }),
  ];
}

export function judgeKills(figures: DisturbedFigures, { least }: { least: number }): Demand[] {
  return [
    toDemand({
      demand: 'kills: blows that fell into the middle of a run',
      value: figures.disturbances,
      limit: least,
      isLeast: true,
    }),
    toDemand({
      demand: 'kills: kill -9 in the middle of each kind of job, fewest',
      value: figures.killsOfFewest,
      limit: 1,
      isLeast: true,
    }),
    toDemand({ demand: 'kills: what was not as undisturbed', value: figures.wrong.length, limit: 0 }),
  ];
}
