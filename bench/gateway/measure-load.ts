import type { Contestant } from './contestants/contestant.ts';
import type { LoadDriver } from './load-driver.ts';
import type { Plan } from './plan.ts';
import { measureRounds, pick, type Round } from './rounds.ts';

export interface LoadFigures {
  cpuUsPerRequest: Round[];
  requestsPerSecond: Round[];
}

export interface LatencyFigures {
  alone: { p50Us: Round[]; p99Us: Round[] };
  atEight: { p50Us: Round[]; p99Us: Round[] };
  firstContentP50Us: Round[];
}

interface Setting {
  load: LoadDriver;
  contestants: readonly Contestant[];
  plan: Plan;
}

/** Every contestant runs long enough that its code is compiled before anything is measured. */
export async function warmUp({ load, contestants, plan }: Setting): Promise<void> {
  for (const contestant of contestants) {
    await load.run(contestant, { maxRequests: plan.warmUpRequests });
    if (contestant.streams) await load.run(contestant, { connections: 8, maxRequests: 80, pieces: 20 });
  }
}

/** CPU time per request and requests per second, with all connections busy. */
export async function measureCpu({ load, contestants, plan }: Setting): Promise<LoadFigures> {
  const { rounds, sliceMs, connections } = plan.cpu;
  const samples = await measureRounds({
    items: contestants,
    rounds,
    measure: (contestant) => load.run(contestant, { connections, forMs: sliceMs }),
  });
  return {
    cpuUsPerRequest: pick(samples, (sample) => sample.cpuUs / sample.requests),
    requestsPerSecond: pick(samples, (sample) => (sample.requests / sample.wallMs) * 1000),
  };
}

/** CPU time per streamed chunk while several streams run at their upstream's pace; nothing is subtracted. */
export async function measureChunks({ load, contestants, plan }: Setting): Promise<Round[]> {
  const { rounds, sliceMs, streams, pieces } = plan.chunks;
  const samples = await measureRounds({
    items: contestants.filter((contestant) => contestant.streams && contestant.server !== null),
    rounds,
    measure: (contestant) => load.run(contestant, { connections: streams, forMs: sliceMs, pieces }),
  });
  return pick(samples, (sample) => sample.cpuUs / sample.contentPieces);
}

/** Latency on one and on eight connections, and the time to the first streamed content on one. */
export async function measureLatency({ load, contestants, plan }: Setting): Promise<LatencyFigures> {
  const { rounds, requestsAlone, requestsAtEight, streams, pieces } = plan.latency;
  const samples = await measureRounds({
    items: contestants,
    rounds,
    measure: async (contestant) => ({
      alone: await load.run(contestant, { connections: 1, maxRequests: requestsAlone }),
      atEight: await load.run(contestant, { connections: 8, maxRequests: requestsAtEight }),
      stream: contestant.streams ? await load.run(contestant, { connections: 1, maxRequests: streams, pieces }) : null,
    }),
  });
  const of = (key: 'alone' | 'atEight') => ({
    p50Us: pick(samples, (sample) => sample[key].latencyUs.p50),
    p99Us: pick(samples, (sample) => sample[key].latencyUs.p99),
  });
  return {
    alone: of('alone'),
    atEight: of('atEight'),
    firstContentP50Us: pick(samples, (sample) => sample.stream?.firstContentUs.p50 ?? NaN),
  };
}
