import type { BenchmarkView } from '../../../../src-shared/jobs.ts';
import { benchmarkRun } from '../../../../src-shared/jobs.ts';
import type { JobResult, JobResults } from '../job-kind.ts';
import { storedBenchmark, type StoredBenchmark } from './benchmark-parts.ts';
import { compareBenchmarks } from './compare-benchmarks.ts';
import { describeChanges } from './describe-changes.ts';

/** So many runs of each model are kept. */
const MOST_KEPT = 30;
const PREFIX = 'run ';
const DIGITS = 15;

function keyOf({ endpoint, takenAtMs }: Pick<StoredBenchmark, 'endpoint' | 'takenAtMs'>): string {
  return `${PREFIX}${endpoint} ${String(Math.round(takenAtMs)).padStart(DIGITS, '0')}`;
}

/** What is kept of a new run, and which old ones make room for it. */
export function toResults(measured: StoredBenchmark, earlier: readonly StoredBenchmark[]): JobResult[] {
  const outdated = earlier.slice(0, Math.max(0, earlier.length + 1 - MOST_KEPT));
  return [
    { key: keyOf(measured), value: storedBenchmark.parse(measured), requestId: null },
    ...outdated.map((run) => ({ key: keyOf(run), value: null, requestId: null })),
  ];
}

/** All kept runs, oldest first; of one model if it is named. Values that this version does not know are passed over. */
export function readBenchmarks(results: JobResults, endpointId?: string): StoredBenchmark[] {
  return results
    .list('model-benchmark', endpointId === undefined ? PREFIX : `${PREFIX}${endpointId} `)
    .flatMap(({ value }) => storedBenchmark.safeParse(value).data ?? [])
    .filter(({ endpoint }) => endpointId === undefined || endpoint === endpointId)
    .toSorted((one, other) => one.takenAtMs - other.takenAtMs);
}

/** The last calm run before this one; null: none. */
export function lastCalm(runs: readonly StoredBenchmark[], before: StoredBenchmark): StoredBenchmark | null {
  return runs.findLast((run) => run.condition === 'calm' && run.takenAtMs < before.takenAtMs) ?? null;
}

/** By model, for people: the newest run, the calm one before it, and what changed between them. */
export function toBenchmarkViews(runs: readonly StoredBenchmark[]): BenchmarkView[] {
  const byEndpoint = Map.groupBy(runs, ({ endpoint }) => endpoint);
  return [...byEndpoint].map(([endpoint, own]) => {
    const newest = own.at(-1) ?? null;
    // What is told of a model is told of its last calm run; without one, of what there is.
    const latest = own.findLast(({ condition }) => condition === 'calm') ?? newest;
    const previous = latest === null ? null : lastCalm(own, latest);
    const changes = latest?.condition !== 'calm' || previous === null ? [] : compareBenchmarks(previous, latest);
    return {
      endpoint,
      latest: latest === null ? null : benchmarkRun.parse(latest),
      previous: previous === null ? null : benchmarkRun.parse(previous),
      history: own.toReversed().map((run) => benchmarkRun.parse(run)),
      change: describeChanges(endpoint, changes),
    };
  });
}
