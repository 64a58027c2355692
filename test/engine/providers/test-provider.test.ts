import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCatalogue } from '../../../src-main/engine/providers/catalogue.ts';
import { toProvider } from '../../../src-main/engine/providers/provider.ts';
import { testProvider } from '../../../src-main/engine/providers/test-provider.ts';
import { providerSettings } from '../../../src-shared/settings.ts';
import { JsonServer, type Answer, type SeenRequest } from '../../support/json-server.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { containing, matching } from '../../support/containing.ts';

let server: JsonServer;

beforeEach(async () => {
  server = await JsonServer.start({ 'GET /v1/models': onlyWithKey });
});

afterEach(() => server.close());

const LIST = { body: { data: [{ id: 'm1' }, { id: 'm2' }] } };

function onlyWithKey({ headers }: SeenRequest): Answer {
  return headers.authorization === 'Bearer right' ? LIST : { status: 401, body: { error: 'no' } };
}

function test(more: Record<string, unknown> = {}, secret: string | null = 'right', keyCheckPath: string | null = null) {
  const base = { id: 'acme', name: 'Acme', kind: 'openai', track: 'cloud', baseUrl: `${server.origin}/v1` };
  const provider = toProvider(providerSettings.parse({ ...base, ...more }));
  return testProvider({ provider, secret, keyCheckPath, clock: new ManualClock() });
}

describe('the test of a provider', () => {
  it('proves address and key by a list that opens with the key only', async () => {
    const sentence = 'Acme works: address and key are right, 2 models.';
    expect(await test()).toEqual({ ok: true, problem: 'none', sentence, models: ['m1', 'm2'], durationMs: 0 });
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer right', undefined]);
  });

  it('needs no proof where no key is needed', async () => {
    server.answer('GET /v1/models', LIST);
    expect(await test({ auth: 'none' }, null)).toMatchObject({ ok: true, sentence: 'Acme works: it has 2 models.' });
    expect(server.requests).toHaveLength(1);
  });

  it('says honestly that a key could not be proven where everybody may read the list', async () => {
    server.answer('GET /v1/models', LIST);
    const result = await test({}, 'wrong');
    expect(result).toMatchObject({ ok: true, problem: 'none' });
    expect(result.sentence).toContain('the key could not be proven');
  });

  it('proves the key by another call where one is known', async () => {
    server.answer('GET /v1/models', LIST);
    server.answer('GET /v1/key', onlyWithKey);
    expect(await test({}, 'right', '/key')).toMatchObject({ ok: true, sentence: containing('key are right') });
    expect(await test({}, 'wrong', '/key')).toMatchObject({ ok: false, problem: 'key', models: ['m1', 'm2'] });
    server.answer('GET /v1/key', { status: 500 });
    expect(await test({}, 'right', '/key')).toMatchObject({ ok: true, sentence: containing('not be proven') });
  });

  it('proves address and key by that call alone where there is no list', async () => {
    server.answer('GET /v1/key', onlyWithKey);
    const good = await test({ modelsPath: null }, 'right', '/key');
    expect(good).toMatchObject({ ok: true, sentence: containing('name its models in the settings') });
    expect(await test({ modelsPath: null }, 'wrong', '/key')).toMatchObject({ ok: false, problem: 'key' });
  });

  it('says that a key is missing where the list is open but requests need one', async () => {
    server.answer('GET /v1/models', LIST);
    const result = await test({ keyVariable: 'ACME_KEY' }, null);
    expect(result).toMatchObject({ ok: false, problem: 'key', models: ['m1', 'm2'] });
    expect(result.sentence).toContain('or set ACME_KEY');
  });

  it.each<[string, Answer, string, RegExp]>([
    ['a wrong key', { status: 401, body: {} }, 'key', /Acme refused the key \(401\)/],
    ['a key without the right', { status: 403, body: {} }, 'key', /refused the key \(403\)/],
    [
      "Google's 400 for a wrong key",
      { status: 400, body: [{ error: { message: 'API key not valid' } }] },
      'key',
      /400/,
    ],
    ['an empty account', { status: 402, body: {} }, 'account', /wants payment first \(402\)/],
    [
      "OpenAI's 429 for an empty account",
      { status: 429, body: { error: { code: 'insufficient_quota' } } },
      'account',
      /balance and plan/,
    ],
    ['too many requests', { status: 429, body: { error: { code: 'rate' } } }, 'rate_limit', /asks for a pause/],
    [
      'a wrong path',
      { status: 404, body: 'not found' },
      'protocol',
      /nothing at http.*\/v1\/models \(404\).*ends in \/v1/,
    ],
    ['a web page', { body: '<!doctype html><p>hello' }, 'protocol', /a web page instead of a list of models/],
    ['something else', { body: { hello: 1 } }, 'protocol', /something else instead of a list of models/],
    [
      'a place that moved',
      { status: 301, headers: { location: 'https://new.example/v1/models?k=1' } },
      'address',
      /has moved to https:\/\/new\.example\/v1\/models \(301\)/,
    ],
    ['trouble at the other side', { status: 503, body: {} }, 'protocol', /trouble of its own \(503\)/],
    ['another refusal', { status: 418, body: {} }, 'protocol', /did not understand the request \(418\)/],
  ])('tells %s', async (_, answer, problem, sentence) => {
    server.answer('GET /v1/models', answer);
    const result = await test();
    expect(result).toMatchObject({ ok: false, problem });
    expect(result.sentence).toMatch(sentence);
    expect(result.sentence).not.toContain('right');
  });

  it('tells that a key is missing where the list needs one', async () => {
    const result = await test({}, null);
    expect(result).toMatchObject({ ok: false, problem: 'key' });
    expect(result.sentence).toBe('Acme wants a key (401) and there is none: add one.');
  });

  it('tells that nobody listens, that the name is unknown, and that the other side speaks no TLS', async () => {
    const secure = server.origin.replace('http:', 'https:');
    expect(await test({ baseUrl: `${secure}/v1` })).toMatchObject({
      problem: 'address',
      sentence: containing('No secure connection to'),
    });
    expect(await test({ baseUrl: 'http://nowhere.invalid/v1' })).toMatchObject({
      problem: 'address',
      sentence: matching(/^The name nowhere\.invalid is not known \(E\w+\): correct the address/),
    });
    const { origin } = server;
    await server.close();
    expect(await test({ baseUrl: `${origin}/v1` })).toMatchObject({
      problem: 'address',
      sentence: `Nothing answers at ${origin} (ECONNREFUSED): start the server there, or correct the address.`,
    });
  });

  it('sends an empty request where there is no list', async () => {
    server.answer('POST /v1/chat/completions', ({ headers }) =>
      headers.authorization === 'Bearer right' ? { status: 400, body: { error: 'model?' } } : { status: 401, body: {} },
    );
    const good = await test({ modelsPath: null, models: ['mine'] });
    expect(good).toMatchObject({ ok: true, models: ['mine'] });
    expect(good.sentence).toBe('Acme answers and did not refuse the key; it has no model list, 1 model.');
    expect(server.requests[0]?.body).toEqual({});
    expect(await test({ modelsPath: null }, 'wrong')).toMatchObject({ ok: false, problem: 'key' });
  });

  it('finds a wrong address without a list too', async () => {
    expect(await test({ modelsPath: null })).toMatchObject({ ok: false, problem: 'protocol' });
    server.answer('POST /v1/chat/completions', { status: 400, body: '<html>' });
    expect(await test({ modelsPath: null })).toMatchObject({ ok: false, problem: 'protocol' });
  });

  it('reads the models of an Ollama', async () => {
    server.answer('GET /api/tags', { body: { models: [{ name: 'qwen3:8b' }] } });
    const own = { kind: 'ollama', track: 'local', baseUrl: server.origin, auth: 'none', modelsPath: '/api/tags' };
    expect(await test(own, null)).toMatchObject({ ok: true, models: ['qwen3:8b'] });
  });

  it('knows a call that proves the key for the gateways whose list is open', () => {
    const known = readCatalogue().filter((entry) => entry.keyCheckPath !== null);
    expect(known.map((entry) => [entry.id, entry.keyCheckPath])).toEqual([
      ['openrouter', '/key'],
      ['azure', '/models'],
      ['vercel', '/credits'],
    ]);
  });
});
