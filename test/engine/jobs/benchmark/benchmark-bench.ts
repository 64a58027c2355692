import { onTestFinished } from 'vitest';
import type { JobsView } from '../../../../src-shared/jobs.ts';
import { settings as settingsSchema } from '../../../../src-shared/settings.ts';
import { startSimulatedEngines, type SimulatedEngines } from '../../../../src-main/demo/start-simulated-engines.ts';
import { composeBenchmarks, type Benchmarks } from '../../../../src-main/engine/compose-benchmarks.ts';
import type { JobKind, JobWork } from '../../../../src-main/engine/jobs/job-kind.ts';
import type { MeasuredSpeed } from '../../../../src-main/engine/optimizer/measured-speeds.ts';
import type { JsonValue } from '../../../../src-main/engine/protocols/json.ts';
import { toGateLimits } from '../../../../src-main/engine/resources/gate-limits.ts';
import { IdleGate } from '../../../../src-main/engine/resources/idle-gate.ts';
import { toMachineState } from '../../../../src-main/engine/resources/to-machine-state.ts';
import { createSeededRandom } from '../../../../src-main/demo/seeded-random.ts';
import { SilentLog } from '../../../support/silent-log.ts';
import { FakeMonitor } from '../../resources/fake-monitor.ts';
import { startCalling, type CallingBench } from '../calls/calling-bench.ts';
import { SharedTime } from '../calls/shared-time.ts';
import { KeptWork } from '../run-kind.ts';

export const LLAMA = 'ollama/sim-llama:3b';
export const QWEN = 'ollama/sim-qwen:8b';

export interface RunOptions {
  /** Told before each unit, with its number from 1. */
  before?: (unit: number) => void | Promise<void>;
  /** Units whose work is thrown away as if the engine had been killed before it was kept. */
  lost?: readonly number[];
}

export interface BenchmarkBench extends CallingBench {
  clock: SharedTime;
  engines: SimulatedEngines;
  monitor: FakeMonitor;
  kept: KeptWork;
  benchmarks: Benchmarks;
  adopted: MeasuredSpeed[];
  events: string[];
  started: string[];
  /** The person's model leaves the memory. */
  freeMemory(): Promise<void>;
  /** A whole run; gives what it found. */
  run(options?: RunOptions): Promise<{ found: string | null; units: number }>;
}

/** The benchmark job on a simulated Ollama whose speeds are exact, with a machine in the hands of the test. */
export async function startBenchmark(
  options: { settings?: Record<string, unknown>; sysfsRoot?: string; openRun?: boolean } = {},
): Promise<BenchmarkBench> {
  const clock = new SharedTime();
  const engines = await startSimulatedEngines({ seed: 1, clock: clock.simulated });
  onTestFinished(() => engines.stop());
  for (const name of ['sim-llama:3b', 'sim-qwen:8b']) {
    engines.local.changeModel(name, { isSteady: true, promptTokensPerSecond: 2_000 });
  }
  const bench = await startCalling({
    clock,
    settings: { ollama: { enabled: true, baseUrl: engines.local.url }, ...options.settings },
  });
  const monitor = new FakeMonitor();
  monitor.sample({ power: { source: 'ac', thermal: 'nominal' }, othersPercent: 3 });
  const settings = settingsSchema.parse({});
  const gate = new IdleGate({
    ...{ clock, log: new SilentLog(), monitor: monitor.port },
    limits: () => toGateLimits(settings.gate, settings.constraints),
    activeRequests: () => 0,
    heldBack: () => null,
  });
  const kept = new KeptWork();
  const adopted: MeasuredSpeed[] = [];
  const events: string[] = [];
  const started: string[] = [];
  const benchmarks = composeBenchmarks({
    ...{ clock, settings: () => settings, registry: bench.registry, lanes: bench.lanes, results: kept },
    machine: {
      monitor: { ...monitor.port, machine: () => toMachineState(monitor.port.latest()) },
      gate,
      throttle: { isHeldBack: () => null },
    },
    optimizer: { adoptMeasured: (measured) => void adopted.push(...measured) },
    hub: { publish: (topic, make) => void events.push(`${topic} ${JSON.stringify(make())}`) },
    runs: {
      isOpen: () => options.openRun === true,
      start: (name) => {
        started.push(name);
        return NO_JOBS;
      },
    },
    sysfsRoot: options.sysfsRoot ?? '/nowhere',
  });
  let runs = 0;
  return {
    ...bench,
    ...{ clock, engines, monitor, kept, benchmarks, adopted, events, started },
    async freeMemory() {
      const body = JSON.stringify({ model: 'sim-llama:3b', keep_alive: 0 });
      await (await fetch(`${engines.local.url}/api/generate`, { method: 'POST', body })).text();
      await bench.registry.refresh();
    },
    run: (how = {}) => runUnits({ benchmarks, kept, clock, bench, number: (runs += 1) }, how),
  };
}

const NO_JOBS: JobsView = {
  ...{ enabled: true, paused: false, pausedUntilMs: null, sentence: '', running: null, jobs: [] },
  ...{ todayNanoUsd: 0, dayLimitNanoUsd: 0, problem: null },
};

async function runUnits(
  parts: { benchmarks: Benchmarks; kept: KeptWork; clock: SharedTime; bench: CallingBench; number: number },
  { before, lost = [] }: RunOptions,
): Promise<{ found: string | null; units: number }> {
  const { kept, clock, bench } = parts;
  const kind = parts.benchmarks.kinds[0];
  if (kind === undefined) throw new Error('there is no kind of job');
  const planned = kind.plan();
  if (planned.kind === 'nothing') return { found: planned.sentence, units: 0 };
  let at: JsonValue | null = planned.checkpoint;
  let found: string | null = null;
  for (let unit = 1; at !== null; unit += 1) {
    await before?.(unit);
    const outcome = await kind.unit(
      readBack(kind, at),
      workOf({ kind, clock, bench, seed: `${parts.number} ${unit}` }),
    );
    if (lost.includes(unit)) continue;
    kept.commit(kind.name, outcome);
    outcome.settled?.();
    found = outcome.found ?? null;
    at = outcome.next;
    if (at === null) {
      await bench.callers.release();
      return { found, units: unit };
    }
  }
  return { found, units: 0 };
}

/** As it is after a restart. */
function readBack(kind: JobKind, checkpoint: JsonValue): JsonValue {
  const text = JSON.stringify(checkpoint);
  return kind.checkpoint.parse(JSON.parse(text));
}

function workOf(parts: { kind: JobKind; clock: SharedTime; bench: CallingBench; seed: string }): JobWork {
  const { kind, clock, bench } = parts;
  const run = { id: 'run', job: kind.name, trigger: 'schedule', createdAtMs: 0 } as const;
  const { signal } = bench.unit;
  return {
    ...{ signal, run, clock, log: bench.log },
    random: createSeededRandom(parts.seed),
    models: bench.callers.forUnit({ run, signal, meter: bench.meter }),
    breathe: () => Promise.resolve(),
    doing: () => undefined,
  };
}
