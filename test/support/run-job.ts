import type { JobName, RunView } from '../../src-shared/jobs.ts';
import { createSeededRandom } from '../../src-main/demo/seeded-random.ts';
import type { JobCaller } from '../../src-main/engine/jobs/job-caller.ts';
import type {
  FindingDraft,
  JobKind,
  JobResult,
  JobResults,
  JobWork,
  ProposalDraft,
  UnitOutcome,
} from '../../src-main/engine/jobs/job-kind.ts';
import type { Clock, Log } from '../../src-main/engine/ports.ts';
import type { JsonValue } from '../../src-main/engine/protocols/json.ts';
import { SilentLog } from './silent-log.ts';

/** What jobs have kept, in memory: commits as the queue does, the newest value of each key. */
export class MemoryResults implements JobResults {
  readonly #rows = new Map<
    string,
    { job: JobName; key: string; value: JsonValue; requestId: string | null; atMs: number }
  >();
  readonly #clock: Pick<Clock, 'nowMs'>;

  constructor(clock: Pick<Clock, 'nowMs'>) {
    this.#clock = clock;
  }

  read(job: JobName, key: string): JsonValue | null {
    return this.#rows.get(`${job} ${key}`)?.value ?? null;
  }

  list(job: JobName, keyPrefix = ''): ReturnType<JobResults['list']> {
    return [...this.#rows.values()]
      .filter((row) => row.job === job && row.key.startsWith(keyPrefix))
      .sort((one, other) => (one.key < other.key ? -1 : 1));
  }

  commit(job: JobName, results: readonly JobResult[]): void {
    for (const { key, value, requestId } of results) {
      // Through JSON, as in the database.
      const stored = JSON.parse(JSON.stringify(value)) as JsonValue;
      if (value === null) this.#rows.delete(`${job} ${key}`);
      else this.#rows.set(`${job} ${key}`, { job, key, value: stored, requestId, atMs: this.#clock.nowMs() });
    }
  }

  erase(requestId: string): void {
    for (const [name, row] of this.#rows) if (row.requestId === requestId) this.#rows.delete(name);
  }

  get size(): number {
    return this.#rows.size;
  }
}

export interface RunForTest {
  /** `stopped`: by `stopAfterUnits`, or by its signal; `checkpoint` is where it goes on. */
  state: 'nothing' | 'done' | 'stopped';
  /** What it found, or why there was nothing to do. */
  sentence: string | null;
  units: number;
  checkpoint: JsonValue | null;
  findings: FindingDraft[];
  proposals: ProposalDraft[];
  resolved: string[];
  doing: string[];
}

export interface RunJobOptions {
  clock: Clock;
  models: JobCaller;
  results: MemoryResults;
  log?: Log;
  runId?: string;
  signal?: AbortSignal;
  /** As after a kill: the units so far are kept, the rest is left. */
  stopAfterUnits?: number;
  /** Goes on from there instead of planning… */
  checkpoint?: JsonValue | null;
  /** …after so many units: what is drawn by chance goes by the number of the unit. */
  unitsBefore?: number;
  /** Called before each unit is committed; throwing there is a kill between work and commit. */
  beforeCommit?: (outcome: UnitOutcome<JsonValue>, unit: number) => void;
}

/**
 * Runs one kind of job from its plan to its end the way the queue does: every checkpoint goes through JSON and the kind's own
 * schema, results are committed before `settled` is called. A unit that throws rejects, with all before it committed.
 */
export async function runJob(kind: JobKind, options: RunJobOptions): Promise<RunForTest> {
  const run: RunForTest = {
    state: 'done',
    sentence: null,
    units: 0,
    checkpoint: options.checkpoint ?? null,
    findings: [],
    proposals: [],
    resolved: [],
    doing: [],
  };
  if (run.checkpoint === null) {
    const planned = kind.plan();
    if (planned.kind === 'nothing') return { ...run, state: 'nothing', sentence: planned.sentence };
    run.checkpoint = planned.checkpoint;
  }
  while (run.checkpoint !== null) {
    if (run.units === options.stopAfterUnits || options.signal?.aborted === true) return { ...run, state: 'stopped' };
    const before: JsonValue = kind.checkpoint.parse(JSON.parse(JSON.stringify(run.checkpoint)));
    const outcome = await kind.unit(before, workFor(kind.name, run, options));
    options.beforeCommit?.(outcome, run.units);
    options.results.commit(kind.name, outcome.results ?? []);
    take(run, outcome);
    outcome.settled?.();
  }
  return run;
}

function take(run: RunForTest, outcome: UnitOutcome<JsonValue>): void {
  run.units += 1;
  run.checkpoint = outcome.next;
  run.findings.push(...(outcome.findings ?? []));
  run.proposals.push(...(outcome.proposals ?? []));
  run.resolved.push(...(outcome.resolves?.keyPrefixes ?? []));
  if (outcome.next === null) run.sentence = outcome.found ?? null;
}

function workFor(job: JobName, run: RunForTest, options: RunJobOptions): JobWork {
  const signal = options.signal ?? new AbortController().signal;
  const runId = options.runId ?? 'run-1';
  const view: Pick<RunView, 'id' | 'job' | 'trigger' | 'createdAtMs'> = {
    id: runId,
    job,
    trigger: 'person',
    createdAtMs: options.clock.nowMs(),
  };
  return {
    signal,
    run: view,
    clock: options.clock,
    log: options.log ?? new SilentLog(),
    random: createSeededRandom(runId, (options.unitsBefore ?? 0) + run.units),
    models: options.models,
    async breathe() {
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
    },
    doing: (words) => void run.doing.push(words),
  };
}
