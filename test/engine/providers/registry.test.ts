import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRegistry, type Registry } from '../../../src-main/engine/providers/registry.ts';
import { settings as settingsSchema, type Settings } from '../../../src-shared/settings.ts';
import { JsonServer } from '../../support/json-server.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { MemorySecrets } from '../../support/memory-secrets.ts';
import { SilentLog } from '../../support/silent-log.ts';
import { containing } from '../../support/containing.ts';

let ollama: JsonServer;
let cloud: JsonServer;
let clock: ManualClock;
let store: MemorySecrets;
let log: SilentLog;
let registry: Registry;
let changes: number;

beforeEach(async () => {
  ollama = await JsonServer.start({
    'GET /api/version': { body: { version: '0.40.1' } },
    'GET /api/tags': { body: { models: [{ name: 'qwen3:8b', digest: 'd1' }] } },
    'GET /api/ps': { body: { models: [] } },
    'POST /api/show': { body: { capabilities: ['completion'] } },
  });
  cloud = await JsonServer.start({ 'GET /v1/models': { body: { data: [{ id: 'm1' }] } } });
  clock = new ManualClock();
  store = new MemorySecrets({ acme: 'sk-1' });
  log = new SilentLog();
  changes = 0;
});

afterEach(async () => {
  await registry.stop();
  await Promise.all([ollama.close(), cloud.close()]);
  expect(clock.pendingTimers).toBe(0);
});

const acme = () => ({ id: 'acme', name: 'Acme', kind: 'openai', track: 'cloud', baseUrl: `${cloud.origin}/v1` });

function settingsOf(more: Record<string, unknown> = {}): Settings {
  return settingsSchema.parse({ ollama: { baseUrl: ollama.origin }, providers: [acme()], ...more });
}

async function start(settings: Settings = settingsOf(), environment: Record<string, string> = {}): Promise<Registry> {
  registry = createRegistry({ settings, secrets: { environment, store }, clock, log });
  registry.onChange(() => changes++);
  registry.start();
  await registry.refresh();
  return registry;
}

const ids = () => registry.snapshot().endpoints.map((endpoint) => endpoint.id);
const statusOf = (id: string) => registry.status().find((status) => status.id === id);

describe('the registry', () => {
  it('holds Ollama and the configured providers', async () => {
    await start();
    expect(ids()).toEqual(['ollama/qwen3:8b', 'acme/m1']);
    expect(registry.status()).toMatchObject([
      { id: 'ollama', state: 'healthy', key: 'not needed', version: '0.40.1', modelCount: 1 },
      { id: 'acme', state: 'healthy', key: 'stored', version: null, modelCount: 1 },
    ]);
  });

  it('finds Ollama where OLLAMA_HOST says, unless the settings say otherwise', async () => {
    const environment = { OLLAMA_HOST: 'http://10.9.8.7:6000' };
    registry = createRegistry({ settings: settingsSchema.parse({}), secrets: { environment, store }, clock, log });
    expect(registry.access('ollama')).toMatchObject({
      origin: 'http://10.9.8.7:6000',
      kind: 'ollama',
      authHeaders: [],
    });
    await start(settingsOf(), environment);
    expect(registry.access('ollama')?.origin).toBe(ollama.origin);
  });

  it('leaves Ollama out when it is switched off, and other providers too', async () => {
    await start(settingsOf({ ollama: { enabled: false }, providers: [{ ...acme(), enabled: false }] }));
    expect(ids()).toEqual([]);
    expect(registry.status()).toMatchObject([{ id: 'acme', state: 'unknown', sentence: 'Acme is switched off.' }]);
    expect(registry.access('acme')).toBeNull();
    expect(cloud.requests).toEqual([]);
  });

  it('gives the same snapshot until a list changes', async () => {
    await start();
    const before = registry.snapshot();
    await registry.refresh();
    registry.reportRateLimit('acme', clock.nowMs() + 1_000);
    expect(registry.snapshot()).toBe(before);
    cloud.answer('GET /v1/models', { body: { data: [{ id: 'm2' }] } });
    await registry.refresh('acme');
    expect(ids()).toEqual(['ollama/qwen3:8b', 'acme/m2']);
  });

  it('tells of changes until told to stop', async () => {
    await start();
    const seen = changes;
    let others = 0;
    const end = registry.onChange(() => others++);
    registry.setOffline(true);
    end();
    registry.setOffline(false);
    expect([changes - seen, others]).toEqual([2, 1]);
  });

  it('gives the way to a provider with its key, made once', async () => {
    await start();
    const access = registry.access('acme');
    expect(access).toMatchObject({
      id: 'acme',
      name: 'Acme',
      kind: 'openai',
      origin: cloud.origin,
      basePath: '/v1',
      authHeaders: ['authorization', 'Bearer sk-1'],
      features: { streamUsage: true, responses: false },
    });
    expect(registry.access('acme')).toBe(access);
    expect(registry.access('nobody')).toBeNull();
    expect(registry.provider('acme')?.pathFor('/x')).toBe('/v1/x');
  });

  it('never tells a key', async () => {
    cloud.answer('GET /v1/models', { status: 401, body: { error: 'sk-1 is wrong' } });
    await start();
    registry.reportCredential('acme', 401);
    expect(JSON.stringify(registry.status()) + log.text).not.toContain('sk-1');
  });

  it('keeps a provider out whose key was refused, until the key changes', async () => {
    await start();
    const [, endpoint] = registry.snapshot().endpoints;
    if (endpoint === undefined) throw new Error('no endpoint');
    registry.reportCredential('acme', 402);
    expect(registry.whyBlocked(endpoint)).toBe('its provider refused our key or account (402)');
    expect(statusOf('acme')).toMatchObject({ state: 'misconfigured' });
    expect(statusOf('acme')?.sentence).toContain('pointsman providers test acme');
    await registry.refresh('acme');
    expect(statusOf('acme')).toMatchObject({ state: 'misconfigured' });
    await store.write('acme', 'sk-2');
    await registry.credentialChanged('acme');
    expect(registry.whyBlocked(endpoint)).toBeNull();
    expect(registry.access('acme')?.authHeaders).toEqual(['authorization', 'Bearer sk-2']);
    expect(cloud.requests.at(-1)?.headers.authorization).toBe('Bearer sk-2');
  });

  it('keeps a provider out that has no key', async () => {
    store = new MemorySecrets();
    await start(settingsOf({ providers: [{ ...acme(), models: ['m1'] }] }));
    const [, endpoint] = registry.snapshot().endpoints;
    expect(endpoint && registry.whyBlocked(endpoint)).toBe('its provider has no key');
    expect(statusOf('acme')).toMatchObject({ state: 'misconfigured', key: 'missing' });
  });

  it('keeps an endpoint or a provider out that asked for a pause, and takes it back after it', async () => {
    await start();
    const [local, remote] = registry.snapshot().endpoints;
    if (local === undefined || remote === undefined) throw new Error('no endpoint');
    registry.reportRateLimit('ollama/qwen3:8b', clock.nowMs() + 500);
    registry.reportRateLimit('acme', clock.nowMs() + 7_500);
    registry.reportRateLimit('acme', clock.nowMs() + 100);
    expect(registry.whyBlocked(local)).toBe('it asked for a pause of 1 s');
    expect(registry.whyBlocked(remote)).toBe('it asked for a pause of 8 s');
    expect(statusOf('acme')).toMatchObject({ state: 'rate_limited', sentence: containing('8 s') });
    clock.jump(7_500);
    expect(registry.whyBlocked(local)).toBeNull();
    expect(registry.whyBlocked(remote)).toBeNull();
    expect(statusOf('acme')).toMatchObject({ state: 'healthy' });
  });

  it('takes the cloud track out without network and asks again when it is back', async () => {
    await start();
    const [local, remote] = registry.snapshot().endpoints;
    if (local === undefined || remote === undefined) throw new Error('no endpoint');
    registry.setOffline(true);
    expect(registry.whyBlocked(remote)).toBe('there is no network');
    expect(registry.whyBlocked(local)).toBeNull();
    expect(statusOf('acme')).toMatchObject({ state: 'offline' });
    await registry.refresh();
    expect(cloud.requests).toHaveLength(1);
    registry.setOffline(false);
    await registry.refresh('acme');
    expect(cloud.requests).toHaveLength(2);
    expect(statusOf('acme')).toMatchObject({ state: 'healthy' });
  });

  it('honours an exact name at a provider that could not be reached from the start', async () => {
    await cloud.close();
    await start();
    expect(statusOf('acme')).toMatchObject({ state: 'down', modelCount: 0 });
    expect(registry.snapshot().endpointFor('acme/anything')).toMatchObject([{ id: 'acme/anything', track: 'cloud' }]);
  });

  it('follows changed settings and leaves unchanged providers undisturbed', async () => {
    await start();
    const asked = ollama.requests.length;
    const other = { ...acme(), id: 'other', auth: 'none', models: ['x'] };
    await registry.updateSettings(settingsOf({ providers: [other, { ...acme(), name: 'Acme 2' }] }));
    await registry.refresh('acme');
    expect(registry.status().map((status) => status.name)).toEqual(['Ollama', 'Acme', 'Acme 2']);
    expect(ids()).toEqual(['ollama/qwen3:8b', 'other/x', 'acme/m1']);
    await registry.updateSettings(settingsOf({ providers: [] }));
    expect(ids()).toEqual(['ollama/qwen3:8b']);
    expect(ollama.requests).toHaveLength(asked);
  });

  it('forgets a refusal when the settings of the provider change', async () => {
    await start();
    registry.reportCredential('acme', 403);
    await registry.updateSettings(settingsOf({ providers: [{ ...acme(), name: 'New' }] }));
    await registry.refresh('acme');
    expect(statusOf('acme')).toMatchObject({ state: 'healthy' });
  });

  it('watches a second Ollama of the network like the first', async () => {
    const second = { id: 'den', name: 'Den', kind: 'ollama', track: 'local', baseUrl: ollama.origin, auth: 'none' };
    await start(settingsOf({ providers: [second] }));
    expect(ids()).toEqual(['ollama/qwen3:8b', 'den/qwen3:8b']);
    expect(registry.snapshot().endpointFor('qwen3:8b')).toHaveLength(2);
  });

  it('stands back for a configured provider that is called ollama', async () => {
    await start(settingsOf({ providers: [{ ...acme(), id: 'ollama', auth: 'none' }] }));
    expect(ids()).toEqual(['ollama/m1']);
  });
});
