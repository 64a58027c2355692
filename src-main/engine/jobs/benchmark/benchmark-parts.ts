import { z } from 'zod';
import { benchmarkRun, type BenchmarkRun } from '../../../../src-shared/jobs.ts';
import type { Clock } from '../../ports.ts';
import type { Endpoint } from '../../routing/endpoint.ts';
import type { MachineState } from '../../routing/machine-state.ts';

export type Condition = BenchmarkRun['condition'];

/** Lowest and highest of several measurements of the same thing. */
export const spread = z.object({ low: z.number(), high: z.number() });
export type Spread = z.infer<typeof spread>;

/** A run as it is kept: with what its repetitions differed by. */
export const storedBenchmark = benchmarkRun.extend({
  /** The part of `coldLoadMs` that its server took to load; null: it does not say. */
  loadMs: z.number().nullable(),
  /** In the order of `contexts`. */
  spreads: z.array(z.object({ prompt: spread.nullable(), output: spread.nullable() })),
});
export type StoredBenchmark = z.infer<typeof storedBenchmark>;

/** What a server tells of itself and of one model. null: it does not, or could not be asked. */
export interface ServerLook {
  digest: string | null;
  serverVersion: string | null;
  /** Of the model while it is in memory. */
  memoryBytes: number | null;
  vramBytes: number | null;
  /** The window that it is in memory with. */
  loadedContextTokens: number | null;
}

/** What the benchmark of local models is made from. */
export interface BenchmarkParts {
  clock: Pick<Clock, 'nowMs'>;
  /** All that can be called now. */
  endpoints: () => readonly Endpoint[];
  /** Why it cannot be called now; null: it can. */
  blocked: (endpoint: Endpoint) => string | null;
  machine: () => MachineState;
  /** Asks for metadata only; never rejects. */
  inspect: (endpoint: Endpoint, signal: AbortSignal) => Promise<ServerLook>;
  /** Follows the machine from now on; the returned function ends that and says under which condition it was all the while. */
  watch: () => () => Condition;
  /** Reads energy from now on; the returned function gives the joules since, null where it cannot be read. */
  measureEnergy: () => Promise<() => Promise<number | null>>;
  /** Results of earlier runs of this model, oldest first. */
  earlier: (endpointId: string) => readonly StoredBenchmark[];
  /** A measurement is done and kept. */
  onMeasured: (measured: StoredBenchmark) => void;
}
