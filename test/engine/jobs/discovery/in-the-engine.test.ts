import { chmodSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import type { JobName } from '../../../../src-shared/jobs.ts';
import { callOperation } from '../../../support/call-operation.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { startTestEngine, type TestEngine, type TestEngineOptions } from '../../../support/start-test-engine.ts';
import { unknownMachine } from '../../../support/unknown-machine.ts';
import { FakePower } from '../../resources/fake-sensors.ts';

interface ClockedEngine extends TestEngine {
  clock: ManualClock;
}

/** An engine on a machine where background work may run when somebody asks for it. */
async function start(options: TestEngineOptions = {}): Promise<ClockedEngine> {
  const clock = new ManualClock();
  const power = new FakePower();
  power.reading = { source: 'ac', hasBattery: false, online: true, metered: false };
  const gate = { allowUnknownHeat: true, resumeHoldSeconds: 0, requestQuietSeconds: 1, headless: true };
  const engine = await startTestEngine({
    ...options,
    clock,
    machine: unknownMachine({ power: [power] }),
    settings: { gate, ...options.settings },
  });
  onTestFinished(() => engine.stop());
  return { ...engine, clock };
}

/** Runs a job as a person would, and waits for its end. */
async function run(engine: ClockedEngine, name: JobName) {
  await callOperation(engine, 'jobs.run', { name });
  for (let tries = 0; tries < 200; tries += 1) {
    const { runs } = await callOperation(engine, 'jobs.runs', { job: name });
    if (runs[0] !== undefined) return runs[0];
    await engine.clock.advance(500);
  }
  const { jobs, sentence } = await callOperation(engine, 'jobs.read', {});
  throw new Error(`${name} did not end: ${sentence} ${JSON.stringify(jobs.find((job) => job.name === name))}`);
}

it('the security check finds what is wrong in a running engine, and nothing of our own making', async () => {
  const acme = { id: 'acme', name: 'Acme', kind: 'openai', track: 'cloud', baseUrl: 'http://127.0.0.1:9/v1' };
  const engine = await start({ settings: { providers: [acme], log: { level: 'debug' } }, keys: { acme: 'sk-before' } });
  chmodSync(engine.folder, 0o700);
  const { state, found } = await run(engine, 'security-hygiene');
  expect([state, found]).toEqual(['done', '2 things to look at.']);
  const { findings } = await callOperation(engine, 'findings.list', {});
  expect(findings.map(({ key, severity }) => `${key} ${severity}`).sort()).toEqual([
    'key-age/acme info',
    'log/debug low',
  ]);
});

it('a key that is set over the control API has a date from then on', async () => {
  const acme = { id: 'acme', name: 'Acme', kind: 'openai', track: 'cloud', baseUrl: 'http://127.0.0.1:9/v1' };
  const engine = await start({ settings: { providers: [acme] }, keys: { acme: 'sk-before' } });
  await callOperation(engine, 'providers.setKey', { id: 'acme', key: 'sk-after' });
  expect((await run(engine, 'security-hygiene')).found).toBe('Nothing to mend.');
});

it('the ranking is read before and after its job', async () => {
  const acme = {
    id: 'acme',
    name: 'Acme',
    kind: 'openai',
    track: 'cloud',
    baseUrl: 'http://127.0.0.1:9/v1',
    auth: 'none',
  };
  const engine = await start({ settings: { providers: [acme] } });
  const nothing = { providerId: 'acme', score: null, requests: 0, sentence: 'Acme was not asked in the last weeks.' };
  expect((await callOperation(engine, 'ranking.read', {})).providers).toMatchObject([nothing]);
  expect((await run(engine, 'provider-ranking')).found).toBe('Too few calls were recorded to compare providers.');
  expect((await callOperation(engine, 'ranking.read', {})).providers).toMatchObject([nothing]);
});

it('the hosts that background work may call are listed, and each says why', async () => {
  const engine = await start({ environment: { GROQ_API_KEY: 'gsk-0123456789' } });
  const { hosts } = await callOperation(engine, 'hosts.list', {});
  const byHost = new Map(hosts.map((each) => [each.host, each]));
  expect(byHost.get('api.groq.com')).toMatchObject({ local: false, providerId: null });
  expect(byHost.get('api.groq.com')?.purpose).toContain(
    'there is a key for it in the environment variable GROQ_API_KEY',
  );
  for (const port of [1234, 8080, 8000, 1337, 5001])
    expect(byHost.get(`127.0.0.1:${port}`)).toMatchObject({ local: true });
  await callOperation(engine, 'settings.change', { changes: [{ path: 'background.off', value: ['model-discovery'] }] });
  expect((await callOperation(engine, 'hosts.list', {})).hosts.map(({ host }) => host)).not.toContain('api.groq.com');
});
