import type { JobName, JobsView } from '../../src-shared/jobs.ts';
import type { Settings } from '../../src-shared/settings.ts';
import type { Machine } from './compose-machine.ts';
import type { EventHub } from './events/event-hub.ts';
import { ControlProblem } from './gateway/control/control-problem.ts';
import type { OperationHandlers } from './gateway/control/operation-handlers.ts';
import { readBenchmarks, toBenchmarkViews } from './jobs/benchmark/benchmark-results.ts';
import type { Condition, StoredBenchmark } from './jobs/benchmark/benchmark-parts.ts';
import { chooseModels } from './jobs/benchmark/choose-models.ts';
import { createBenchmarkJob } from './jobs/benchmark/create-benchmark-job.ts';
import { measureEnergy } from './jobs/benchmark/energy-reader.ts';
import { inspectServer } from './jobs/benchmark/inspect-server.ts';
import { judgeCondition, worstCondition } from './jobs/benchmark/judge-condition.ts';
import { toMeasuredSpeed } from './jobs/benchmark/to-measured-speed.ts';
import type { JobKind, JobResults } from './jobs/job-kind.ts';
import type { DualTrackOptimizer } from './optimizer/dual-track-optimizer.ts';
import type { Clock } from './ports.ts';
import type { Lanes } from './providers/lanes.ts';
import type { Registry } from './providers/registry.ts';

export interface ComposeBenchmarkParts {
  clock: Clock;
  settings: () => Settings;
  registry: Pick<Registry, 'snapshot' | 'access' | 'whyBlocked'>;
  lanes: Pick<Lanes, 'activity' | 'whyBlocked'>;
  machine: {
    monitor: Pick<Machine['monitor'], 'latest' | 'machine' | 'onSample'>;
    gate: Pick<Machine['gate'], 'state'>;
    throttle: Pick<Machine['throttle'], 'isHeldBack'>;
  };
  optimizer: Pick<DualTrackOptimizer, 'adoptMeasured'>;
  hub: Pick<EventHub, 'publish'>;
  results: JobResults;
  /** The queue, as `jobs.run` has it; asked when a person asks. */
  runs: {
    /** A run of this job waits or works. */
    isOpen(name: JobName): boolean;
    /** Throws when it may not be run. */
    start(name: JobName): JobsView;
  };
  /** Where the system tells of energy; default: `/sys`. */
  sysfsRoot?: string;
}

export interface Benchmarks {
  kinds: JobKind[];
  handlers: Pick<OperationHandlers, 'benchmarks.list' | 'benchmarks.run'>;
  /** Once the optimizer has started: what was measured before is the beginning of its predictions. */
  start(): void;
}

/** Measures local models in the background, tells what changed, and lets predictions start from what was measured. */
export function composeBenchmarks(parts: ComposeBenchmarkParts): Benchmarks {
  const { clock, registry, lanes, machine, results, optimizer, hub, runs } = parts;
  const endpoints = () => registry.snapshot().endpoints;
  const adopt = (measured: readonly StoredBenchmark[]) =>
    optimizer.adoptMeasured(measured.map(toMeasuredSpeed).filter((speed) => speed !== null));
  const job = createBenchmarkJob({
    clock,
    endpoints,
    blocked: (endpoint) => registry.whyBlocked(endpoint) ?? lanes.whyBlocked(endpoint.id),
    machine: () => machine.monitor.machine(),
    inspect: (endpoint, signal) =>
      inspectServer({ clock, access: registry.access(endpoint.providerId), endpoint, signal }),
    watch: () => watchCondition(parts),
    measureEnergy: () => measureEnergy({ root: parts.sysfsRoot ?? '/sys', clock }),
    earlier: (endpointId) => readBenchmarks(results, endpointId),
    onMeasured(measured) {
      adopt([measured]);
      hub.publish('changed', () => ({ what: 'benchmarks' }));
    },
  });
  return {
    kinds: [job],
    start: () => adopt(readBenchmarks(results)),
    handlers: {
      'benchmarks.list': () => ({ benchmarks: toBenchmarkViews(readBenchmarks(results)) }),
      'benchmarks.run'({ model }) {
        if (model === undefined) return runs.start(job.name);
        if (runs.isOpen(job.name)) {
          throw new ControlProblem(
            409,
            'already_running',
            'A measurement waits or is under way: wait for its end, or cancel it.',
          );
        }
        job.only(findModel(parts, model));
        try {
          return runs.start(job.name);
        } catch (error) {
          job.only(null);
          throw error;
        }
      },
    },
  };
}

/** Endpoint id of a model by any of its names. */
function findModel({ registry, machine }: ComposeBenchmarkParts, name: string): string {
  const found = chooseModels(registry.snapshot().endpointFor(name), machine.monitor.machine())[0];
  if (found !== undefined) return found.id;
  throw new ControlProblem(404, 'not_found', `There is no local model "${name}" that could be measured.`);
}

/** Looks at the beginning, at the end, and with each sample in between. */
function watchCondition(parts: ComposeBenchmarkParts): () => Condition {
  const { monitor } = parts.machine;
  const seen = new Set([conditionOf(parts)]);
  const end = monitor.onSample(() => void seen.add(conditionOf(parts)));
  return () => {
    end();
    seen.add(conditionOf(parts));
    return worstCondition([...seen]);
  };
}

function conditionOf({ clock, settings, lanes, machine }: ComposeBenchmarkParts): Condition {
  const { monitor, gate, throttle } = machine;
  const { local, cloud, waiting } = lanes.activity();
  return judgeCondition({
    machine: monitor.machine(),
    hasSettled: gate.state().conditions.find(({ name }) => name === 'settled')?.met ?? null,
    isHeldBack: throttle.isHeldBack(clock.monotonicMs()),
    othersCpuPercent: monitor.latest().cpu.othersPercent,
    busyPercent: settings().gate.cpuOpenPercent,
    personsCalls: local + cloud + waiting,
  });
}
