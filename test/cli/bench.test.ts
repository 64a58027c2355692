import { afterEach, describe, expect, test, vi } from 'vitest';
import type { BenchmarkRun, BenchmarkView, JobsView, RunView } from '../../src-shared/jobs.ts';
import { listBenchmarks } from '../../src-main/cli/commands/bench.ts';
import { runBenchmark } from '../../src-main/cli/commands/bench-run.ts';
import { startControl } from './start-control.ts';

afterEach(() => {
  process.exitCode = 0;
});

const RUN: BenchmarkRun = {
  endpoint: 'ollama/qwen3:8b',
  takenAtMs: Date.UTC(2026, 10, 21, 2, 30),
  digest: 'a'.repeat(64),
  serverVersion: '0.40.1',
  condition: 'calm',
  coldLoadMs: 4_120,
  contexts: [
    { promptTokens: 512, promptTokensPerSecond: 900, outputTokensPerSecond: 34.6, firstTokenMs: 600 },
    { promptTokens: 4_096, promptTokensPerSecond: 850, outputTokensPerSecond: 31, firstTokenMs: 4_900 },
  ],
  memoryBytes: 6.2e9,
  vramBytes: 6.2e9,
  joulesPer1000Tokens: 812.4,
};
const SMALL: BenchmarkRun = {
  ...RUN,
  endpoint: 'ollama/tiny:1b',
  condition: 'battery',
  coldLoadMs: null,
  contexts: [{ promptTokens: 512, promptTokensPerSecond: null, outputTokensPerSecond: 69.2, firstTokenMs: null }],
  memoryBytes: null,
  joulesPer1000Tokens: null,
};
const view = (latest: BenchmarkRun, change: string | null = null): BenchmarkView => ({
  endpoint: latest.endpoint,
  latest,
  previous: null,
  history: [latest],
  change,
});
const CHANGE = 'ollama/qwen3:8b writes 31 % slower (50 became 35 tokens a second).';
const LIST = { benchmarks: [view(RUN, CHANGE), view(SMALL)] };

describe('bench', () => {
  test('shows the last figures, the fastest first, with a bar and what changed', async () => {
    vi.stubEnv('LC_ALL', 'C.UTF-8');
    const control = await startControl({ 'GET /control/v1/benchmarks': LIST });
    await listBenchmarks({});
    expect(control.printed()).toBe(
      [
        'MODEL              WRITES                  READS  LOADS  MEMORY  J/1000 TOKENS  MEASURED                      CHANGED',
        'ollama/tiny:1b   69 tok/s  ██████████          ?      ?       ?              ?  2026-11-21 02:30, on battery',
        'ollama/qwen3:8b  35 tok/s  █████       850 tok/s  4.1 s  6.2 GB            812  2026-11-21 02:30              ●',
        '',
        CHANGE,
      ].join('\n'),
    );
  });

  test('says how to begin when nothing was measured', async () => {
    const control = await startControl({ 'GET /control/v1/benchmarks': { benchmarks: [] } });
    await listBenchmarks({});
    expect(control.printed()).toContain('pointsman bench run');
  });

  test('prints what the gateway says with --json', async () => {
    const control = await startControl({ 'GET /control/v1/benchmarks': LIST });
    await listBenchmarks({ json: true });
    expect(JSON.parse(control.printed())).toEqual(LIST.benchmarks);
  });
});

const WORKING: RunView = {
  ...{ id: 'run-7', job: 'model-benchmark', trigger: 'person', state: 'running', createdAtMs: 1, startedAtMs: 1 },
  ...{ endedAtMs: null, unitsDone: 3, unitsTotal: 14, timeLeftMs: 240_000, doing: 'Measuring ollama/qwen3:8b' },
  ...{ preemptions: 0, retries: 0, retryAtMs: null, found: null, problem: null },
  cost: { cpuMs: 1, energyJoules: null, nanoUsd: 0, unknownCosts: 0, localTokens: 0, cloudTokens: 0 },
};
const ENDED: RunView = { ...WORKING, state: 'done', endedAtMs: 9, found: '2 models were measured.', doing: null };

function jobs(current: RunView | null, last: RunView | null, waitsFor: string | null = null): JobsView {
  return {
    ...{ enabled: true, paused: false, pausedUntilMs: null, sentence: '', running: null },
    ...{ todayNanoUsd: 0, dayLimitNanoUsd: 0, problem: null },
    jobs: [
      {
        ...{ name: 'model-benchmark', title: 'Measuring local models', description: '', heavy: true, enabled: true },
        ...{ paused: false, pausedUntilMs: null, schedule: 'daily', nextDueAtMs: null, current, last, waitsFor },
      },
    ],
  };
}

/** A gateway whose jobs go on with every look. */
function startJobs(looks: JobsView[], begun = jobs(WORKING, null)) {
  return startControl({
    'POST /control/v1/benchmarks/run': begun,
    get 'GET /control/v1/jobs'() {
      return looks.length > 1 ? looks.shift() : looks[0];
    },
    'GET /control/v1/benchmarks': LIST,
  });
}

describe('bench run', () => {
  test('starts the measurement and follows it to its end', async () => {
    const waiting = jobs(WORKING, null, 'on battery, needs mains');
    const control = await startJobs([jobs(WORKING, null), waiting, jobs(null, ENDED)]);
    await runBenchmark('qwen3:8b', { everyMs: 1 });
    expect(control.asked[0]).toEqual(['POST /control/v1/benchmarks/run', { model: 'qwen3:8b' }]);
    const lines = control.printed().split('\n');
    expect(lines.slice(0, 3)).toEqual([
      '[3/14] Measuring ollama/qwen3:8b, about 4 min left',
      '[3/14] Waits: on battery, needs mains',
      '2 models were measured.',
    ]);
    expect(control.printed()).toContain('ollama/qwen3:8b');
    expect(process.exitCode).toBe(0);
  });

  test('ends with 1 when the run failed, and says why', async () => {
    const failed: RunView = { ...ENDED, state: 'failed', found: null, problem: 'Ollama cannot be reached.' };
    const control = await startJobs([jobs(null, failed)]);
    await runBenchmark(undefined, { everyMs: 1 });
    expect(control.printed()).toContain('Ollama cannot be reached.');
    expect(process.exitCode).toBe(1);
  });

  test('prints run and figures with --json, and nothing else', async () => {
    const control = await startJobs([jobs(WORKING, null), jobs(null, ENDED)]);
    await runBenchmark(undefined, { json: true, everyMs: 1 });
    expect(JSON.parse(control.printed())).toEqual({ run: ENDED, benchmarks: LIST.benchmarks });
  });

  test('left by Ctrl-C says that the measurement goes on', async () => {
    const control = await startJobs([jobs(WORKING, null)]);
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const running = runBenchmark(undefined, { everyMs: 60_000 });
    await expect.poll(() => control.printed()).toContain('[3/14]');
    process.emit('SIGINT');
    await running;
    expect(said.mock.calls.join('')).toContain('It goes on without this command.');
    said.mockRestore();
    expect(process.exitCode).toBe(130);
  });

  test('says how to look when there is no run to follow', async () => {
    await startJobs([jobs(null, null)], jobs(null, null));
    await expect(runBenchmark(undefined, {})).rejects.toThrow('The measurement did not begin');
  });
});
