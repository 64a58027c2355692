import { DIRECT, MINIMAL, PORTKEY, type Contestant } from './contestants/contestant.ts';
import type { DecisionFigures } from './measure-decision.ts';
import type { FullDatabaseFigures } from './measure-full-database.ts';
import type { LatencyFigures, LoadFigures } from './measure-load.ts';
import type { MemoryFigures } from './measure-memory.ts';
import { median, medianDifference, medianRatio, type Round } from './rounds.ts';

/** Everything that was measured, as it was measured. */
export interface Measurements {
  cpu: LoadFigures;
  chunks: Round[];
  latency: LatencyFigures;
  /** By contestant; rows that share a server have it once. */
  memory: ReadonlyMap<string, MemoryFigures>;
  /** null when Pointsman was not measured. */
  fullDatabase: FullDatabaseFigures | null;
  /** The optimizer alone; null when Pointsman was not measured. */
  decision: DecisionFigures | null;
}

/** One row of the table. Times in microseconds, memory in bytes; null: not measured. */
export interface RowFigures {
  cpuUsPerRequest: number | null;
  cpuPerRequestVsMinimal: number | null;
  cpuPerRequestVsPortkey: number | null;
  cpuUsPerChunk: number | null;
  cpuPerChunkVsMinimal: number | null;
  idleCpuUsPerSecond: number | null;
  /** Beyond direct. */
  addedP50Us: number | null;
  addedP99Us: number | null;
  addedP50AtEightUs: number | null;
  addedP99AtEightUs: number | null;
  addedFirstChunkP50Us: number | null;
  /** Beyond the minimal proxy. */
  p50VsMinimalUs: number | null;
  firstChunkP50VsMinimalUs: number | null;
  requestsPerSecond: number | null;
  rssIdleBytes: number | null;
  rssEarlyBytes: number | null;
  rssLoadedBytes: number | null;
  rssGrowthBytes: number | null;
  loadedAfterRequests: number | null;
}

/** `cpuKnown`: false where CPU time and memory of processes cannot be read. */
export function toRowFigures({ name, server }: Contestant, measured: Measurements, cpuKnown: boolean): RowFigures {
  const { cpu, latency } = measured;
  const cpuRounds = cpuKnown && server !== null ? cpu.cpuUsPerRequest : [];
  const chunkRounds = cpuKnown ? measured.chunks : [];
  const added = (rounds: readonly Round[]) => (server === null ? null : medianDifference(rounds, name, DIRECT));
  return {
    cpuUsPerRequest: median(cpuRounds, name),
    cpuPerRequestVsMinimal: medianRatio(cpuRounds, name, MINIMAL),
    cpuPerRequestVsPortkey: medianRatio(cpuRounds, name, PORTKEY),
    cpuUsPerChunk: median(chunkRounds, name),
    cpuPerChunkVsMinimal: medianRatio(chunkRounds, name, MINIMAL),
    addedP50Us: added(latency.alone.p50Us),
    addedP99Us: added(latency.alone.p99Us),
    addedP50AtEightUs: added(latency.atEight.p50Us),
    addedP99AtEightUs: added(latency.atEight.p99Us),
    addedFirstChunkP50Us: added(latency.firstContentP50Us),
    p50VsMinimalUs: medianDifference(latency.alone.p50Us, name, MINIMAL),
    firstChunkP50VsMinimalUs: medianDifference(latency.firstContentP50Us, name, MINIMAL),
    requestsPerSecond: median(cpu.requestsPerSecond, name),
    ...toMemoryFigures(measured.memory.get(name)),
  };
}

function toMemoryFigures(memory: MemoryFigures | undefined) {
  return {
    idleCpuUsPerSecond: memory?.idleCpuUsPerSecond ?? null,
    rssIdleBytes: memory?.idleBytes ?? null,
    rssEarlyBytes: memory?.earlyBytes ?? null,
    rssLoadedBytes: memory?.lateBytes ?? null,
    rssGrowthBytes: memory === undefined ? null : memory.lateBytes - memory.earlyBytes,
    loadedAfterRequests: memory?.lateRequests ?? null,
  };
}
