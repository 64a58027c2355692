import { describe, expect, onTestFinished, test } from 'vitest';
import { WarmUps } from '../../../src-main/engine/providers/warm-up.ts';
import type { ProviderAccess } from '../../../src-main/engine/providers/registry.ts';
import { makeEndpoint } from '../../support/make-endpoint.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SilentLog } from '../../support/silent-log.ts';
import { jsonReply, silent, type Script } from '../../support/upstreams/script.ts';
import { startUpstream } from '../../support/upstreams/start-upstream.ts';

const MODEL = makeEndpoint({ providerId: 'ollama', model: 'llama3.2:3b', track: 'local', protocol: 'ollama' });
const LOADED = jsonReply({ model: 'llama3.2:3b', response: '', done: true, done_reason: 'load' });

async function warmUps(options: { kind?: ProviderAccess['kind']; script?: Script } = {}) {
  const upstream = await startUpstream({ kind: 'ollama' });
  if (options.script !== undefined) upstream.script(options.script);
  const features = { responses: false, completions: false, embeddings: false, streamUsage: false };
  const access: ProviderAccess = {
    id: 'ollama',
    name: 'Ollama',
    kind: options.kind ?? 'ollama',
    origin: upstream.url,
    basePath: '',
    authHeaders: ['authorization', 'Bearer secret'],
    features,
  };
  const clock = new ManualClock();
  const log = new SilentLog();
  const loader = new WarmUps({ clock, log, access: (id) => (id === 'ollama' ? access : null) });
  onTestFinished(async () => {
    await loader.stop();
    await upstream.stop();
  });
  return { loader, upstream, clock, log };
}

describe('loading ahead', () => {
  test('asks Ollama to load the model, without a prompt, and remembers it', async () => {
    const { loader, upstream, log } = await warmUps({ script: () => LOADED });
    loader.begin(MODEL);
    const call = await upstream.call(1);
    expect(call).toMatchObject({ path: '/api/generate', body: { model: 'llama3.2:3b', stream: false } });
    expect([call.body.prompt, call.headers.authorization]).toEqual([undefined, 'Bearer secret']);
    await expect.poll(() => [...loader.loadedHere]).toEqual(['ollama/llama3.2:3b']);
    expect(log.text).toContain('a model was loaded ahead');
  });

  test('goes on once at a time for each model', async () => {
    const { loader, upstream } = await warmUps({ script: silent() });
    loader.begin(MODEL);
    loader.begin(MODEL);
    loader.begin(makeEndpoint({ ...MODEL, id: 'ollama/qwen3:8b', model: 'qwen3:8b' }));
    await upstream.call(2);
    expect(upstream.calls.map(({ body }) => body.model).sort()).toEqual(['llama3.2:3b', 'qwen3:8b']);
    expect(loader.underWay).toEqual(['ollama/llama3.2:3b', 'ollama/qwen3:8b']);
  });

  test('can be tried again after a failure, which is only logged', async () => {
    const { loader, upstream, log } = await warmUps({
      script: () => jsonReply({ error: 'no memory' }, { status: 500 }),
    });
    loader.begin(MODEL);
    await expect.poll(() => log.text).toContain('a model could not be loaded ahead');
    expect([loader.underWay, [...loader.loadedHere]]).toEqual([[], []]);
    upstream.script(() => LOADED);
    loader.begin(MODEL);
    await expect.poll(() => loader.loadedHere.size).toBe(1);
  });

  test('gives up after ten minutes', async () => {
    const { loader, upstream, clock, log } = await warmUps({ script: silent() });
    loader.begin(MODEL);
    const call = await upstream.call(1);
    await clock.advance(600_000);
    await call.aborted;
    expect(log.text).toContain('"why":"timeout"');
  });

  test('is not done for a model that is loaded', async () => {
    const { loader } = await warmUps();
    loader.begin({ ...MODEL, loaded: true });
    expect(loader.underWay).toEqual([]);
  });

  test.each([
    ['a server that is no Ollama', { kind: 'openai' as const }, MODEL],
    ['a model that runs in the cloud', {}, makeEndpoint({ ...MODEL, track: 'cloud' })],
    ['a provider that was removed', {}, makeEndpoint({ ...MODEL, providerId: 'gone' })],
  ])('is not done for %s, and the log says so', async (_name, options, endpoint) => {
    const { loader, log } = await warmUps(options);
    loader.begin(endpoint);
    expect([loader.underWay, log.text.includes('not loaded ahead')]).toEqual([[], true]);
  });

  test('is broken off by a stop, after which nothing begins', async () => {
    const { loader, upstream, log } = await warmUps({ script: silent() });
    loader.begin(MODEL);
    const call = await upstream.call(1);
    await loader.stop();
    await call.aborted;
    loader.begin(MODEL);
    expect([loader.underWay, log.text.includes('could not')]).toEqual([[], false]);
  });

  test('is forgotten when the model is unloaded', async () => {
    const { loader } = await warmUps({ script: () => LOADED });
    loader.begin(MODEL);
    await expect.poll(() => loader.loadedHere.size).toBe(1);
    loader.forget(MODEL.id);
    expect(loader.loadedHere.size).toBe(0);
  });
});
