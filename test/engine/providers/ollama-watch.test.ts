import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOllamaWatch } from '../../../src-main/engine/providers/ollama-watch.ts';
import { isUnsafeOllama } from '../../../src-main/engine/providers/ollama-version.ts';
import { toProvider } from '../../../src-main/engine/providers/provider.ts';
import type { ProviderReport, ProviderWatch } from '../../../src-main/engine/providers/provider-watch.ts';
import type { ResolvedSecret } from '../../../src-main/engine/providers/secret-resolver.ts';
import { providerSettings } from '../../../src-shared/settings.ts';
import { JsonServer, type Answer, type SeenRequest } from '../../support/json-server.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SilentLog } from '../../support/silent-log.ts';

let server: JsonServer;
let clock: ManualClock;
let reports: ProviderReport[];
let secret: ResolvedSecret;
let watch: ProviderWatch | null;

const model = (name: string, digest: string, more: object = {}) => ({ name, digest, size: 5_000, ...more });
const tags = (...models: object[]): Answer => ({ body: { models } });

beforeEach(async () => {
  server = await JsonServer.start({
    'GET /api/version': { body: { version: '0.40.1' } },
    'GET /api/tags': tags(model('qwen3:8b', 'd1'), model('nomic-embed-text:latest', 'd2')),
    'GET /api/ps': { body: { models: [{ name: 'qwen3:8b', size_vram: 5_000, context_length: 4096 }] } },
    'POST /api/show': show,
  });
  clock = new ManualClock();
  reports = [];
  secret = { value: null, source: 'not needed' };
  watch = null;
});

afterEach(async () => {
  await watch?.stop();
  await server.close();
  expect(clock.pendingTimers).toBe(0);
});

function show({ body }: SeenRequest): Answer {
  const embeds = JSON.stringify(body).includes('embed');
  return {
    body: {
      model_info: { 'general.architecture': 'q', 'q.context_length': 40_960 },
      capabilities: embeds ? ['embedding'] : ['completion', 'tools', 'thinking'],
    },
  };
}

/** Starts a watch and resolves after its first look. */
async function start(more: Record<string, unknown> = {}): Promise<ProviderWatch> {
  const base = { id: 'ollama', name: 'Ollama', kind: 'ollama', track: 'local', baseUrl: server.origin, auth: 'none' };
  watch = createOllamaWatch({
    provider: toProvider(providerSettings.parse({ ...base, ...more })),
    secret: () => secret,
    intervalMs: 5_000,
    clock,
    log: new SilentLog(),
    onReport: (report) => reports.push(report),
  });
  watch.start();
  await watch.refresh();
  return watch;
}

/** Lets the interval pass and resolves after the look that follows. */
async function nextLook(): Promise<void> {
  await clock.advance(5_000);
  await watch?.refresh();
}

describe('the watch over an Ollama', () => {
  it('sees version, models, what they can do and which is in memory', async () => {
    const { report } = await start();
    const sentence = 'Ollama 0.40.1 is running with 2 models, 1 in memory.';
    expect(report).toMatchObject({ state: 'healthy', sentence, version: '0.40.1' });
    expect(report.endpoints).toMatchObject([
      {
        id: 'ollama/qwen3:8b',
        track: 'local',
        protocol: 'ollama',
        capabilities: { text: true, tools: true, thinking: true, vision: false, embeddings: null, jsonSchema: true },
        contextTokens: 40_960,
        sizeBytes: 5_000,
        loaded: true,
      },
      { id: 'ollama/nomic-embed-text:latest', capabilities: { text: false, embeddings: true }, loaded: false },
    ]);
  });

  it('never says where it comes from', async () => {
    await start();
    expect(server.requests.filter(({ headers }) => headers.origin !== undefined)).toEqual([]);
    expect(server.requests.filter(({ headers }) => headers.referer !== undefined)).toEqual([]);
  });

  it('asks about each digest once, and again only when it changed', async () => {
    await start();
    await nextLook();
    expect(server.count('POST /api/show')).toBe(2);
    server.answer('GET /api/tags', tags(model('qwen3:8b', 'd1-new'), model('nomic-embed-text:latest', 'd2')));
    await nextLook();
    expect(server.count('POST /api/show')).toBe(3);
    expect(server.requests.findLast(({ method }) => method === 'POST')?.body).toEqual({ model: 'qwen3:8b' });
  });

  it('asks again about a model that could not be described', async () => {
    server.answer('POST /api/show', { status: 500, body: { error: 'no' } });
    const { report } = await start();
    expect(report.endpoints?.[0]).toMatchObject({ contextTokens: null, capabilities: { text: null } });
    server.answer('POST /api/show', show);
    await nextLook();
    expect(reports.at(-1)?.endpoints?.[0]).toMatchObject({ contextTokens: 40_960, capabilities: { text: true } });
  });

  it('asks about every model of a long list', async () => {
    server.answer('GET /api/tags', tags(...Array.from({ length: 9 }, (_, each) => model(`m${each}`, `d${each}`))));
    await start();
    expect(server.count('POST /api/show')).toBe(9);
  });

  it('tells of models coming, going, being loaded and unloaded, and of nothing else', async () => {
    await start();
    await nextLook();
    expect(reports).toHaveLength(1);
    server.answer('GET /api/ps', { body: { models: [] } });
    await nextLook();
    expect(reports.at(-1)?.endpoints?.map((endpoint) => endpoint.loaded)).toEqual([false, false]);
    server.answer('GET /api/tags', tags(model('qwen3:8b', 'd1')));
    await nextLook();
    expect(reports.at(-1)?.endpoints?.map((endpoint) => endpoint.model)).toEqual(['qwen3:8b']);
    expect(reports).toHaveLength(3);
  });

  it('sees it stop, keeps its models, and sees it start again', async () => {
    const { report } = await start();
    await server.close();
    await nextLook();
    expect(reports.at(-1)).toMatchObject({
      state: 'down',
      sentence: `Ollama is not running at ${server.origin}: start the Ollama app, or run "ollama serve".`,
      version: null,
      endpoints: report.endpoints,
    });
    await server.listen();
    await nextLook();
    expect(reports.at(-1)).toMatchObject({ state: 'healthy', version: '0.40.1' });
  });

  it('looks less and less often while it is away, at least every 30 s', async () => {
    await server.close();
    const { refresh } = await start();
    const pauses: (number | null)[] = [];
    for (let look = 0; look < 5; look++) {
      pauses.push(clock.nextTimerMs);
      await refresh();
    }
    expect(pauses).toEqual([5_000, 10_000, 20_000, 30_000, 30_000]);
    await server.listen();
    await refresh();
    expect(clock.nextTimerMs).toBe(5_000);
  });

  it('puts models that run elsewhere on the cloud track', async () => {
    server.answer(
      'GET /api/tags',
      tags(
        model('gpt-oss:120b-cloud', 'd1'),
        model('deepseek:cloud', 'd2'),
        model('mine:latest', 'd3', { remote_host: 'https://ollama.com:443' }),
        model('qwen3:8b', 'd4'),
      ),
    );
    const { report } = await start();
    expect(report.endpoints?.map((endpoint) => endpoint.track)).toEqual(['cloud', 'cloud', 'cloud', 'local']);
    expect(report.endpoints?.[2]).toMatchObject({ loaded: null, sizeBytes: null });
  });

  it('warns of a version with a known hole', async () => {
    server.answer('GET /api/version', { body: { version: '0.17.0' } });
    const { report } = await start();
    expect(report.state).toBe('degraded');
    expect(report.sentence).toContain('CVE-2026-7482');
    expect(report.sentence).toContain('cannot be seen from here');
  });

  it('says what to do when it has no model', async () => {
    server.answer('GET /api/tags', { body: { models: null } });
    const { report } = await start();
    expect(report).toMatchObject({ state: 'healthy', endpoints: [] });
    expect(report.sentence).toBe('Ollama 0.40.1 is running but has no model yet: run "ollama pull NAME".');
  });

  it('takes something else at its address for no Ollama', async () => {
    server.answer('GET /api/tags', { body: { data: [] } });
    const { report } = await start();
    expect(report).toMatchObject({ state: 'down', endpoints: null });
    expect(report.sentence).toContain('(scheme, host and port only)');
  });

  it('goes on when memory and version cannot be read', async () => {
    server.answer('GET /api/ps', { status: 404, body: '404 page not found' });
    server.answer('GET /api/version', { status: 404, body: '404 page not found' });
    const { report } = await start();
    expect(report).toMatchObject({ state: 'healthy', version: null });
    expect(report.endpoints?.[0]?.loaded).toBeNull();
  });

  it('offers only the models that the settings name, if they name any', async () => {
    const { report } = await start({ models: ['qwen3:8b'] });
    expect(report.endpoints?.map((endpoint) => endpoint.model)).toEqual(['qwen3:8b']);
    expect(server.count('POST /api/show')).toBe(1);
  });

  it("looks at Ollama's cloud hourly, with the key, and not at all without one", async () => {
    const cloud = { id: 'ollama-cloud', name: 'Ollama Cloud', track: 'cloud', auth: 'bearer' };
    secret = { value: 'k-1', source: 'stored' };
    const { report } = await start(cloud);
    expect(report.endpoints?.map((endpoint) => endpoint.track)).toEqual(['cloud', 'cloud']);
    expect(server.requests[0]?.headers.authorization).toBe('Bearer k-1');
    expect(server.count('GET /api/ps')).toBe(0);
    expect(clock.nextTimerMs).toBe(3_600_000);
    const asked = server.requests.length;
    secret = { value: null, source: 'missing' };
    await watch?.refresh();
    expect(reports.at(-1)).toMatchObject({ state: 'misconfigured', endpoints: report.endpoints });
    expect(server.requests).toHaveLength(asked);
  });

  it('can be stopped in the middle of a look, and started again', async () => {
    server.answer('GET /api/tags', { never: true });
    const started = start();
    while (server.count('GET /api/tags') === 0) await new Promise((resolve) => setImmediate(resolve));
    await watch?.stop();
    await started;
    expect(reports).toEqual([]);
    server.answer('GET /api/tags', tags(model('qwen3:8b', 'd1')));
    watch?.start();
    await watch?.refresh();
    expect(reports).toMatchObject([{ state: 'healthy' }]);
  });
});

describe('isUnsafeOllama', () => {
  it.each(['0.1.0', '0.16.9', '0.17.0', 'v0.17.0', '0.17.1-rc2'])('is true for %s', (version) => {
    expect(isUnsafeOllama(version)).toBe(true);
  });

  it.each(['0.17.1', '0.17.10', '0.40.0', '1.0.0', '0.0.0', 'unknown', ''])('is false for %s', (version) => {
    expect(isUnsafeOllama(version)).toBe(false);
  });
});
