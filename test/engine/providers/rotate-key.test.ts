import { describe, expect, it, onTestFinished } from 'vitest';
import { createProviderManager } from '../../../src-main/engine/providers/manage-providers.ts';
import { openKeyDates, withKeyDates } from '../../../src-main/engine/providers/key-dates.ts';
import { createRegistry } from '../../../src-main/engine/providers/registry.ts';
import { settings as settingsSchema } from '../../../src-shared/settings.ts';
import { JsonServer, type Answer, type SeenRequest } from '../../support/json-server.ts';
import { makeFiles } from '../../support/make-files.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { MemorySecrets } from '../../support/memory-secrets.ts';
import { SilentLog } from '../../support/silent-log.ts';

const OLD = 'sk-old-0123456789';
const NEW = 'sk-new-0123456789';

const WANTS_KEY = ({ headers }: SeenRequest): Answer =>
  headers.authorization === `Bearer ${OLD}` || headers.authorization === `Bearer ${NEW}`
    ? { body: { data: [{ id: 'm1' }] } }
    : { status: 401, body: {} };

async function start(options: {
  list?: Answer | ((request: SeenRequest) => Answer);
  provider?: Record<string, unknown>;
  environment?: Record<string, string>;
}) {
  const server = await JsonServer.start({ 'GET /v1/models': options.list ?? WANTS_KEY });
  onTestFinished(() => server.close());
  const clock = new ManualClock();
  const log = new SilentLog();
  const dates = openKeyDates({ folder: makeFiles({}).root, clock, log });
  const plain = new MemorySecrets({ acme: OLD });
  const secrets = { environment: options.environment ?? {}, store: withKeyDates(plain, dates) };
  const acme = { id: 'acme', name: 'Acme', kind: 'openai', track: 'cloud', baseUrl: `${server.origin}/v1` };
  let settings = settingsSchema.parse({ ollama: { enabled: false }, providers: [{ ...acme, ...options.provider }] });
  const registry = createRegistry({ settings, secrets, clock, log });
  registry.start();
  onTestFinished(() => registry.stop());
  const manager = createProviderManager({
    ...{ secrets, registry, clock },
    settings: () => settings,
    async saveSettings(next) {
      settings = next;
      await registry.updateSettings(next);
    },
  });
  return { server, clock, dates, plain, registry, manager, log, settings: () => settings };
}

describe('rotating a key', () => {
  it('tries the new one, and puts it in place of the old one when it works', async () => {
    const { manager, plain, dates, clock, registry } = await start({});
    const rotated = await manager.rotateKey('acme', ` ${NEW}\n`);
    expect(rotated).toMatchObject({ ok: true, value: { ok: true, problem: 'none', models: ['m1'] } });
    expect(rotated.ok && rotated.value.sentence).toMatch(/The new key is in use from now on\.$/);
    expect(plain.read('acme')).toBe(NEW);
    expect(dates.changedAtMs('acme')).toBe(clock.nowMs());
    expect(registry.access('acme')?.authHeaders).toEqual(['authorization', `Bearer ${NEW}`]);
  });

  it.each<[string, Answer | ((request: SeenRequest) => Answer), string]>([
    [
      'is refused',
      ({ headers }) => (headers.authorization === `Bearer ${OLD}` ? {} : { status: 401, body: {} }),
      'key',
    ],
    ['has no money', { status: 402, body: {} }, 'account'],
    ['meets a server in trouble', { status: 500, body: {} }, 'protocol'],
    ['is too much asked', { status: 429, body: {} }, 'rate_limit'],
  ])('keeps the old one when the new one %s', async (_what, list, problem) => {
    const { manager, plain, dates } = await start({ list });
    const rotated = await manager.rotateKey('acme', NEW);
    expect(rotated).toMatchObject({ ok: true, value: { ok: false, problem } });
    expect(rotated.ok && rotated.value.sentence).toContain('The key that was there before stays in use');
    expect(plain.read('acme')).toBe(OLD);
    expect(dates.changedAtMs('acme')).toBeNull();
  });

  it('keeps the old one when the provider answers everybody, so that nothing is proven', async () => {
    const { manager, plain } = await start({ list: { body: { data: [{ id: 'm1' }] } } });
    const rotated = await manager.rotateKey('acme', NEW);
    expect(rotated).toMatchObject({ ok: true, value: { ok: false, problem: 'key' } });
    expect(rotated.ok && rotated.value.sentence).toContain('could not be proven');
    expect(plain.read('acme')).toBe(OLD);
  });

  it('keeps the old one when nobody answers', async () => {
    const { manager, plain, server } = await start({});
    await server.close();
    expect(await manager.rotateKey('acme', NEW)).toMatchObject({ ok: true, value: { ok: false, problem: 'address' } });
    expect(plain.read('acme')).toBe(OLD);
  });

  it('is refused for a key of the environment, with what to do instead', async () => {
    const { manager, plain, server } = await start({
      provider: { keyVariable: 'ACME_KEY' },
      environment: { ACME_KEY: 'sk-outside' },
    });
    const asked = server.requests.length;
    const refused = await manager.rotateKey('acme', NEW);
    expect(refused).toMatchObject({ ok: false });
    expect(refused.ok ? '' : refused.sentence).toContain('environment variable ACME_KEY: replace it there');
    expect(plain.read('acme')).toBe(OLD);
    expect(server.requests.slice(asked).some(({ headers }) => headers.authorization?.includes(NEW))).toBe(false);
  });

  it('makes a stored key outrank a variable that is empty now', async () => {
    const { manager, settings, plain } = await start({ provider: { keyVariable: 'ACME_KEY' } });
    expect(await manager.rotateKey('acme', NEW)).toMatchObject({ ok: true, value: { ok: true } });
    expect(settings().providers[0]?.keyVariable).toBeNull();
    expect(plain.read('acme')).toBe(NEW);
  });

  it.each<[string, string, string, RegExp]>([
    ['an unknown provider', 'nobody', NEW, /There is no provider "nobody"/],
    ['no key', 'acme', '  ', /The key is empty/],
    ['a text that cannot be a key', 'acme', 'two words', /signs that no key has/],
  ])('is refused for %s', async (_what, id, key, sentence) => {
    const { manager, plain } = await start({});
    const refused = await manager.rotateKey(id, key);
    expect(refused.ok ? '' : refused.sentence).toMatch(sentence);
    expect(plain.read('acme')).toBe(OLD);
  });

  it('is refused for a provider that needs no key', async () => {
    const { manager } = await start({ provider: { auth: 'none' } });
    expect(await manager.rotateKey('acme', NEW)).toEqual({ ok: false, sentence: 'Acme needs no key.' });
  });

  it('keeps the old one when the new one cannot be written, and says so', async () => {
    const { manager, plain, registry } = await start({});
    plain.write = () => Promise.reject(new Error('the keychain is locked'));
    await expect(manager.rotateKey('acme', NEW)).rejects.toThrow('locked');
    expect(registry.access('acme')?.authHeaders).toEqual(['authorization', `Bearer ${OLD}`]);
  });

  it('does not bring a key back to a provider that was removed meanwhile', async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    let isSlow = false;
    const { manager, plain, server } = await start({
      list: (request) => (isSlow ? { ...WANTS_KEY(request), after: released } : WANTS_KEY(request)),
    });
    isSlow = true;
    const asked = server.requests.length;
    const rotating = manager.rotateKey('acme', NEW);
    while (server.requests.length === asked) await new Promise((resolve) => setImmediate(resolve));
    await manager.removeProvider('acme');
    release();
    expect(await rotating).toMatchObject({ ok: false });
    expect(plain.read('acme')).toBeNull();
  });

  it('says and logs neither key', async () => {
    const { manager, log } = await start({ list: { status: 401, body: {} } });
    const said = JSON.stringify([await manager.rotateKey('acme', NEW), log.lines]);
    expect(said).not.toContain(NEW);
    expect(said).not.toContain(OLD);
  });
});
