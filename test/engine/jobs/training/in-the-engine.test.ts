import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { RecordWriter } from '../../../../src-main/engine/store/record-writer.ts';
import { callOperation } from '../../../support/call-operation.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { startTestEngine, type TestEngine } from '../../../support/start-test-engine.ts';
import { unknownMachine } from '../../../support/unknown-machine.ts';
import { startUpstream } from '../../../support/upstreams/start-upstream.ts';
import { FakePower } from '../../resources/fake-sensors.ts';
import { openSound, SILENT } from '../../store/support.ts';
import { plant, writeLog } from './training-bench.ts';

/** An engine whose two models changed places in the last days, and that may work in the background when it is asked to. */
async function start(): Promise<{ engine: TestEngine; clock: ManualClock }> {
  const world = plant('they change places', {});
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-training-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const clock = new ManualClock(world.nowMs);
  const database = openSound(folder, clock);
  writeLog(new RecordWriter({ database, clock, log: SILENT }), world);
  database.close();
  const local = await startUpstream({
    kind: 'ollama',
    models: [{ name: 'middle:8b', sizeBytes: 5e9, isLoaded: true }],
  });
  const cloud = await startUpstream({ kind: 'openai', models: [{ name: 'mini' }] });
  const power = new FakePower();
  power.reading = { source: 'ac', hasBattery: false, online: true, metered: false };
  const engine = await startTestEngine({
    ...{ folder, clock, machine: unknownMachine({ power: [power] }) },
    settings: {
      gate: { allowUnknownHeat: true, resumeHoldSeconds: 0, requestQuietSeconds: 1, headless: true },
      ollama: { enabled: true, baseUrl: local.url },
      providers: [{ id: 'north', name: 'North', kind: 'openai', track: 'cloud', baseUrl: cloud.url, auth: 'none' }],
    },
  });
  onTestFinished(async () => {
    await engine.stop();
    await Promise.all([local.stop(), cloud.stop()]);
  });
  return { engine, clock };
}

it('a way of learning that was better is proposed by a running engine, and taken over when a person accepts it', async () => {
  const { engine, clock } = await start();
  await callOperation(engine, 'jobs.run', { name: 'offline-training' });
  const runs = async () => (await callOperation(engine, 'jobs.runs', { job: 'offline-training' })).runs;
  const ended = async () => {
    await clock.advance(200);
    return (await runs()).length;
  };
  await expect.poll(ended, { timeout: 25_000 }).toBe(1);
  const [run] = await runs();
  expect(run).toMatchObject({ state: 'done', problem: null });
  expect(run?.found).toContain('A request would have been worth');
  const { proposals } = await callOperation(engine, 'proposals.list', {});
  const [proposal] = proposals;
  expect(proposals).toHaveLength(1);
  expect(proposal).toMatchObject({ job: 'offline-training', key: 'learner', state: 'open' });
  const setting = async (path: string) => {
    const { settings } = await callOperation(engine, 'settings.read', {});
    return Object.entries(settings.optimizer.learner).find(([name]) => `optimizer.learner.${name}` === path)?.[1];
  };
  for (const { path, before } of proposal?.changes ?? []) expect(await setting(path)).toBe(before);
  await callOperation(engine, 'proposals.accept', { id: proposal?.id ?? '' });
  for (const { path, after } of proposal?.changes ?? []) expect(await setting(path)).toBe(after);
});
