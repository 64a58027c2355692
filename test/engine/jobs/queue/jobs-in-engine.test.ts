import { expect, test, vi } from 'vitest';
import type { JobsView } from '../../../../src-shared/jobs.ts';
import { createScriptedPower } from '../../../../src-main/engine/resources/scripted-power.ts';
import { systemClock } from '../../../../src-main/engine/system-ports.ts';
import { callOperation } from '../../../support/call-operation.ts';
import { addFinding, addProposal } from '../../../support/add-findings.ts';
import { SilentLog } from '../../../support/silent-log.ts';
import { startTwoTracks } from '../../../support/start-two-tracks.ts';
import { reading, unknownMachine } from '../../../support/unknown-machine.ts';
import { makeFolder } from './support.ts';

test('what happens to jobs is told as it happens, at most twice a second', async () => {
  const bench = await startTwoTracks();
  const seen: { atMs: number; view: JobsView }[] = [];
  bench.engine.events.on('jobs', (view) => seen.push({ atMs: performance.now(), view }));
  await callOperation(bench, 'jobs.run', { name: 'backup' });
  for (const _ of [1, 2, 3]) {
    await callOperation(bench, 'jobs.pauseOne', { name: 'backup' });
    await callOperation(bench, 'jobs.resumeOne', { name: 'backup' });
  }
  const current = () => seen.at(-1)?.view.jobs.find(({ name }) => name === 'backup');
  await vi.waitFor(() => expect(current()).toMatchObject({ paused: false, current: { state: 'waiting' } }), 5_000);
  const gaps = seen.slice(1).map(({ atMs }, index) => atMs - (seen[index]?.atMs ?? 0));
  for (const gap of gaps) expect(gap).toBeGreaterThan(480);
});

test('decisions on findings and proposals are told to those who show them', async () => {
  const bench = await startTwoTracks();
  const changed = new Set<string>();
  bench.engine.events.on('changed', ({ what }) => changed.add(what));
  await callOperation(bench, 'findings.dismiss', { id: addFinding(bench.folder) });
  await callOperation(bench, 'proposals.dismiss', { id: addProposal(bench.folder) });
  await callOperation(bench, 'jobs.run', { name: 'backup' });
  await callOperation(bench, 'jobs.cancel', { name: 'backup' });
  await vi.waitFor(
    () => expect([...changed]).toEqual(expect.arrayContaining(['findings', 'proposals', 'runs'])),
    5_000,
  );
});

test('erasing all records takes runs, findings and proposals along, and the person’s pauses stay', async () => {
  const bench = await startTwoTracks();
  await callOperation(bench, 'jobs.run', { name: 'backup' });
  await callOperation(bench, 'jobs.cancel', { name: 'backup' });
  await callOperation(bench, 'jobs.run', { name: 'database-upkeep' });
  await callOperation(bench, 'jobs.pauseOne', { name: 'backup' });
  await callOperation(bench, 'jobs.pause', {});
  addFinding(bench.folder);
  addProposal(bench.folder);
  await callOperation(bench, 'records.erase', {});
  const view = await callOperation(bench, 'jobs.read', {});
  expect(view.jobs.every(({ current, last }) => current === null && last === null)).toBe(true);
  expect(view.paused).toBe(true);
  expect(view.jobs.find(({ name }) => name === 'backup')?.paused).toBe(true);
  expect(await callOperation(bench, 'jobs.runs', {})).toEqual({ runs: [], nextBefore: null });
  expect(await callOperation(bench, 'findings.list', {})).toEqual({ findings: [] });
  expect(await callOperation(bench, 'proposals.list', {})).toEqual({ proposals: [] });
});

test('what a person asks for is done while they sit there and other programs work', async () => {
  const cpu = { machinePercent: 90, ownPercent: 1, ollamaPercent: 0, othersPercent: 89 };
  const power = createScriptedPower({
    ...{ clock: systemClock, log: new SilentLog() },
    timeline: [{ atMs: 0, reading: { source: 'ac', hasBattery: false, thermal: 'nominal', userIdleMs: 0 } }],
  });
  const bench = await startTwoTracks({
    machine: unknownMachine({ cpu: reading('processor', cpu), power: [power] }),
    settings: { gate: { requestQuietSeconds: 1 } },
  });
  const backup = async () => (await callOperation(bench, 'jobs.read', {})).jobs.find(({ name }) => name === 'backup');
  await callOperation(bench, 'jobs.run', { name: 'backup' });
  await vi.waitFor(async () => expect((await backup())?.last).toMatchObject({ state: 'done', trigger: 'person' }), {
    timeout: 20_000,
    interval: 100,
  });
  expect((await callOperation(bench, 'gate.read', {})).closedBy).toEqual(expect.arrayContaining(['user_away', 'cpu']));
  expect((await callOperation(bench, 'backups.list', {})).backups).toHaveLength(1);
}, 30_000);

test('after a restart runs wait as they did, and the pause of all work holds', async () => {
  const before = await startTwoTracks({ folder: makeFolder() });
  await callOperation(before, 'jobs.run', { name: 'backup' });
  await callOperation(before, 'jobs.pause', {});
  await before.stop();
  const after = await startTwoTracks({ folder: before.folder, upstreams: before });
  const view = await callOperation(after, 'jobs.read', {});
  expect(view.paused).toBe(true);
  expect(view.jobs.find(({ name }) => name === 'backup')?.current).toMatchObject({
    state: 'waiting',
    trigger: 'person',
  });
  expect((await callOperation(after, 'gate.read', {})).closedBy).toContain('not_paused');
  await callOperation(after, 'gate.resume', {});
  expect((await callOperation(after, 'jobs.read', {})).paused).toBe(false);
});
