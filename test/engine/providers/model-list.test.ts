import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createModelListWatch } from '../../../src-main/engine/providers/model-list.ts';
import { toProvider } from '../../../src-main/engine/providers/provider.ts';
import type { ProviderReport, ProviderWatch } from '../../../src-main/engine/providers/provider-watch.ts';
import type { ResolvedSecret } from '../../../src-main/engine/providers/secret-resolver.ts';
import { providerSettings } from '../../../src-shared/settings.ts';
import { JsonServer } from '../../support/json-server.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SilentLog } from '../../support/silent-log.ts';

const HOUR_MS = 3_600_000;

let server: JsonServer;
let clock: ManualClock;
let reports: ProviderReport[];
let secret: ResolvedSecret;
let watch: ProviderWatch | null;

beforeEach(async () => {
  server = await JsonServer.start({ 'GET /v1/models': { body: { data: [{ id: 'm1' }, { id: 'm2' }] } } });
  clock = new ManualClock();
  reports = [];
  secret = { value: 'k-1', source: 'stored' };
  watch = null;
});

afterEach(async () => {
  await watch?.stop();
  await server.close();
  expect(clock.pendingTimers).toBe(0);
});

/** Starts a watch and resolves after its first look. */
async function start(more: Record<string, unknown> = {}): Promise<ProviderWatch> {
  const base = { id: 'acme', name: 'Acme', kind: 'openai', track: 'cloud', baseUrl: `${server.origin}/v1` };
  watch = createModelListWatch({
    provider: toProvider(providerSettings.parse({ ...base, ...more })),
    secret: () => secret,
    clock,
    log: new SilentLog(),
    onReport: (report) => reports.push(report),
  });
  watch.start();
  await watch.refresh();
  return watch;
}

const names = (report: ProviderReport) => report.endpoints?.map((endpoint) => endpoint.model) ?? null;

describe('a model list', () => {
  it('becomes endpoints of its provider', async () => {
    const { report } = await start();
    expect(report).toMatchObject({ state: 'healthy', sentence: 'Acme offers 2 models.', version: null });
    expect(report.endpoints?.[0]).toMatchObject({
      id: 'acme/m1',
      providerId: 'acme',
      model: 'm1',
      track: 'cloud',
      protocol: 'openai',
      loaded: null,
      sizeBytes: null,
    });
    expect(server.requests[0]?.headers.authorization).toBe('Bearer k-1');
  });

  it('is asked again after an hour, and reported only when it changed', async () => {
    const { refresh } = await start();
    await clock.advance(HOUR_MS);
    await refresh();
    expect(server.count('GET /v1/models')).toBe(2);
    expect(reports).toHaveLength(1);
    server.answer('GET /v1/models', { body: { data: [{ id: 'm3' }] } });
    await clock.advance(HOUR_MS);
    await refresh();
    expect(reports.map(names)).toEqual([['m1', 'm2'], ['m3']]);
  });

  it('survives an outage, which is told with what to do', async () => {
    const { refresh } = await start();
    await server.close();
    await refresh();
    const [, report] = reports;
    expect(report).toMatchObject({ state: 'down' });
    expect(report?.sentence).toMatch(
      /^Nothing answers at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\): start the server/,
    );
    expect(report?.endpoints).toBe(reports[0]?.endpoints);
    await server.listen();
    await refresh();
    expect(reports[2]).toMatchObject({ state: 'healthy' });
  });

  it('is tried again after 10 s, then twice as long each time up to 5 minutes', async () => {
    server.answer('GET /v1/models', { status: 500 });
    const { refresh } = await start();
    const pauses: (number | null)[] = [];
    for (let look = 0; look < 8; look++) {
      pauses.push(clock.nextTimerMs);
      await refresh();
    }
    expect(pauses).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000]);
    server.answer('GET /v1/models', { body: [] });
    await refresh();
    expect(clock.nextTimerMs).toBe(HOUR_MS);
  });

  it('is not asked for without a key', async () => {
    secret = { value: null, source: 'missing' };
    const { report } = await start({ keyVariable: 'ACME_KEY' });
    const sentence = 'Acme has no key: add one in the settings, or set ACME_KEY.';
    expect(report).toMatchObject({ state: 'misconfigured', sentence, endpoints: null });
    expect(server.requests).toEqual([]);
  });

  it.each([
    [401, 'misconfigured', /refused the key \(401\)/],
    [402, 'misconfigured', /wants payment first \(402\)/],
    [429, 'rate_limited', /asks for a pause/],
    [404, 'down', /There is nothing at .*\/v1\/models \(404\)/],
  ])('gives the state of a %i', async (status, state, sentence) => {
    server.answer('GET /v1/models', { status, body: { error: { message: 'sk-secret-1 is bad' } } });
    const { report } = await start();
    expect(report.state).toBe(state);
    expect(report.sentence).toMatch(sentence);
    expect(report.sentence).not.toContain('sk-secret-1');
  });

  it('is narrowed down to the models of the settings, which are offered even when it does not name them', async () => {
    const { report } = await start({ models: ['m2', 'hidden'] });
    expect(names(report)).toEqual(['m2', 'hidden']);
  });

  it('gives way to the models of the settings where the provider has none', async () => {
    const { report } = await start({ modelsPath: null, models: ['deployment-1'] });
    expect(report).toMatchObject({ state: 'healthy' });
    expect(names(report)).toEqual(['deployment-1']);
    expect(server.requests).toEqual([]);
  });

  it('stays unknown where the provider has none and the settings name none', async () => {
    const { report } = await start({ modelsPath: null });
    expect(report).toMatchObject({ state: 'unknown', endpoints: null });
    expect(report.sentence).toContain('call them as acme/NAME');
  });

  it('is read page by page from Anthropic, with its own header for key and version', async () => {
    server.answer('GET /v1/models', ({ path }) =>
      path.includes('after_id=claude-a')
        ? { body: { data: [{ id: 'claude-opus-4-7' }], has_more: false, last_id: 'claude-opus-4-7' } }
        : { body: { data: [{ id: 'claude-a', max_input_tokens: 200_000 }], has_more: true, last_id: 'claude-a' } },
    );
    const { report } = await start({ kind: 'anthropic', auth: 'x-api-key' });
    expect(report.endpoints).toMatchObject([
      { model: 'claude-a', protocol: 'anthropic', takesSampling: true, contextTokens: 200_000 },
      { model: 'claude-opus-4-7', takesSampling: false },
    ]);
    expect(server.requests[1]?.path).toBe('/v1/models?limit=1000&after_id=claude-a');
    expect(server.requests[0]?.headers).toMatchObject({ 'x-api-key': 'k-1', 'anthropic-version': '2023-06-01' });
  });

  it('does not read pages for ever', async () => {
    server.answer('GET /v1/models', ({ path }) => ({
      body: { data: [{ id: `m${path.length}` }], has_more: true, last_id: `x${path}` },
    }));
    await start({ kind: 'anthropic' });
    expect(server.requests).toHaveLength(20);
  });

  it('is looked at once when asked for twice at the same time', async () => {
    const { refresh } = await start();
    await Promise.all([refresh(), refresh(), refresh()]);
    expect(server.count('GET /v1/models')).toBe(2);
  });
});
