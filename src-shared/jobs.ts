import { z } from 'zod';

/** Background work: the jobs, their runs, what they found, and what they propose. `null` is unknown, everywhere. */

/** In the order of priority: when several are due, the first goes first. */
export const JOB_NAMES = [
  'security-hygiene',
  'backup',
  'database-upkeep',
  'model-discovery',
  'price-refresh',
  'provider-ranking',
  'model-benchmark',
  'shadow-evaluation',
  'offline-training',
] as const;
export const jobName = z.enum(JOB_NAMES);
export type JobName = z.infer<typeof jobName>;

const nanoUsd = z.int().min(0);
const atMs = z.number();

/** What a run has cost so far. Money and tokens are booked by calls; energy is an estimate. */
export const runCost = z.object({
  /** The engine's own CPU, user and system. */
  cpuMs: z.number().min(0),
  /** Of local calls; null: one of them is unknown. */
  energyJoules: z.number().min(0).nullable(),
  /** Known costs. */
  nanoUsd,
  /** Calls whose cost nobody knows. */
  unknownCosts: z.int().min(0),
  localTokens: z.int().min(0),
  cloudTokens: z.int().min(0),
});
export type RunCost = z.infer<typeof runCost>;

export const RUN_STATES = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const;

/** One run of a job, from its first unit to its end, however often it was stopped in between. */
export const runView = z.object({
  id: z.string(),
  job: jobName,
  trigger: z.enum(['schedule', 'person', 'event']),
  /** `waiting`: begun or due, and not at work now; it goes on where it was. */
  state: z.enum(RUN_STATES),
  createdAtMs: atMs,
  /** null: no unit was begun yet. */
  startedAtMs: atMs.nullable(),
  endedAtMs: atMs.nullable(),
  unitsDone: z.int().min(0),
  /** null: not known (yet). */
  unitsTotal: z.int().min(0).nullable(),
  /** Of working time, by the units done so far; an estimate. null: nothing to judge it by. */
  timeLeftMs: z.number().min(0).nullable(),
  /** What is being done, in words; null: nothing now. */
  doing: z.string().nullable(),
  /** Times that the gate closed, or the person asked, while a unit was under way. */
  preemptions: z.int().min(0),
  /** Failed tries since the last unit that went well. */
  retries: z.int().min(0),
  /** Before this nothing is tried again; null: at the next chance. */
  retryAtMs: atMs.nullable(),
  cost: runCost,
  /** What it found, in a sentence; null: it is not over, or found nothing to tell. */
  found: z.string().nullable(),
  /** What went wrong last, and what to do; null: nothing. */
  problem: z.string().nullable(),
});
export type RunView = z.infer<typeof runView>;

export const jobView = z.object({
  name: jobName,
  title: z.string(),
  /** What it does and why one would want that. */
  description: z.string(),
  /** It works a model, the disk or the processor hard. */
  heavy: z.boolean(),
  enabled: z.boolean(),
  paused: z.boolean(),
  /** Unix milliseconds; null: not paused, or until the person resumes (`paused` tells which). */
  pausedUntilMs: atMs.nullable(),
  /** How often, in words: "daily, between 1 and 5 o'clock". */
  schedule: z.string(),
  /** When it is due next by its schedule; null: never by itself. */
  nextDueAtMs: atMs.nullable(),
  /** The run that waits or works; null: none. */
  current: runView.nullable(),
  /** The last one that ended. */
  last: runView.nullable(),
  /** Why the current run does not work now, with value and limit; null: it works, or there is none. */
  waitsFor: z.string().nullable(),
});
export type JobView = z.infer<typeof jobView>;

/** `GET /control/v1/jobs`. */
export const jobsView = z.object({
  enabled: z.boolean(),
  paused: z.boolean(),
  pausedUntilMs: atMs.nullable(),
  /** What goes on, or why nothing does, in one sentence. */
  sentence: z.string(),
  /** null: none works now. */
  running: jobName.nullable(),
  jobs: z.array(jobView),
  /** Booked today by background work, and what it may spend. */
  todayNanoUsd: nanoUsd,
  dayLimitNanoUsd: nanoUsd,
  /** What keeps runs from being written down; null: nothing. */
  problem: z.string().nullable(),
});
export type JobsView = z.infer<typeof jobsView>;

export const runsQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  job: jobName.optional(),
  /** Id of the last run of the page before. */
  before: z.string().optional(),
});
export type RunsQuery = z.infer<typeof runsQuery>;
/** Newest first; those that ended. */
export const runsPage = z.object({ runs: z.array(runView), nextBefore: z.string().nullable() });

export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
export const severity = z.enum(SEVERITIES);
export type Severity = z.infer<typeof severity>;

/** Something a job found that a person should know: one sentence, one thing to do. */
export const finding = z.object({
  id: z.string(),
  job: jobName,
  /** What it is about, stable from run to run: the same thing is told once. */
  key: z.string(),
  severity,
  sentence: z.string(),
  /** What to do; null: nothing has to be done. `view`: where. */
  action: z.object({ label: z.string(), view: z.string().nullable(), proposalId: z.string().nullable() }).nullable(),
  foundAtMs: atMs,
  /** The last run that saw it. */
  seenAtMs: atMs,
  state: z.enum(['open', 'resolved', 'dismissed']),
});
export type Finding = z.infer<typeof finding>;

/** One setting that would change. */
export const settingChange = z.object({ path: z.string(), before: z.unknown(), after: z.unknown() });
export type SettingChange = z.infer<typeof settingChange>;

/** A change that a job would make, and a person decides on. Nothing is changed before. */
export const proposal = z.object({
  id: z.string(),
  job: jobName,
  key: z.string(),
  title: z.string(),
  sentence: z.string(),
  /** What speaks for it, measured. */
  evidence: z.array(z.object({ label: z.string(), value: z.string() })),
  changes: z.array(settingChange),
  proposedAtMs: atMs,
  /** `outdated`: the settings it was made for are others by now. */
  state: z.enum(['open', 'accepted', 'dismissed', 'outdated']),
  decidedAtMs: atMs.nullable(),
});
export type Proposal = z.infer<typeof proposal>;

/** "While you were away": all that was done since `fromMs`. */
export const awaySummary = z.object({
  fromMs: atMs,
  toMs: atMs,
  runs: z.array(runView),
  findings: z.array(finding),
  proposals: z.array(proposal),
  cost: runCost,
  /** Time that the gate was open; null: not known for all of it. */
  openMs: z.number().min(0).nullable(),
  sentence: z.string(),
});
export type AwaySummary = z.infer<typeof awaySummary>;

/** Prompts that are kept with the person's consent, without their content. */
export const keptView = z.object({
  /** The person has agreed. */
  consent: z.boolean(),
  consentedAtMs: atMs.nullable(),
  count: z.int().min(0),
  bytes: z.int().min(0),
  oldestAtMs: atMs.nullable(),
  /** When the oldest is erased. */
  nextEndAtMs: atMs.nullable(),
  /** How the key to them is kept. */
  keyIn: z.string(),
  /** Why nothing is kept although it may be; null: nothing is in the way. */
  problem: z.string().nullable(),
});
export type KeptView = z.infer<typeof keptView>;

const interval = z.object({ mean: z.number(), low: z.number(), high: z.number() });
export type Interval = z.infer<typeof interval>;

/** How the answers of one local model compare with the accepted ones. */
export const shadowModel = z.object({
  endpoint: z.string(),
  judged: z.int().min(0),
  /** Of answers that would have done, with its 95 % interval; null: too few. */
  quality: interval.nullable(),
  /** By how each was judged. */
  methods: z.object({ exact: z.int(), localJudge: z.int(), cloudJudge: z.int(), undecided: z.int() }),
  /** Time to the first token against the accepted answer's; null: unknown. */
  firstTokenMs: z.number().nullable(),
  tokensPerSecond: z.number().nullable(),
});

export const judgeView = z.object({
  endpoint: z.string(),
  /** Share of pairs judged the same after the answers changed places; null: not asked yet. */
  agreement: z.number().min(0).max(1).nullable(),
  asked: z.int().min(0),
  usable: z.boolean(),
  /** Why it is not used, or what is known of it. */
  sentence: z.string(),
});

/** `GET /control/v1/shadow`: what could have stayed local. */
export const shadowView = z.object({
  sinceMs: atMs,
  /** Requests that the cloud answered, and how many of them could be judged. */
  cloudRequests: z.int().min(0),
  judgedRequests: z.int().min(0),
  /** Share of cloud requests that the best local model would have answered as well. */
  couldHaveStayed: interval.nullable(),
  /** By what those cost in the last days; estimates. */
  savedPerMonthNanoUsd: interval.nullable(),
  models: z.array(shadowModel),
  judges: z.array(judgeView),
  /** Only while the prompts are kept. */
  examples: z.array(
    z.object({
      requestId: z.string(),
      atMs,
      endpoint: z.string(),
      quality: z.number().min(0).max(1),
      method: z.enum(['exact', 'local_judge', 'cloud_judge']),
      why: z.string(),
      prompt: z.string().nullable(),
      accepted: z.string().nullable(),
      local: z.string().nullable(),
      costNanoUsd: z.int().nullable(),
    }),
  ),
  sentence: z.string(),
});
export type ShadowView = z.infer<typeof shadowView>;

/** Under which conditions numbers were taken: only `calm` ones are compared and believed. */
export const BENCHMARK_CONDITIONS = ['calm', 'battery', 'hot', 'just_resumed', 'busy'] as const;

export const benchmarkRun = z.object({
  endpoint: z.string(),
  takenAtMs: atMs,
  /** What the model was then; null: its server does not say. */
  digest: z.string().nullable(),
  serverVersion: z.string().nullable(),
  condition: z.enum(BENCHMARK_CONDITIONS),
  /** From nothing in memory to the first token; null: it could not be measured. */
  coldLoadMs: z.number().nullable(),
  contexts: z.array(
    z.object({
      promptTokens: z.int(),
      promptTokensPerSecond: z.number().nullable(),
      outputTokensPerSecond: z.number().nullable(),
      firstTokenMs: z.number().nullable(),
    }),
  ),
  memoryBytes: z.number().nullable(),
  vramBytes: z.number().nullable(),
  /** Only where it can be read. */
  joulesPer1000Tokens: z.number().nullable(),
});
export type BenchmarkRun = z.infer<typeof benchmarkRun>;

export const benchmarkView = z.object({
  endpoint: z.string(),
  latest: benchmarkRun.nullable(),
  /** The calm one before; null: none. */
  previous: benchmarkRun.nullable(),
  /** Newest first, with those that were kept apart. */
  history: z.array(benchmarkRun),
  /** What changed, in a sentence; null: nothing worth telling. */
  change: z.string().nullable(),
});
export type BenchmarkView = z.infer<typeof benchmarkView>;

/** Providers by how they do, best first. */
export const rankedProvider = z.object({
  providerId: z.string(),
  /** 0 to 100; null: too little is known. */
  score: z.number().min(0).max(100).nullable(),
  requests: z.int().min(0),
  successRate: z.number().min(0).max(1).nullable(),
  firstTokenMs: z.number().nullable(),
  tokensPerSecond: z.number().nullable(),
  /** What a thousand tokens cost, in and out as they were asked. */
  nanoUsdPer1000Tokens: z.number().nullable(),
  trend: z.enum(['improving', 'steady', 'degrading']).nullable(),
  sentence: z.string(),
});
export type RankedProvider = z.infer<typeof rankedProvider>;

/** A copy of settings and what was learned. */
export const backupView = z.object({
  id: z.string(),
  atMs,
  bytes: z.int().min(0),
  version: z.string(),
  /** false: it is damaged or was changed. */
  intact: z.boolean(),
  parts: z.array(z.string()),
});
export type BackupView = z.infer<typeof backupView>;

/** What a copy was restored to. */
export const restored = z.object({
  done: z.literal(true),
  /** Paths of settings that stay as they are, because the copy's would keep less private. */
  keptAsIs: z.array(z.string()),
  /** Paths of settings that hold from the next start on. */
  pendingRestart: z.array(z.string()),
});
export type Restored = z.infer<typeof restored>;
