import type { Strategy } from '../../../src-shared/strategy.ts';
import type { Path } from '../store/records.ts';
import { Explorer } from './explorer.ts';
import { Forecaster } from './forecaster.ts';
import type { OptimizerGuard } from './guard.ts';
import type { Evidence } from './evidence.ts';
import { MetricsCollector } from './metrics-collector.ts';
import type { OpenRequest } from './open-request.ts';
import { RequestReader } from './request-reader.ts';
import type { RequestResult } from './request-report.ts';
import { StateSaver } from './state-saver.ts';
import type { Surroundings } from './surroundings.ts';
import { Teacher } from './teacher.ts';
import { toMetricsSample } from './to-metrics-sample.ts';

/** All of the optimizer that remembers something: replaced as a whole when it shall forget. */
export interface OptimizerMemory {
  readonly reader: RequestReader;
  readonly forecaster: Forecaster;
  readonly metrics: MetricsCollector;
  readonly explorer: Explorer;
  readonly teacher: Teacher;
  readonly saver: StateSaver;
}

/** Knows nothing yet; `saver` can restore what was kept. */
export function createMemory(around: Surroundings, guard: OptimizerGuard): OptimizerMemory {
  const forecaster = new Forecaster(around);
  const explorer = new Explorer(around);
  const saver = new StateSaver({ ...around, parts: [...forecaster.states, explorer.state] });
  return {
    reader: new RequestReader(around),
    forecaster,
    metrics: new MetricsCollector(around),
    explorer,
    teacher: new Teacher({ around, forecaster, guard, onLearned: () => saver.touch() }),
    saver,
  };
}

/** What was learned, as it was kept. */
export interface KeptState {
  name: string;
  version: number;
  bytes: Uint8Array;
}

/** Knows what these states say; its saver's problems are of those that cannot be read. */
export function recallMemory(
  around: Surroundings,
  guard: OptimizerGuard,
  states: readonly KeptState[],
): OptimizerMemory {
  const { state: keeper } = around;
  const memory = createMemory(
    {
      ...around,
      state: {
        read: (name) => states.find((state) => state.name === name) ?? null,
        save: (name, version, bytes) => keeper.save(name, version, bytes),
      },
    },
    guard,
  );
  memory.saver.restore();
  return memory;
}

/** How a request ended. */
export interface Ending {
  path: Path | null;
  result: RequestResult;
  success: boolean;
}

/** A request goes out. `byId`: it will be asked for by its id. */
export function noteStart(memory: OptimizerMemory, request: OpenRequest, how: { byId: boolean }): void {
  if (request.decision !== null) memory.explorer.noteStart(request.decision);
  memory.teacher.noteStart(request, how);
}

/** A request is over: what it tells of its endpoints and of how things go. */
export function noteEnd(
  memory: OptimizerMemory,
  request: OpenRequest,
  ending: Ending & { evidence: Evidence | null; strategy: Strategy },
): void {
  const { result, evidence } = ending;
  for (const call of result.calls) memory.forecaster.observe(call, request);
  memory.metrics.record(toMetricsSample(ending));
  memory.explorer.noteEnd(result);
  memory.reader.noteEnd(request, result);
  memory.teacher.noteEnd(request, result, evidence);
  memory.saver.touch();
}
