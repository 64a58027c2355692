import { expect, onTestFinished, test } from 'vitest';
import { unloadModels, unloadOwn } from '../../../src-main/engine/house/unload-models.ts';
import type { ProviderAccess } from '../../../src-main/engine/providers/registry.ts';
import { systemClock } from '../../../src-main/engine/system-ports.ts';
import { JsonServer } from '../../support/json-server.ts';
import { makeEndpoint } from '../../support/make-endpoint.ts';
import { SilentLog } from '../../support/silent-log.ts';

const model = (name: string) => makeEndpoint({ providerId: 'ollama', model: name, track: 'local', protocol: 'ollama' });

async function start(
  answer: Parameters<typeof JsonServer.start>[0] = { 'POST /api/generate': { body: { done: true } } },
) {
  const server = await JsonServer.start(answer);
  onTestFinished(() => server.close());
  const access = (kind: ProviderAccess['kind'] = 'ollama'): ProviderAccess => ({
    id: 'ollama',
    name: 'Ollama',
    kind,
    origin: server.origin,
    basePath: '',
    authHeaders: [],
    features: { responses: false, completions: false, embeddings: false, streamUsage: false },
  });
  return { server, access };
}

test('what was loaded ahead by us is unloaded, and nothing that others loaded', async () => {
  const { server, access } = await start();
  const endpoints = [model('ours'), model('theirs')];
  const own = new Set([endpoints[0]?.id ?? '']);
  const log = new SilentLog();
  await unloadOwn({ own, endpoints, access: () => access(), clock: systemClock, log });
  expect(server.requests.map(({ body }) => body)).toEqual([{ model: 'ours', keep_alive: 0, stream: false }]);
  expect(log.lines).toEqual([]);
});

test('a failure is logged and stops nothing', async () => {
  const { access } = await start({});
  const log = new SilentLog();
  const endpoints = [model('ours')];
  const own = new Set(endpoints.map(({ id }) => id));
  await unloadOwn({ own, endpoints, access: () => access(), clock: systemClock, log });
  expect(log.lines).toMatchObject([{ level: 'warn', fields: { why: 'Ollama answered with status 404' } }]);
});

test('each failure has its reason', async () => {
  const { access } = await start({ 'POST /api/generate': { body: 'no JSON' } });
  const unload = async (providerAccess: ProviderAccess | null) => {
    const options = { endpoints: [model('m')], access: () => providerAccess, clock: systemClock };
    return (await unloadModels(options)).failed[0]?.why;
  };
  expect(await unload(access())).toBe('Ollama answered something else than JSON');
  expect(await unload(access('openai'))).toBe('Ollama has no call for it: unload it there');
  expect(await unload(null)).toBe('its provider is switched off');
});
