import { describe, expect, test } from 'vitest';
import { exportedSettings, imported } from '../../../src-shared/house.ts';
import { settings as settingsSchema } from '../../../src-shared/settings.ts';
import { exportSettings } from '../../../src-main/engine/house/export-settings.ts';
import { importSettings } from '../../../src-main/engine/house/import-settings.ts';
import { listOutboundHosts } from '../../../src-main/engine/house/outbound-hosts.ts';
import { containing } from '../../support/containing.ts';
import { systemRandom } from '../../../src-main/engine/system-ports.ts';

const PROVIDER = {
  id: 'up',
  name: 'Up',
  kind: 'openai',
  track: 'cloud',
  baseUrl: 'https://me:sk-1@api.example.com/v1',
};
const APP = { id: 'editor', name: 'Editor', keyHash: 'a'.repeat(64), createdAtMs: 5, private: true };
const THERE = settingsSchema.parse({
  providers: [PROVIDER],
  apps: [APP],
  optimizer: { strategy: 'cost_focused' },
  ollama: { baseUrl: 'http://user:sk-2@desk.lan:11434' },
});
const HERE = settingsSchema.parse({});

function exportOf(settings = THERE) {
  const made = exportSettings({ settings, version: '0.1.0', nowMs: 1.5 });
  return exportedSettings.parse(JSON.parse(JSON.stringify(made)));
}

describe('an export', () => {
  test('holds everything that was set, and no key, hash or password', () => {
    const text = JSON.stringify(exportOf());
    expect(text).not.toMatch(/sk-|keyHash|aaaa/);
    expect(exportOf().settings).toMatchObject({
      optimizer: { strategy: 'cost_focused' },
      providers: [{ baseUrl: 'https://api.example.com/v1' }],
      ollama: { baseUrl: 'http://desk.lan:11434/' },
    });
  });

  test('taken over elsewhere gives the same settings, its apps with keys that nobody has', () => {
    const taken = importSettings(exportOf(), { current: HERE, random: systemRandom });
    if (!taken.ok) throw new Error(taken.sentence);
    const [app] = taken.settings.apps;
    expect({ ...app, keyHash: '' }).toEqual({ ...THERE.apps[0], keyHash: '' });
    expect(app?.keyHash).toMatch(/^[0-9a-f]{64}$/);
    expect(app?.keyHash).not.toBe(APP.keyHash);
    expect(taken.keylessApps).toEqual(['editor']);
    expect({ ...taken.settings, apps: [], providers: [], ollama: null }).toEqual({
      ...THERE,
      apps: [],
      providers: [],
      ollama: null,
    });
  });

  test('leaves an app that is known here its own key, whatever the export says of keys', () => {
    const exported = exportOf();
    exported.settings.apps = [{ ...APP, keyHash: 'b'.repeat(64) }];
    const current = settingsSchema.parse({ apps: [{ ...APP, keyHash: 'c'.repeat(64) }] });
    const taken = importSettings(exported, { current, random: systemRandom });
    expect(taken).toMatchObject({ ok: true, keylessApps: [], settings: { apps: [{ keyHash: 'c'.repeat(64) }] } });
  });
});

test.each([
  ['an unknown setting', { settings: { weather: 'fine' } }, 'weather: there is no such setting'],
  ['a wrong value', { settings: { gateway: { port: 70_000 } } }, 'gateway.port'],
  ['a newer version', { settings: { version: 99 } }, 'newer version'],
  ['apps that are none', { settings: { apps: ['x'] } }, 'apps.0'],
])('%s is refused in words, and nothing is taken', (_case, changes, words) => {
  const taken = importSettings({ ...exportOf(), ...changes }, { current: HERE, random: systemRandom });
  expect(taken.ok ? '' : taken.sentence).toContain(words);
});

test('the answer to an import fits the contract', () => {
  expect(imported.parse({ missingKeys: ['up', 'app/editor'], pendingRestart: [] })).toBeDefined();
});

describe('the hosts that may be called', () => {
  const providers = [
    { id: 'ollama', name: 'Ollama', kind: 'ollama', baseUrl: 'http://127.0.0.1:11434', enabled: true },
    { id: 'up', name: 'Up', kind: 'openai', baseUrl: 'https://api.example.com/v1', enabled: true },
    { id: 'off', name: 'Off', kind: 'openai', baseUrl: 'https://off.example.com', enabled: false },
  ] as const;

  test('are those of providers that are switched on, with what for and where', () => {
    expect(listOutboundHosts({ providers, fetchesImages: false, others: [] })).toEqual([
      { host: '127.0.0.1:11434', purpose: containing('Ollama'), providerId: 'ollama', local: true },
      { host: 'api.example.com', purpose: containing('Up'), providerId: 'up', local: false },
    ]);
  });

  test('and any host once images are fetched, and what the shell calls', () => {
    const update = { host: 'github.com', purpose: 'Updates', providerId: null, local: false };
    const hosts = listOutboundHosts({ providers: [], fetchesImages: true, others: [update] });
    expect(hosts.map(({ host }) => host)).toEqual(['*', 'github.com']);
  });
});
