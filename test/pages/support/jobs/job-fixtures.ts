import type { Finding, JobName, JobsView, JobView, Proposal, RunCost, RunView } from '../../../../src-shared/jobs.ts';

const HOUR_MS = 3_600_000;
export const NO_COST: RunCost = {
  cpuMs: 0,
  energyJoules: 0,
  nanoUsd: 0,
  unknownCosts: 0,
  localTokens: 0,
  cloudTokens: 0,
};

/** A run that ended an hour ago, with `changes`. */
export function runOf(job: JobName, changes: Partial<RunView> = {}): RunView {
  const endedAtMs = Date.now() - HOUR_MS;
  return {
    id: `${job}-1`,
    job,
    trigger: 'schedule',
    state: 'done',
    createdAtMs: endedAtMs - 420_000,
    startedAtMs: endedAtMs - 400_000,
    endedAtMs,
    unitsDone: 12,
    unitsTotal: 12,
    timeLeftMs: null,
    doing: null,
    preemptions: 0,
    retries: 0,
    retryAtMs: null,
    cost: NO_COST,
    found: null,
    problem: null,
    ...changes,
  };
}

/** A run at work, with a third of it done. */
export function workingRun(job: JobName, changes: Partial<RunView> = {}): RunView {
  return runOf(job, {
    id: `${job}-now`,
    state: 'running',
    createdAtMs: Date.now() - 200_000,
    startedAtMs: Date.now() - 190_000,
    endedAtMs: null,
    unitsDone: 68,
    unitsTotal: 200,
    timeLeftMs: 1_140_000,
    doing: 'Prompt 69: answered by ollama/qwen3:8b',
    preemptions: 2,
    cost: { cpuMs: 5_200, energyJoules: 61_000, nanoUsd: 0, unknownCosts: 0, localTokens: 48_300, cloudTokens: 0 },
    ...changes,
  });
}

const WORDS: Readonly<Record<JobName, [title: string, description: string, isHeavy: boolean]>> = {
  'security-hygiene': [
    'Security check',
    'Looks at the age of keys, at who can reach Ollama and the gateway, and at the permissions of files.',
    false,
  ],
  backup: ['Backup', 'Copies settings and what was learned, so that nothing is lost with a mistake or a disk.', false],
  'database-upkeep': [
    'Database upkeep',
    'Removes what is too old, gives room back and checks that nothing is damaged.',
    true,
  ],
  'model-discovery': ['New models', 'Looks for models that came or went at your providers and local servers.', false],
  'price-refresh': [
    'Prices',
    'Fetches a newer price table where you named one, and asks before anything odd is believed.',
    false,
  ],
  'provider-ranking': ['Provider ranking', 'Ranks providers by how they answered you and for how much.', false],
  'model-benchmark': [
    'Model benchmark',
    'Measures loading, speed and memory of each local model, so that a change for the worse is seen.',
    true,
  ],
  'shadow-evaluation': [
    'Shadow evaluation',
    'Has local models answer past requests again, to find out which of them could have stayed here.',
    true,
  ],
  'offline-training': [
    'Offline training',
    'Replays the records with other parameters of the learner, and proposes what did better.',
    true,
  ],
};

/** A job with nothing to do before tonight, with `changes`. */
export function jobOf(name: JobName, changes: Partial<JobView> = {}): JobView {
  const [title, description, heavy] = WORDS[name];
  return {
    name,
    title,
    description,
    heavy,
    enabled: true,
    paused: false,
    pausedUntilMs: null,
    schedule: 'daily, between 1 and 5 o’clock',
    nextDueAtMs: Date.now() + 9 * HOUR_MS,
    current: null,
    last: null,
    waitsFor: null,
    ...changes,
  };
}

/** All jobs at rest, with `changes` of some. */
export function jobsViewOf(
  jobs: Partial<Record<JobName, Partial<JobView>>> = {},
  changes: Partial<JobsView> = {},
): JobsView {
  // The table has exactly the jobs' names.
  const names = Object.keys(WORDS) as JobName[];
  return {
    enabled: true,
    paused: false,
    pausedUntilMs: null,
    sentence: 'Nothing is due: the next job is the backup, tonight.',
    running: null,
    jobs: names.map((name) => jobOf(name, jobs[name])),
    todayNanoUsd: 0,
    dayLimitNanoUsd: 0,
    problem: null,
    ...changes,
  };
}

export function findingOf(changes: Partial<Finding> = {}): Finding {
  return {
    id: 'finding-1',
    job: 'security-hygiene',
    key: 'key-age/openai',
    severity: 'medium',
    sentence: 'The key of OpenAI is 212 days old, and you want keys replaced after 180.',
    action: { label: 'Replace the key', view: 'models', proposalId: null },
    foundAtMs: Date.now() - 20 * HOUR_MS,
    seenAtMs: Date.now() - HOUR_MS,
    state: 'open',
    ...changes,
  };
}

export function proposalOf(changes: Partial<Proposal> = {}): Proposal {
  return {
    id: 'proposal-1',
    job: 'shadow-evaluation',
    key: 'local-bias',
    title: 'Prefer local models a little more',
    sentence: 'Of 164 requests that the cloud answered, ollama/qwen3:8b would have done as well on 62 %.',
    evidence: [
      { label: 'Would have stayed local', value: '62 %, between 54 % and 70 %' },
      { label: 'A month less at cloud providers', value: '$4.20, between $3.10 and $5.40' },
      { label: 'Judged', value: '164 requests, 131 of them exactly' },
    ],
    changes: [{ path: 'optimizer.preferences.localBias', before: 0.5, after: 0.65 }],
    proposedAtMs: Date.now() - 2 * HOUR_MS,
    state: 'open',
    decidedAtMs: null,
    ...changes,
  };
}
