import type {
  BackupView,
  BenchmarkRun,
  BenchmarkView,
  KeptView,
  RankedProvider,
  ShadowView,
} from '../../../../src-shared/jobs.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const GIB = 2 ** 30;

export function keptOf(changes: Partial<KeptView> = {}): KeptView {
  return {
    consent: false,
    consentedAtMs: null,
    count: 0,
    bytes: 0,
    oldestAtMs: null,
    nextEndAtMs: null,
    keyIn: 'the keychain of this system',
    problem: null,
    ...changes,
  };
}

/** Agreed five days ago, and in use since. */
export const keptInUse = (): KeptView =>
  keptOf({
    consent: true,
    consentedAtMs: Date.now() - 5 * DAY_MS,
    count: 412,
    bytes: 3_400_000,
    oldestAtMs: Date.now() - 5 * DAY_MS,
    nextEndAtMs: Date.now() + 9 * DAY_MS,
  });

export function shadowOf(changes: Partial<ShadowView> = {}): ShadowView {
  return {
    sinceMs: Date.now() - 14 * DAY_MS,
    cloudRequests: 0,
    judgedRequests: 0,
    couldHaveStayed: null,
    savedPerMonthNanoUsd: null,
    models: [],
    judges: [],
    examples: [],
    sentence: 'Nothing was judged yet.',
    ...changes,
  };
}

/** Two weeks of it: three models, two judges, three examples of which one is not kept any longer. */
export const shadowInUse = (): ShadowView =>
  shadowOf({
    cloudRequests: 231,
    judgedRequests: 164,
    couldHaveStayed: { mean: 0.62, low: 0.54, high: 0.7 },
    savedPerMonthNanoUsd: { mean: 4_200_000_000, low: 3_100_000_000, high: 5_400_000_000 },
    sentence:
      'About 62 % of what the cloud answered, ollama/qwen3:8b would have answered as well, mostly short questions and extraction.',
    models: [
      {
        endpoint: 'ollama/qwen3:8b',
        judged: 164,
        quality: { mean: 0.62, low: 0.54, high: 0.7 },
        methods: { exact: 88, localJudge: 61, cloudJudge: 4, undecided: 11 },
        firstTokenMs: 640,
        tokensPerSecond: 31,
      },
      {
        endpoint: 'ollama/llama3.2:3b',
        judged: 120,
        quality: { mean: 0.38, low: 0.29, high: 0.47 },
        methods: { exact: 80, localJudge: 40, cloudJudge: 0, undecided: 0 },
        firstTokenMs: 280,
        tokensPerSecond: 74,
      },
      {
        endpoint: 'ollama/gemma3:1b',
        judged: 4,
        quality: null,
        methods: { exact: 4, localJudge: 0, cloudJudge: 0, undecided: 0 },
        firstTokenMs: null,
        tokensPerSecond: null,
      },
    ],
    judges: [
      {
        endpoint: 'ollama/qwen3:8b',
        agreement: 0.91,
        asked: 61,
        usable: true,
        sentence: 'It judges the same pair alike, whichever answer comes first.',
      },
      {
        endpoint: 'ollama/llama3.2:3b',
        agreement: 0.43,
        asked: 30,
        usable: false,
        sentence: 'It mostly prefers the answer that it sees first, so its verdicts are not used.',
      },
    ],
    examples: [
      {
        requestId: 'r-1',
        atMs: Date.now() - 26 * HOUR_MS,
        endpoint: 'ollama/qwen3:8b',
        quality: 0.96,
        method: 'exact',
        why: 'Both name the same three fields with the same values.',
        prompt: 'Extract name, date and amount as JSON from: “Invoice of ACME, 3 May 2026, 120.50 EUR”.',
        accepted: '{"name":"ACME","date":"2026-05-03","amount":120.5}',
        local: '{ "name": "ACME", "date": "2026-05-03", "amount": 120.50 }',
        costNanoUsd: 2_100_000,
      },
      {
        requestId: 'r-2',
        atMs: Date.now() - 30 * HOUR_MS,
        endpoint: 'ollama/qwen3:8b',
        quality: 0.12,
        method: 'local_judge',
        why: 'The accepted answer explains why the lock is taken twice; the local one only repeats the code.',
        prompt:
          'Why does this deadlock?\n\nasync function run() {\n  await lock.acquire();\n  await save();\n}\n\nasync function save() {\n  await lock.acquire();\n}',
        accepted:
          'run() holds the lock while it waits for save(), and save() waits for the same lock: neither can go on. Pass the held lock on, or take it in one place only.',
        local: 'The function run calls acquire and then save. save calls acquire.',
        costNanoUsd: 4_800_000,
      },
      {
        requestId: 'r-3',
        atMs: Date.now() - 40 * HOUR_MS,
        endpoint: 'ollama/llama3.2:3b',
        quality: 0.55,
        method: 'cloud_judge',
        why: 'Both summaries are correct; the accepted one is easier to read.',
        prompt: null,
        accepted: null,
        local: null,
        costNanoUsd: null,
      },
    ],
  });

function benchmarkRunOf(changes: Partial<BenchmarkRun> = {}): BenchmarkRun {
  return {
    endpoint: 'ollama/qwen3:8b',
    takenAtMs: Date.now() - 8 * HOUR_MS,
    digest: 'sha256:500a1f067a9f4c0e8c1b1fd0aabbccdd',
    serverVersion: '0.17.2',
    condition: 'calm',
    coldLoadMs: 3_900,
    contexts: [
      { promptTokens: 256, promptTokensPerSecond: 410, outputTokensPerSecond: 31, firstTokenMs: 640 },
      { promptTokens: 4_096, promptTokensPerSecond: 365, outputTokensPerSecond: 26.4, firstTokenMs: 11_200 },
    ],
    memoryBytes: 6.2 * GIB,
    vramBytes: 5.6 * GIB,
    joulesPer1000Tokens: 940,
    ...changes,
  };
}

const slower = (share: number) =>
  [
    {
      promptTokens: 256,
      promptTokensPerSecond: 410 * share,
      outputTokensPerSecond: 31 * share,
      firstTokenMs: 640 / share,
    },
    {
      promptTokens: 4_096,
      promptTokensPerSecond: 365 * share,
      outputTokensPerSecond: 26.4 * share,
      firstTokenMs: 11_200 / share,
    },
  ] as const;

export function benchmarksInUse(): BenchmarkView[] {
  const previous = benchmarkRunOf({
    takenAtMs: Date.now() - 32 * HOUR_MS,
    serverVersion: '0.17.1',
    contexts: [...slower(1.22)],
  });
  const older = [1.2, 1.18, 1.23, 1.21].map((share, days) =>
    benchmarkRunOf({ takenAtMs: Date.now() - (56 + 24 * days) * HOUR_MS, contexts: [...slower(share)] }),
  );
  const latest = benchmarkRunOf();
  const small = (changes: Partial<BenchmarkRun>) =>
    benchmarkRunOf({ endpoint: 'ollama/llama3.2:3b', vramBytes: null, joulesPer1000Tokens: null, ...changes });
  const calm = small({
    takenAtMs: Date.now() - 32 * HOUR_MS,
    coldLoadMs: 1_400,
    contexts: [...slower(2.3)],
    memoryBytes: 2.4 * GIB,
  });
  const battery = small({
    condition: 'battery',
    coldLoadMs: 2_100,
    contexts: [...slower(1.5)],
    memoryBytes: 2.4 * GIB,
  });
  return [
    {
      endpoint: 'ollama/qwen3:8b',
      latest,
      previous,
      history: [latest, previous, ...older],
      change: 'ollama/qwen3:8b writes 18 % slower since its server went from 0.17.1 to 0.17.2.',
    },
    { endpoint: 'ollama/llama3.2:3b', latest: battery, previous: calm, history: [battery, calm], change: null },
    { endpoint: 'ollama/gemma3:1b', latest: null, previous: null, history: [], change: null },
  ];
}

export function rankingInUse(): RankedProvider[] {
  return [
    {
      providerId: 'anthropic',
      score: 88,
      requests: 412,
      successRate: 0.995,
      firstTokenMs: 610,
      tokensPerSecond: 82,
      nanoUsdPer1000Tokens: 6_400_000,
      trend: 'improving',
      sentence: 'Answers nearly always, and soon; the dearest of the three.',
    },
    {
      providerId: 'openai',
      score: 74,
      requests: 208,
      successRate: 0.96,
      firstTokenMs: 890,
      tokensPerSecond: 64,
      nanoUsdPer1000Tokens: 2_100_000,
      trend: 'degrading',
      sentence: 'Was rate limited on nine requests in the last week.',
    },
    {
      providerId: 'groq',
      score: null,
      requests: 3,
      successRate: null,
      firstTokenMs: null,
      tokensPerSecond: null,
      nanoUsdPer1000Tokens: null,
      trend: null,
      sentence: 'Three requests are too few to tell.',
    },
  ];
}

export function backupsInUse(): BackupView[] {
  return [0, 1, 2].map((days) => ({
    id: `backup-${days}`,
    atMs: Date.now() - (days * 24 + 7) * HOUR_MS,
    bytes: 184_000 - days * 9_000,
    version: '0.1.0',
    intact: days !== 2,
    parts: ['settings', 'what was learned'],
  }));
}
