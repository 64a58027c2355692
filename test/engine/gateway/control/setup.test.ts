import { expect, onTestFinished, test } from 'vitest';
import { describeOllama } from '../../../../src-main/engine/providers/describe-ollama.ts';
import { callOperation, RefusedOperation } from '../../../support/call-operation.ts';
import { CLOUD_ID, startTwoTracks } from '../../../support/start-two-tracks.ts';
import { startUpstream } from '../../../support/upstreams/start-upstream.ts';
import { start, set, statusOf } from '../../settings/setting-bench.ts';

test('the first run sees what Ollama has, the address to paste, and whether there is a cloud', async () => {
  const bench = await startTwoTracks();
  expect(await callOperation(bench, 'setup.read', {})).toEqual({
    done: false,
    ollama: {
      state: 'running',
      baseUrl: bench.local.url,
      version: '0.40.1',
      models: ['tiny:0.5b'],
      sentence: 'Ollama 0.40.1 runs and has one model.',
    },
    address: bench.url,
    cloudProviders: 1,
  });
  expect((await callOperation(bench, 'setup.finish', {})).done).toBe(true);
  expect((await callOperation(bench, 'setup.read', {})).done).toBe(true);
});

test('an Ollama that is switched off, or that does not answer, is told of with what to do', async () => {
  const bench = await start({ environment: { OLLAMA_HOST: '127.0.0.1:9' } });
  const seen = async () => (await callOperation(bench, 'setup.read', {})).ollama;
  expect(await seen()).toMatchObject({ state: 'switched_off', baseUrl: 'http://127.0.0.1:9', version: null });
  await set(bench, 'ollama.enabled', true);
  await expect.poll(seen).toMatchObject({
    state: 'not_running',
    sentence: expect.stringContaining('does not answer at http://127.0.0.1:9') as string,
  });
});

test.each([
  ['linux', 'https://ollama.com/install.sh'],
  ['darwin', 'open the Ollama app'],
  ['win32', 'Start menu'],
  ['freebsd', 'https://ollama.com/download'],
] as const)('on %s the advice is the one for it', (platform, part) => {
  const seen = { state: 'not_running', baseUrl: 'http://127.0.0.1:11434', version: null, models: [] } as const;
  const { sentence } = describeOllama({ ...seen, models: [] }, platform);
  expect(sentence).toContain('http://127.0.0.1:11434');
  expect(sentence).toContain(part);
});

test('of an Ollama elsewhere, that machine is asked about; of one without models, a first one is named', () => {
  const models: string[] = [];
  const gone = { state: 'not_running', baseUrl: 'http://box.lan:11434', version: null, models } as const;
  expect(describeOllama(gone, 'linux').sentence).toContain('Is that machine on');
  const empty = { state: 'running', baseUrl: 'http://localhost:11434', version: '1.0.0', models } as const;
  expect(describeOllama(empty, 'linux').sentence).toContain('ollama pull');
});

test('a provider that is only typed in is tried, and nothing of it is kept', async () => {
  const bench = await startTwoTracks();
  const locked = await startUpstream({ kind: 'openai', key: 'sk-right' });
  onTestFinished(() => locked.stop());
  const attempt = (key: string) =>
    callOperation(bench, 'providers.try', { id: 'new', name: 'New', baseUrl: locked.url, key });
  expect(await attempt('sk-wrong')).toMatchObject({ ok: false, problem: 'key' });
  expect(await attempt('sk-right')).toMatchObject({ ok: true, problem: 'none' });
  expect((await callOperation(bench, 'providers.list', {})).providers.map(({ id }) => id)).toEqual(['ollama', 'up']);
});

test('a provider is switched off and on again', async () => {
  const bench = await startTwoTracks();
  expect(await callOperation(bench, 'providers.change', { id: 'up', enabled: false })).toMatchObject({
    enabled: false,
  });
  expect(await statusOf(bench, { model: CLOUD_ID })).toBe(404);
  expect((await callOperation(bench, 'setup.read', {})).cloudProviders).toBe(0);
  const on = await callOperation(bench, 'providers.change', { id: 'up', enabled: true });
  expect(on).toMatchObject({ enabled: true, state: 'healthy' });
  expect(await statusOf(bench, { model: CLOUD_ID })).toBe(200);
});

test.each([
  ['nobody', 'There is no provider "nobody"'],
  ['ollama', 'ollama.enabled'],
])('the provider %s cannot be switched: the sentence says what to do', async (id, part) => {
  const bench = await startTwoTracks();
  const call = callOperation(bench, 'providers.change', { id, enabled: false });
  await expect(call).rejects.toThrow(RefusedOperation);
  await expect(call).rejects.toThrow(part);
});

test('the catalogue of providers is told whole', async () => {
  const bench = await start();
  const { entries } = await callOperation(bench, 'providers.catalogue', {});
  expect(entries.map(({ id }) => id)).toContain('openrouter');
  expect(entries.length).toBeGreaterThan(20);
});

test.each(['catalogue', 'refresh', 'try'])('no provider can be called %s, which is a word of the paths', async (id) => {
  const bench = await startTwoTracks();
  const call = callOperation(bench, 'providers.add', { id, baseUrl: bench.cloud.url });
  await expect(call).rejects.toThrow('has a meaning of its own');
});
