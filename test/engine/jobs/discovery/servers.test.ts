import { describe, expect, it } from 'vitest';
import { providerSettings } from '../../../../src-shared/settings.ts';
import { modelList, serve, startDiscovery } from './start-discovery.ts';

const proposed = ({ kept }: ReturnType<typeof startDiscovery>) => [...kept.proposals.values()];

/** What each server answers, as its documentation or a running one shows it. */
const SERVERS = [
  ['llama.cpp', 'llama-cpp', { 'GET /v1/models': modelList(['qwen3.gguf'], 'llamacpp') }],
  ['vLLM', 'vllm', { 'GET /v1/models': modelList(['Qwen/Qwen3-8B'], 'vllm') }],
  ['LM Studio', 'lm-studio', { 'GET /v1/models': modelList(['qwen3-8b'], 'organization_owner') }],
  [
    'KoboldCpp',
    'koboldcpp',
    {
      'GET /v1/models': modelList(['koboldcpp/qwen3'], 'koboldcpp'),
      'GET /api/extra/version': { body: { result: 'KoboldCpp', version: '1.92' } },
    },
  ],
  [
    'LM Studio without owners',
    'lm-studio',
    {
      'GET /v1/models': modelList(['qwen3-8b']),
      'GET /api/v0/models': { body: { data: [{ id: 'qwen3-8b', publisher: 'qwen', state: 'loaded' }] } },
    },
  ],
] as const;

describe('a model server on this machine', () => {
  it.each(SERVERS)('is recognised by its answer: %s', async (_what, id, routes) => {
    const server = await serve(routes);
    const discovery = startDiscovery({ spots: [server.origin] });
    expect((await discovery.run()).found).toBe('No news of models, one proposal.');
    const [proposal] = proposed(discovery);
    expect(proposal?.key).toBe(`server/${server.origin}`);
    const [change] = proposal?.changes ?? [];
    expect(change).toMatchObject({ path: `providers.${id}`, before: null });
    const provider = providerSettings.parse(change?.after);
    expect(provider).toMatchObject({ id, track: 'local', baseUrl: `${server.origin}/v1`, auth: 'none', enabled: true });
  });

  it('that does not say what it is, is proposed by its port', async () => {
    const server = await serve({ 'GET /v1/models': modelList(['jan-v3-4b']) });
    const discovery = startDiscovery({ spots: [server.origin] });
    await discovery.run();
    const { port } = new URL(server.origin);
    expect(proposed(discovery)).toMatchObject([
      { title: `Use Server on port ${port} on this machine`, changes: [{ path: `providers.local-${port}` }] },
    ]);
  });

  it('that is a second Ollama is proposed as one', async () => {
    const server = await serve({
      'GET /v1/models': modelList(['qwen3:8b'], 'library'),
      'GET /api/tags': { body: { models: [{ name: 'qwen3:8b', digest: 'abc' }] } },
    });
    const discovery = startDiscovery({ spots: [server.origin] });
    await discovery.run();
    const [change] = proposed(discovery)[0]?.changes ?? [];
    expect(change?.after).toMatchObject({ kind: 'ollama', baseUrl: server.origin, modelsPath: '/api/tags' });
  });

  it.each([
    ['a web page', { 'GET /v1/models': { body: '<!doctype html><p>Hello' } }],
    ['other JSON', { 'GET /v1/models': { body: { models: ['a'] } } }],
    [
      'a list of something else',
      { 'GET /v1/models': { body: { object: 'list', data: [{ id: 'x', object: 'file' }] } } },
    ],
    ['a demand for a key', { 'GET /v1/models': { status: 401, body: { error: 'key' } } }],
    ['another Pointsman', { 'GET /v1/models': modelList(['pointsman/auto'], 'pointsman') }],
    ['nothing', {}],
  ])('is not taken for one by its port alone: %s', async (_what, routes) => {
    const server = await serve(routes);
    const discovery = startDiscovery({ spots: [server.origin] });
    expect((await discovery.run()).found).toBe('No news of models.');
    expect(proposed(discovery)).toEqual([]);
  });

  it('is waited for no longer than a moment', async () => {
    const server = await serve({ 'GET /v1/models': { never: true } });
    const discovery = startDiscovery({ spots: [server.origin] });
    const running = discovery.run();
    while (discovery.clock.nextTimerMs === null || discovery.clock.nextTimerMs > 700) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    await discovery.clock.advance(700);
    expect((await running).found).toBe('No news of models.');
  });

  it.each([
    ['configured', (origin: string) => ({ settings: { providers: [providerAt(`${origin}/v1`)] } })],
    [
      'configured under another name of this machine',
      (origin: string) => ({ settings: { providers: [providerAt(`${origin.replace('127.0.0.1', 'localhost')}/v1`)] } }),
    ],
    ['our own', (origin: string) => ({ ownAddresses: [origin] })],
    ['our own on every address', (origin: string) => ({ ownAddresses: [origin.replace('127.0.0.1', '0.0.0.0')] })],
  ])('is not asked when it is %s', async (_what, options) => {
    const server = await serve({ 'GET /v1/models': modelList(['a'], 'vllm') });
    const discovery = startDiscovery({ spots: [server.origin], ...options(server.origin) });
    await discovery.run();
    expect(discovery.called).toEqual([]);
    expect(proposed(discovery)).toEqual([]);
  });

  it('is looked for on loopback only, whatever the list of spots says', async () => {
    const discovery = startDiscovery({ spots: ['http://192.168.1.7:1234', 'http://example.com:8080'] });
    await discovery.run();
    expect(discovery.called).toEqual([]);
  });

  it('gets an id of its own beside others', async () => {
    const server = await serve({ 'GET /v1/models': modelList(['a'], 'vllm') });
    const taken = { ...providerAt('http://127.0.0.1:9/v1'), id: 'vllm' };
    const discovery = startDiscovery({ spots: [server.origin], settings: { providers: [taken] } });
    await discovery.run();
    expect(proposed(discovery)).toMatchObject([{ changes: [{ path: 'providers.vllm-2' }] }]);
  });
});

function providerAt(baseUrl: string) {
  return { id: 'mine', name: 'Mine', kind: 'openai', track: 'local', baseUrl, auth: 'none' };
}
