import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createProviderManager, type ProviderManager } from '../../../src-main/engine/providers/manage-providers.ts';
import { createRegistry, type Registry } from '../../../src-main/engine/providers/registry.ts';
import { settings as settingsSchema, type Settings } from '../../../src-shared/settings.ts';
import { JsonServer } from '../../support/json-server.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { MemorySecrets } from '../../support/memory-secrets.ts';
import { SilentLog } from '../../support/silent-log.ts';
import { containing, matching } from '../../support/containing.ts';

let server: JsonServer;
let settings: Settings;
let store: MemorySecrets;
let environment: Record<string, string>;
let registry: Registry;
let manager: ProviderManager;
let diskIsFull: boolean;

beforeEach(async () => {
  server = await JsonServer.start({
    'GET /v1/models': ({ headers }) =>
      headers.authorization === 'Bearer good' ? { body: { data: [{ id: 'm1' }] } } : { status: 401, body: {} },
  });
  settings = settingsSchema.parse({ ollama: { enabled: false } });
  store = new MemorySecrets();
  environment = {};
  diskIsFull = false;
  const clock = new ManualClock();
  const secrets = { environment, store };
  registry = createRegistry({ settings, secrets, clock, log: new SilentLog() });
  registry.start();
  manager = createProviderManager({
    settings: () => settings,
    saveSettings: async (next) => {
      if (diskIsFull) throw new Error('ENOSPC');
      settings = next;
      await registry.updateSettings(next);
    },
    secrets,
    registry,
    clock,
  });
});

afterEach(async () => {
  await registry.stop();
  await server.close();
});

const acme = (more = {}) => ({ id: 'acme', name: 'Acme', baseUrl: `${server.origin}/v1`, key: 'good', ...more });

describe('adding a provider', () => {
  it('puts it into the settings, its key into the secret store, and its models on offer', async () => {
    const added = await manager.addProvider(acme());
    expect(added).toMatchObject({ ok: true, value: { id: 'acme', auth: 'bearer' } });
    await registry.refresh();
    expect(settings.providers.map((provider) => provider.id)).toEqual(['acme']);
    expect(store.read('acme')).toBe('good');
    expect(JSON.stringify(settings)).not.toContain('good');
    expect(registry.snapshot().byId.has('acme/m1')).toBe(true);
  });

  it.each([
    ['acme', /There is a provider "acme" already/],
    ['local', /"local" has a meaning of its own/],
    ['pointsman', /a meaning of its own/],
  ])('refuses the id %s', async (id, sentence) => {
    await manager.addProvider(acme());
    const second = await manager.addProvider(acme({ id, key: 'other' }));
    expect(second).toMatchObject({ ok: false, sentence: matching(sentence) });
    expect(store.read('acme')).toBe('good');
    expect(settings.providers).toHaveLength(1);
  });

  it('keeps the id of Ollama while Ollama is switched on', async () => {
    settings = settingsSchema.parse({});
    expect(await manager.addProvider(acme({ id: 'ollama' }))).toMatchObject({ ok: false });
  });

  it('says what is wrong with what was typed', async () => {
    const added = await manager.addProvider({ catalogue: 'nope' });
    expect(added).toMatchObject({ ok: false, sentence: containing('The catalogue has no provider') });
  });

  it('takes the key back when the settings cannot be saved', async () => {
    diskIsFull = true;
    await expect(manager.addProvider(acme())).rejects.toThrow('ENOSPC');
    expect(store.read('acme')).toBeNull();
  });
});

describe('removing a provider', () => {
  it('forgets settings, key and models', async () => {
    await manager.addProvider(acme());
    expect(await manager.removeProvider('acme')).toEqual({ ok: true, value: null });
    expect(settings.providers).toEqual([]);
    expect(store.read('acme')).toBeNull();
    expect(registry.status()).toEqual([]);
  });

  it('says that there is none', async () => {
    expect(await manager.removeProvider('nobody')).toMatchObject({
      ok: false,
      sentence: 'There is no provider "nobody": "pointsman providers" lists them.',
    });
    expect(await manager.removeProvider('ollama')).toMatchObject({
      sentence: containing('ollama.enabled'),
    });
  });
});

describe('replacing a key', () => {
  it('takes a refused provider back', async () => {
    await manager.addProvider(acme({ key: 'bad' }));
    await registry.refresh();
    registry.reportCredential('acme', 401);
    expect(await manager.setKey('acme', 'good')).toEqual({ ok: true, value: null });
    expect(registry.status()).toMatchObject([{ state: 'healthy', key: 'stored', modelCount: 1 }]);
  });

  it('outranks an environment variable that was used so far', async () => {
    environment.ACME_KEY = 'bad';
    await manager.addProvider({ id: 'acme', baseUrl: `${server.origin}/v1`, keyVariable: 'ACME_KEY' });
    await registry.refresh();
    expect(registry.status()).toMatchObject([{ state: 'misconfigured', key: 'environment' }]);
    await manager.setKey('acme', 'good');
    expect(registry.status()).toMatchObject([{ state: 'healthy', key: 'stored' }]);
  });

  it('can be taken away, and must be a key', async () => {
    await manager.addProvider(acme());
    expect(await manager.setKey('acme', 'no key')).toMatchObject({ ok: false });
    expect(await manager.setKey('nobody', 'good')).toMatchObject({ ok: false });
    expect(store.read('acme')).toBe('good');
    await manager.setKey('acme', null);
    expect(registry.status()).toMatchObject([{ state: 'misconfigured', key: 'missing' }]);
  });
});

describe('testing a provider', () => {
  it('tries one that is only typed in, and keeps nothing of it', async () => {
    expect(await manager.testProvider(acme())).toMatchObject({ ok: true, problem: 'none', models: ['m1'] });
    expect(await manager.testProvider(acme({ key: 'bad' }))).toMatchObject({ ok: false, problem: 'key' });
    expect([settings.providers, store.entries.size]).toEqual([[], 0]);
  });

  it('takes a refused provider back when it succeeds', async () => {
    await manager.addProvider(acme());
    registry.reportCredential('acme', 402);
    expect(registry.status()).toMatchObject([{ state: 'misconfigured' }]);
    expect(await manager.testProvider('acme')).toMatchObject({ ok: true });
    await registry.refresh();
    expect(registry.status()).toMatchObject([{ state: 'healthy' }]);
  });

  it('tries one that is switched off', async () => {
    await manager.addProvider(acme());
    const [provider] = settings.providers;
    settings = { ...settings, providers: provider === undefined ? [] : [{ ...provider, enabled: false }] };
    await registry.updateSettings(settings);
    expect(await manager.testProvider('acme')).toMatchObject({ ok: true });
  });

  it('says what is wrong with what was typed, or that there is none', async () => {
    expect(await manager.testProvider({})).toMatchObject({ ok: false, problem: 'address' });
    expect(await manager.testProvider('nobody')).toMatchObject({
      ok: false,
      sentence: containing('There is no provider "nobody"'),
    });
  });
});
