import type { EngineEvent } from '../../../../src-shared/events.ts';
import type { OperationName, OperationOutput, OperationParsed } from '../../../../src-shared/operations.ts';
import type { BackupView, JobsView } from '../../../../src-shared/jobs.ts';
import { findingOf, jobsViewOf, NO_COST, proposalOf, runOf, workingRun } from './job-fixtures.ts';
import {
  backupsInUse,
  benchmarksInUse,
  keptInUse,
  keptOf,
  rankingInUse,
  shadowInUse,
  shadowOf,
} from './result-fixtures.ts';

/** All that background work says of itself, to be set by a test. */
export interface JobState {
  jobs: JobsView;
  away: OperationOutput<'jobs.summary'>;
  runs: OperationOutput<'jobs.runs'>['runs'];
  findings: OperationOutput<'findings.list'>['findings'];
  proposals: OperationOutput<'proposals.list'>['proposals'];
  shadow: OperationOutput<'shadow.read'>;
  kept: OperationOutput<'kept.read'>;
  benchmarks: OperationOutput<'benchmarks.list'>['benchmarks'];
  ranking: OperationOutput<'ranking.read'>['providers'];
  backups: BackupView[];
}

const HOUR_MS = 3_600_000;

/** A machine on which nothing was done yet. */
export function newState(changes: Partial<JobState> = {}): JobState {
  return {
    jobs: jobsViewOf(),
    away: {
      ...{ fromMs: Date.now() - 9 * HOUR_MS, toMs: Date.now() - HOUR_MS },
      ...{ runs: [], findings: [], proposals: [], cost: NO_COST, openMs: null },
      sentence: 'Nothing was done while you were away.',
    },
    runs: [],
    findings: [],
    proposals: [],
    shadow: shadowOf(),
    kept: keptOf(),
    benchmarks: [],
    ranking: [],
    backups: [],
    ...changes,
  };
}

/** A machine in the morning after a night of work, with a job still at it. */
export function morningState(changes: Partial<JobState> = {}): JobState {
  const night = nightRuns();
  const findings = morningFindings();
  const jobs = jobsViewOf(
    {
      'shadow-evaluation': { current: workingRun('shadow-evaluation') },
      'security-hygiene': { last: night[2] ?? null },
      backup: { last: night[1] ?? null },
      'model-benchmark': { last: night[0] ?? null },
      'offline-training': {
        current: runOf('offline-training', {
          state: 'waiting',
          startedAtMs: null,
          endedAtMs: null,
          unitsDone: 0,
          unitsTotal: null,
        }),
        waitsFor: 'Waits for shadow evaluation: one heavy job at a time.',
      },
      'price-refresh': { enabled: false, nextDueAtMs: null },
      'provider-ranking': { paused: true, pausedUntilMs: Date.now() + HOUR_MS },
      'database-upkeep': {
        last: runOf('database-upkeep', {
          state: 'failed',
          problem: 'The disk was full: make room, it is tried again tonight.',
        }),
      },
    },
    {
      running: 'shadow-evaluation',
      sentence: 'Shadow evaluation: 68 of 200, about 19 minutes left.',
      todayNanoUsd: 3_400_000,
      dayLimitNanoUsd: 50_000_000,
    },
  );
  return newState({
    jobs,
    away: {
      fromMs: Date.now() - 9 * HOUR_MS,
      toMs: Date.now() - HOUR_MS,
      runs: night,
      findings,
      proposals: [proposalOf()],
      cost: {
        cpuMs: 64_000,
        energyJoules: 214_000,
        nanoUsd: 3_400_000,
        unknownCosts: 0,
        localTokens: 182_000,
        cloudTokens: 2_100,
      },
      openMs: 5.4 * HOUR_MS,
      sentence: 'Three jobs ran, three things were found, and one change is proposed.',
    },
    runs: [...night, ...olderRuns()],
    findings,
    proposals: [proposalOf()],
    shadow: shadowInUse(),
    kept: keptInUse(),
    benchmarks: benchmarksInUse(),
    ranking: rankingInUse(),
    backups: backupsInUse(),
    ...changes,
  });
}

function nightRuns() {
  const cost = { ...NO_COST, cpuMs: 31_000, energyJoules: 88_000, localTokens: 61_000 };
  return [
    runOf('model-benchmark', { found: 'ollama/qwen3:8b writes 18 % slower than yesterday.', cost, preemptions: 3 }),
    runOf('backup', { found: 'A copy of 180 KB was made; seven are kept.', cost: { ...NO_COST, cpuMs: 340 } }),
    runOf('security-hygiene', {
      found: 'One key is due, and one file is readable by others.',
      cost: { ...NO_COST, cpuMs: 120 },
    }),
  ];
}

function olderRuns() {
  return Array.from({ length: 40 }, (_, at) =>
    runOf(at % 2 === 0 ? 'backup' : 'model-benchmark', {
      id: `older-${at}`,
      ...(at === 3
        ? { state: 'failed' as const, problem: 'Ollama did not answer. Start it, and it is tried again.', retries: 3 }
        : {}),
      ...(at === 4 ? { state: 'cancelled' as const, trigger: 'person' as const } : {}),
      endedAtMs: Date.now() - (24 + at * 12) * HOUR_MS,
      startedAtMs: Date.now() - (24 + at * 12) * HOUR_MS - 90_000,
    }),
  );
}

function morningFindings() {
  return [
    findingOf(),
    findingOf({
      ...{ id: 'finding-2', key: 'ollama-version/ollama', severity: 'critical', foundAtMs: Date.now() - 3 * HOUR_MS },
      sentence: 'Ollama 0.16.0 has a known hole through which others can read its memory (CVE-2026-7482).',
      action: { label: 'Update Ollama to 0.17.1 or later', view: null, proposalId: null },
    }),
    findingOf({
      ...{ id: 'finding-3', key: 'local-bias', job: 'shadow-evaluation', severity: 'info' },
      sentence: 'Most of what the cloud answered could have stayed on this machine.',
      action: { label: 'See the proposal', view: null, proposalId: 'proposal-1' },
    }),
  ];
}

export type Handlers = { [Name in OperationName]?: (input: OperationParsed<Name>) => OperationOutput<Name> };
type Tell = (event: EngineEvent) => void;

/** Operations that answer from the state, change it as the engine does, and tell of it. */
export function scriptedHandlers(state: JobState, tell: Tell): Handlers {
  const changed = (...whats: Extract<EngineEvent, { topic: 'changed' }>['data']['what'][]) =>
    whats.forEach((what) => tell({ topic: 'changed', data: { what } }));
  const setJobs = (changes: Partial<JobsView>) => {
    state.jobs = { ...state.jobs, ...changes };
    tell({ topic: 'jobs', data: state.jobs });
    return state.jobs;
  };
  const setJob = (name: string, changes: Partial<JobsView['jobs'][number]>) =>
    setJobs({ jobs: state.jobs.jobs.map((job) => (job.name === name ? { ...job, ...changes } : job)) });
  const found = <Item extends { id: string }>(items: readonly Item[], id: string): Item => {
    const item = items.find((each) => each.id === id);
    if (item === undefined) throw new Error(`there is no ${id}`);
    return item;
  };
  return {
    'jobs.read': () => state.jobs,
    'jobs.summary': () => state.away,
    'jobs.runs': ({ limit, job, before }) => {
      const all = state.runs.filter((run) => job === undefined || run.job === job);
      const from = before === undefined ? 0 : all.findIndex(({ id }) => id === before) + 1;
      const runs = all.slice(from, from + limit);
      return { runs, nextBefore: from + limit < all.length ? (runs.at(-1)?.id ?? null) : null };
    },
    'jobs.pause': ({ untilMs }) =>
      setJobs({ paused: true, pausedUntilMs: untilMs, sentence: 'Paused by you.', running: null }),
    'jobs.resume': () => setJobs({ paused: false, pausedUntilMs: null }),
    'jobs.run': ({ name }) => {
      setJob(name, { current: workingRun(name), waitsFor: null });
      return setJobs({ running: name, sentence: 'At work because you asked for it.' });
    },
    'jobs.cancel': ({ name }) => {
      setJob(name, { current: null, last: runOf(name, { state: 'cancelled' }) });
      return setJobs({ running: state.jobs.running === name ? null : state.jobs.running });
    },
    'jobs.pauseOne': ({ name, untilMs }) => setJob(name, { paused: true, pausedUntilMs: untilMs }),
    'jobs.resumeOne': ({ name }) => setJob(name, { paused: false, pausedUntilMs: null }),
    'findings.list': () => ({ findings: state.findings }),
    'findings.dismiss': ({ id }) => {
      const finding = { ...found(state.findings, id), state: 'dismissed' as const };
      state.findings = state.findings.map((each) => (each.id === id ? finding : each));
      changed('findings');
      return finding;
    },
    'proposals.list': () => ({ proposals: state.proposals }),
    'proposals.accept': ({ id }) => decide(id, 'accepted'),
    'proposals.dismiss': ({ id }) => decide(id, 'dismissed'),
    'shadow.read': () => state.shadow,
    'kept.read': () => state.kept,
    'kept.consent': ({ consent }) => {
      state.kept = keptOf(consent ? { consent, consentedAtMs: Date.now() } : {});
      changed('kept', 'settings');
      return state.kept;
    },
    'kept.erase': ({ requestId }) => {
      const examples = state.shadow.examples.filter((each) => requestId !== undefined && each.requestId !== requestId);
      state.shadow = { ...state.shadow, examples };
      state.kept = { ...state.kept, count: requestId === undefined ? 0 : state.kept.count - 1 };
      changed('kept', 'shadow');
      return state.kept;
    },
    'benchmarks.list': () => ({ benchmarks: state.benchmarks }),
    'ranking.read': () => ({ providers: state.ranking }),
    'backups.list': () => ({ backups: state.backups }),
    'backups.make': () => {
      const copy = {
        ...{ id: 'backup-new', atMs: Date.now(), bytes: 185_000 },
        version: '0.1.0',
        intact: true,
        parts: ['settings'],
      };
      state.backups = [copy, ...state.backups];
      changed('backups');
      return copy;
    },
    'backups.restore': () => ({ done: true, keptAsIs: ['privacy.localOnly'], pendingRestart: ['gateway.port'] }),
  };

  function decide(id: string, decision: 'accepted' | 'dismissed') {
    const proposal = { ...found(state.proposals, id), state: decision, decidedAtMs: Date.now() };
    state.proposals = state.proposals.map((each) => (each.id === id ? proposal : each));
    changed('proposals');
    return proposal;
  }
}
