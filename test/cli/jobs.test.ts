import { expect, test, vi } from 'vitest';
import { JOB_NAMES, jobsView, type JobsView, type RunView } from '../../src-shared/jobs.ts';
import { listJobs } from '../../src-main/cli/commands/jobs.ts';
import { progressBar } from '../../src-main/cli/progress-bar.ts';
import { addFinding, addProposal } from '../support/add-findings.ts';
import { startEngineForCommands } from './start-engine-for-commands.ts';
import { startControl } from './start-control.ts';

const RUN: RunView = {
  id: 'r1',
  job: 'model-benchmark',
  trigger: 'schedule',
  state: 'running',
  createdAtMs: 0,
  startedAtMs: 0,
  endedAtMs: null,
  unitsDone: 5,
  unitsTotal: 20,
  timeLeftMs: 240_000,
  doing: 'qwen3:8b, long prompts',
  preemptions: 1,
  retries: 0,
  retryAtMs: null,
  cost: { cpuMs: 12_000, energyJoules: 7_200, nanoUsd: 20_000_000, unknownCosts: 0, localTokens: 900, cloudTokens: 0 },
  found: null,
  problem: null,
};

const JOB: JobsView['jobs'][number] = {
  name: 'model-benchmark',
  title: 'Measuring local models',
  description: 'How fast they are.',
  heavy: true,
  enabled: true,
  paused: false,
  pausedUntilMs: null,
  schedule: 'weekly, on Sunday between 1 and 5 o’clock',
  nextDueAtMs: null,
  current: RUN,
  last: { ...RUN, state: 'done', found: 'Nothing has changed.' },
  waitsFor: null,
};

const VIEW: JobsView = {
  enabled: true,
  paused: false,
  pausedUntilMs: null,
  sentence: 'Measuring local models: qwen3:8b (6 of 20, about 4 min left)',
  running: 'model-benchmark',
  jobs: [
    JOB,
    { ...JOB, name: 'backup', title: 'Backup', waitsFor: 'Waits its turn.', current: { ...RUN, state: 'waiting' } },
  ],
  todayNanoUsd: 20_000_000,
  dayLimitNanoUsd: 1e9,
  problem: null,
};

test('jobs says what runs and how far it is, what waits and why, and what it cost', async () => {
  const control = await startControl({ 'GET /control/v1/jobs': VIEW });
  vi.stubEnv('LC_ALL', 'C');
  await listJobs({});
  expect(control.printed()).toBe(
    [
      'Measuring local models: qwen3:8b (6 of 20, about 4 min left)',
      'Spent today: $0.0200 of $1.00.',
      '',
      'JOB              STATE  NEXT  LAST RESULT           COST',
      'model-benchmark  runs         Nothing has changed.  12 s of CPU, 2.0 Wh, $0.0200',
      'backup           waits        Nothing has changed.  12 s of CPU, 2.0 Wh, $0.0200',
      '',
      'Measuring local models: [#####---------------] 5/20, about 4 min left',
      '  qwen3:8b, long prompts',
      '',
      'Backup: [#####---------------] 5/20, about 4 min left',
      '  Waits. Waits its turn.',
    ].join('\n'),
  );
});

test('a bar is full at the end, and where nobody knows the end it is a count', () => {
  expect(progressBar(3, 3, true)).toBe('[████████████████████] 3/3');
  expect(progressBar(0, 0, false)).toBe('[####################] 0/0');
  expect(progressBar(7, null, true)).toBe('7 done');
});

test('a job is run, paused, resumed and cancelled by its name, and each answer says what comes of it', async () => {
  const { run } = await startEngineForCommands();
  expect((await run('jobs', 'run', 'backup')).stdout).toMatch(/runs as soon as it can\. .+needed/);
  expect((await run('jobs', 'pause', 'backup', '--hours', '2')).stdout).toMatch(/is paused for 2 h\.$/);
  expect((await run('jobs')).stdout).toMatch(/^backup +paused/m);
  expect((await run('jobs', 'resume', 'backup')).stdout).toMatch(/goes on\./);
  expect((await run('jobs', 'cancel', 'backup')).stdout).toMatch(/is ended/);
  expect(await run('jobs', 'cancel', 'backup')).toMatchObject({
    code: 1,
    stderr: 'This job has no run that could be ended.\n',
  });
  expect((await run('jobs', 'history')).stdout).toMatch(/backup +cancelled +0/);
});

test('all work is paused and resumed together', async () => {
  const { run } = await startEngineForCommands();
  expect((await run('jobs', 'pause')).stdout).toBe('All background work is paused until you resume it.');
  expect(jobsView.parse(JSON.parse((await run('jobs', '--json')).stdout)).paused).toBe(true);
  expect((await run('gate')).stdout).toMatch(/Pause +NO/);
  expect((await run('jobs', 'resume')).code).toBe(0);
  expect(jobsView.parse(JSON.parse((await run('jobs', '--json')).stdout)).paused).toBe(false);
});

test('a job that is switched off is not run, and the reason is told', async () => {
  const { run } = await startEngineForCommands({ background: { off: ['backup'] } });
  expect(await run('jobs', 'run', 'backup')).toMatchObject({
    code: 1,
    stderr: 'This job is switched off in the settings.\n',
  });
});

test('a serious finding is worth an exit code until it is dismissed', async () => {
  const { run, folder } = await startEngineForCommands();
  expect(await run('jobs', 'findings')).toMatchObject({ code: 0, stdout: 'Nothing is to be looked at.' });
  const id = addFinding(folder, { severity: 'high' });
  const listed = await run('jobs', 'findings');
  expect(listed).toMatchObject({ code: 1 });
  expect(listed.stdout).toBe(`high: The key of Up is 200 days old.\n  What to do: Rotate the key\n  ${id}\n`);
  expect((await run('jobs', 'dismiss', id)).stdout).toBe('It is not told again unless it becomes worse.');
  expect(await run('jobs', 'findings')).toMatchObject({ code: 0 });
  expect((await run('jobs', 'findings', '--all')).stdout).toMatch(/^high \(dismissed\)/);
});

test('a proposal is shown with what speaks for it, accepted once, and refused when the settings are others', async () => {
  const { run, folder, engine } = await startEngineForCommands();
  const first = addProposal(folder);
  const second = addProposal(folder);
  expect((await run('jobs', 'proposals')).stdout).toContain(
    'More at home. It would have done.\n  Could have stayed: 41 %\n  optimizer.preferences.localBias: 0.5 -> 0.6',
  );
  expect((await run('jobs', 'accept', first)).stdout).toMatch(/^More at home: done\./);
  expect(engine.settings().optimizer.preferences.localBias).toBe(0.6);
  expect((await run('jobs', 'accept', first)).stderr).toMatch(/accepted already/);
  expect((await run('jobs', 'accept', second)).stderr).toMatch(/outdated already/);
  expect(await run('jobs', 'dismiss', 'nobody')).toMatchObject({ code: 1 });
});

test('the summary says from when to when, and is JSON for programs', async () => {
  const { run } = await startEngineForCommands();
  expect((await run('jobs', 'summary', '--hours', '1')).stdout).toMatch(/^In 1 h no background work was done\.\nFrom /);
  expect(JSON.parse((await run('jobs', 'summary', '--json')).stdout)).toMatchObject({ runs: [], findings: [] });
  expect((await run('jobs', 'summary', '--hours', 'x')).code).toBe(2);
});

test('every job can be asked for by its name', async () => {
  const { run } = await startEngineForCommands();
  const { jobs } = jobsView.parse(JSON.parse((await run('jobs', '--json')).stdout));
  for (const { name } of jobs) expect(JOB_NAMES).toContain(name);
  expect(jobs.length).toBeGreaterThanOrEqual(8);
});
