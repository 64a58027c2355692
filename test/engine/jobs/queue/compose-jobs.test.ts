import { expect, onTestFinished, test } from 'vitest';
import { settings as settingsSchema } from '../../../../src-shared/settings.ts';
import { composeJobs } from '../../../../src-main/engine/compose-jobs.ts';
import { ControlProblem } from '../../../../src-main/engine/gateway/control/control-problem.ts';
import type { News } from '../../../../src-main/engine/house/notices.ts';
import { LiveSettings } from '../../../../src-main/engine/live-settings.ts';
import { IdleGate } from '../../../../src-main/engine/resources/idle-gate.ts';
import { openStore } from '../../../../src-main/engine/store/open-store.ts';
import { addFinding, addProposal } from '../../../support/add-findings.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { SilentLog } from '../../../support/silent-log.ts';
import { FakeMonitor } from '../../resources/fake-monitor.ts';
import { LIMITS } from '../../resources/gate-inputs.ts';
import { AWAY, BACK, FakeCallers, makeFolder, pass, scriptedKind } from './support.ts';

const HOUR_MS = 3_600_000;

/** A day that begins at local midnight: notices are counted by the day. */
const MIDNIGHT = new Date(2026, 10, 21).getTime();

function build(given: Record<string, unknown> = {}) {
  const clock = new ManualClock(MIDNIGHT);
  const log = new SilentLog();
  const folder = makeFolder();
  let drawn = 0;
  const random = { bytes: (count: number) => new Uint8Array(count).map(() => (drawn = (drawn * 31 + 7) % 251)) };
  const opened = openStore({ folder, clock, random, log, platform: 'linux' });
  if (!opened.ok) throw new Error(opened.message);
  onTestFinished(() => opened.store.close());
  const monitor = new FakeMonitor();
  const gate = new IdleGate({
    ...{ clock, log },
    monitor: monitor.port,
    limits: () => ({ ...LIMITS, cpuWindowMs: 0, requestQuietMs: 0, resumeHoldMs: 0 }),
    activeRequests: () => 0,
    heldBack: () => false,
  });
  const settings = new LiveSettings({ folder, settings: settingsSchema.parse(given) });
  const told: News[] = [];
  const changes: string[] = [];
  const jobs = composeJobs({
    ...{ clock, random, log, settings, gate, store: opened.store, callers: new FakeCallers() },
    kinds: [scriptedKind({ units: 2, unitMs: 100 })],
    isReady: () => true,
    money: () => ({ todayNanoUsd: 5, dayLimitNanoUsd: 10 }),
    notices: () => ({ tell: (news) => told.push(news) > 0, settle: () => true }),
    onChange: (what) => changes.push(what),
  });
  jobs.queue.start();
  return { clock, folder, monitor, gate, settings, store: opened.store, jobs, told, changes };
}

async function workWhileAway({ clock, monitor, jobs }: ReturnType<typeof build>, name = true): Promise<void> {
  monitor.sample(AWAY);
  if (name) jobs.queue.runNow('backup');
  await pass(clock, 500);
  await clock.advance(HOUR_MS);
  monitor.sample(BACK);
}

test('who comes back is told what was done, once a day', async () => {
  const bench = build();
  await workWhileAway(bench);
  expect(bench.told).toMatchObject([
    {
      title: 'While you were away',
      text: 'In 1 h 1 job was finished. It cost no money.',
      level: 'info',
      view: 'background',
    },
  ]);
  await bench.clock.advance(HOUR_MS);
  await workWhileAway(bench);
  expect(bench.told).toHaveLength(1);
  await bench.clock.advance(22 * HOUR_MS);
  await workWhileAway(bench);
  expect(bench.told).toHaveLength(2);
});

test('nobody is told of nothing, or when they do not want to be', async () => {
  const idle = build();
  await workWhileAway(idle, false);
  expect(idle.told).toEqual([]);
  const quiet = build({ background: { dailySummary: false } });
  await workWhileAway(quiet);
  expect(quiet.told).toEqual([]);
});

test('the tray names the job at work, and nothing when none is', async () => {
  const { jobs, clock, monitor } = build();
  expect(jobs.background()).toBeNull();
  monitor.sample(AWAY);
  jobs.queue.runNow('backup');
  await pass(clock, 50);
  expect(jobs.background()).toEqual({ job: 'backup', sentence: 'The backup job (1 of 2)' });
});

test('an accepted proposal is in force at once and stays decided', async () => {
  const { jobs, settings, folder, changes } = build();
  const id = addProposal(folder);
  expect(await jobs.handlers['proposals.accept']({ id })).toMatchObject({ id, state: 'accepted' });
  expect(settings.current.optimizer.preferences.localBias).toBe(0.6);
  expect(jobs.handlers['proposals.list']({})).toMatchObject({ proposals: [{ state: 'accepted' }] });
  expect(changes).toContain('proposals');
  await expect(async () => jobs.handlers['proposals.accept']({ id })).rejects.toThrow(/accepted already/);
});

test('a proposal made for other settings is outdated, and changes nothing', async () => {
  const { jobs, settings, folder } = build();
  const id = addProposal(folder, { path: 'log.level', before: 'warn', after: 'debug' });
  expect(await jobs.handlers['proposals.accept']({ id })).toMatchObject({ state: 'outdated' });
  expect(settings.current.log.level).toBe('info');
});

test('when the settings change, open proposals that were made for others become outdated', async () => {
  const { jobs, settings, folder } = build();
  addProposal(folder);
  const other = addProposal(folder, { path: 'log.level', before: 'info', after: 'debug' });
  const { optimizer } = settings.current;
  const preferences = { ...optimizer.preferences, localBias: 0.9 };
  await settings.adopt({ ...settings.current, optimizer: { ...optimizer, preferences } });
  const { proposals } = await jobs.handlers['proposals.list']({});
  expect(proposals.filter(({ state }) => state === 'open').map(({ id }) => id)).toEqual([other]);
});

test.each([
  ['privacy.localOnly', true, false],
  ['privacy.keepPrompts.enabled', false, true],
  ['access.requireKeys', true, false],
  ['gateway.host', '127.0.0.1', '0.0.0.0'],
  ['background.shadow.cloudJudge', null, 'up/big'],
  ['images', {}, {}],
])('a proposal can never change %s, whoever accepts it', async (path, before, after) => {
  const { jobs, settings, folder } = build();
  const id = addProposal(folder, { path, before, after });
  const before_ = settings.current;
  await expect(async () => jobs.handlers['proposals.accept']({ id })).rejects.toThrow(/keeps you and your data safe/);
  expect(settings.current).toBe(before_);
});

test('nobody but a person calls another machine local: private requests would leave this one', async () => {
  const { jobs, settings, folder } = build();
  const after = { id: 'lan', name: 'LAN', kind: 'openai', track: 'local', baseUrl: 'http://192.168.1.9:8000/v1' };
  const id = addProposal(folder, { path: 'providers.lan', before: null, after });
  expect(await jobs.handlers['proposals.accept']({ id })).toMatchObject({ state: 'outdated' });
  expect(settings.current.providers).toEqual([]);
  const here = addProposal(folder, {
    path: 'providers.lan',
    before: null,
    after: { ...after, baseUrl: 'http://127.0.0.1:8000/v1' },
  });
  expect(await jobs.handlers['proposals.accept']({ id: here })).toMatchObject({ state: 'accepted' });
  expect(settings.current.providers).toMatchObject([{ id: 'lan', track: 'local' }]);
});

test('a value that the settings do not allow is refused with what is allowed', async () => {
  const { jobs, folder } = build();
  const id = addProposal(folder, { path: 'optimizer.preferences.localBias', before: 0.5, after: 7 });
  await expect(async () => jobs.handlers['proposals.accept']({ id })).rejects.toThrow(/localBias.*7/);
});

test('what is not there, or decided, is said', async () => {
  const { jobs, folder } = build();
  const refused = (call: () => unknown) => expect(Promise.resolve().then(call)).rejects.toBeInstanceOf(ControlProblem);
  await refused(() => jobs.handlers['findings.dismiss']({ id: 'nobody' }));
  await refused(() => jobs.handlers['proposals.dismiss']({ id: 'nobody' }));
  await refused(() => jobs.handlers['jobs.run']({ name: 'offline-training' }));
  const id = addFinding(folder);
  expect(await jobs.handlers['findings.dismiss']({ id })).toMatchObject({ id, state: 'dismissed' });
  expect(await jobs.handlers['findings.list']({})).toMatchObject({ findings: [{ state: 'dismissed' }] });
});
