import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { modelStatus, providerStatus, requestsPage, requestView, status } from '../../../src-shared/control.ts';
import { problem } from '../../support/upstreams/problem.ts';
import { ask, problemOf, read, start } from './control-client.ts';

const ROUTES: readonly (readonly [method: string, path: string])[] = [
  ['GET', '/metrics'],
  ['GET', '/control/v1/status'],
  ['GET', '/control/v1/requests'],
  ['GET', '/control/v1/requests/some-id'],
  ['GET', '/control/v1/models'],
  ['GET', '/control/v1/providers'],
  ['POST', '/control/v1/providers'],
  ['POST', '/control/v1/providers/refresh'],
  ['POST', '/control/v1/providers/up/test'],
  ['POST', '/control/v1/providers/up/key'],
  ['DELETE', '/control/v1/providers/up'],
  ['GET', '/control/v1/nothing'],
  ['PUT', '/control/'],
];

describe('the control token', () => {
  it.each(ROUTES)('is needed for %s %s', async (method, path) => {
    const gateway = await start();
    const token = gateway.engine.controlToken;
    const wrong = [
      '',
      'Bearer ',
      'Bearer wrong',
      `Bearer ${token.slice(1)}`,
      `Bearer ${token}0`,
      `Basic ${token}`,
      token,
    ];
    for (const authorization of wrong) {
      const reply = await fetch(gateway.url + path, { method, headers: { authorization } });
      expect(await problemOf(reply)).toMatchObject({ status: 401, code: 'unauthorized' });
    }
    expect((await problemOf(await fetch(gateway.url + path, { method }))).status).toBe(401);
    expect((await fetch(`${gateway.url}${path}?token=${token}`, { method })).status).toBe(401);
    expect(
      await read(gateway, '/control/v1/providers', z.object({ providers: z.array(providerStatus) })),
    ).toMatchObject({
      providers: [{ id: 'up' }],
    });
  });

  it.each(ROUTES)('is not enough for a page of somebody else at %s %s', async (method, path) => {
    const gateway = await start({ settings: { gateway: { allowedOrigins: ['https://friend.example'] } } });
    for (const origin of ['https://evil.example', 'https://friend.example', 'http://localhost:3000', 'null']) {
      const reply = await gateway.control(path, { method, headers: { origin } });
      expect(reply.status).toBe(403);
    }
    expect((await gateway.control('/control/v1/providers/up/test', { method: 'POST' })).status).toBe(200);
  });

  it('and our own pages do', async () => {
    const gateway = await start();
    for (const origin of [gateway.url, 'app://pointsman']) {
      const reply = await gateway.control('/control/v1/status', { headers: { origin } });
      expect(reply.status).toBe(200);
    }
  });
});

describe('GET /health', () => {
  it('says that we are there and nothing else, to everybody on this machine', async () => {
    const gateway = await start();
    const reply = await fetch(`${gateway.url}/health`);
    expect(reply.status).toBe(200);
    expect(await reply.json()).toEqual({ status: 'ok' });
  });
});

describe('GET /control/v1/status', () => {
  it('tells address, folder, providers and what today was', async () => {
    const gateway = await start();
    await ask(gateway);
    await gateway.recorded();
    const told = await read(gateway, '/control/v1/status', status);
    expect(told).toMatchObject({
      addresses: [gateway.url],
      dataFolder: gateway.folder,
      warnings: [],
      providers: [{ id: 'up', state: 'healthy', modelCount: 3, key: 'not needed' }],
      today: { requests: 1, failed: 0, cloud: 1, local: 0, inputTokens: 11, outputTokens: 7, costNanoUsd: 97_500 },
      activeRequests: 0,
    });
    expect(told.flushIntervalMs).toBeLessThanOrEqual(250);
  });
});

describe('GET /control/v1/requests', () => {
  it('pages back from the newest, each request once', async () => {
    const gateway = await start();
    for (let count = 0; count < 7; count += 1) await ask(gateway);
    const all = (await gateway.recorded(7)).map(({ id }) => id);
    const found: string[] = [];
    let next: string | null = null;
    const sizes: number[] = [];
    do {
      const before: string = next === null ? '' : `&before=${next}`;
      const page = await read(gateway, `/control/v1/requests?limit=3${before}`, requestsPage);
      found.push(...page.requests.map(({ id }) => id));
      sizes.push(page.requests.length);
      ({ next } = page);
    } while (next !== null);
    expect(sizes).toEqual([3, 3, 1]);
    expect(found).toEqual(all);
    expect(new Set(found).size).toBe(7);
  });

  it('keeps its place while new requests come in', async () => {
    const gateway = await start();
    for (let count = 0; count < 4; count += 1) await ask(gateway);
    const all = (await gateway.recorded(4)).map(({ id }) => id);
    const first = await read(gateway, '/control/v1/requests?limit=2', requestsPage);
    await ask(gateway);
    await gateway.recorded(5);
    const second = await read(gateway, `/control/v1/requests?limit=2&before=${first.next ?? ''}`, requestsPage);
    expect(second.requests.map(({ id }) => id)).toEqual(all.slice(2));
    expect(second.next).toBeNull();
  });

  it('shows only the outcome asked for', async () => {
    const gateway = await start();
    await ask(gateway);
    gateway.upstream.script(problem({ status: 400, message: 'no' }));
    await ask(gateway);
    await gateway.recorded(2);
    const failed = await read(gateway, '/control/v1/requests?outcome=failed', requestsPage);
    expect(failed.requests).toMatchObject([{ outcome: 'failed', status: 400, attempts: [{ status: 400 }] }]);
    const cancelled = await read(gateway, '/control/v1/requests?outcome=cancelled', requestsPage);
    expect(cancelled).toEqual({ requests: [], next: null });
  });

  it('finds one by the id that its answer carried', async () => {
    const gateway = await start();
    const id = (await ask(gateway)).headers.get('x-pointsman-request-id') ?? '';
    await gateway.recorded();
    const found = await read(gateway, `/control/v1/requests/${id}`, requestView);
    expect(found).toMatchObject({ id, requestedModel: 'gpt-4o', path: 'cloud', costNanoUsd: 97_500 });
  });

  it.each(['limit=0', 'limit=1001', 'limit=many', 'limit=-1', 'outcome=good', 'colour=red'])(
    'refuses %s and says what is wrong with it',
    async (query) => {
      const gateway = await start();
      const refused = await problemOf(await gateway.control(`/control/v1/requests?${query}`));
      expect(refused).toMatchObject({ status: 400, code: 'invalid_request' });
      expect(refused.message).toContain(query.split('=')[0]);
    },
  );

  it.each(['nothing', '%E0%A4%A', "x' OR 1=1", '..%2F..'])('has no request %s', async (id) => {
    const gateway = await start();
    expect((await problemOf(await gateway.control(`/control/v1/requests/${id}`))).status).toBe(404);
  });
});

describe('GET /control/v1/models', () => {
  it('tells what each can do and what it costs', async () => {
    const gateway = await start();
    const { models } = await read(gateway, '/control/v1/models', z.object({ models: z.array(modelStatus) }));
    expect(models.map(({ id }) => id)).toContain('up/gpt-4o');
    expect(models.find(({ id }) => id === 'up/gpt-4o')).toMatchObject({
      track: 'cloud',
      inputUsdPerMillion: 2.5,
      outputUsdPerMillion: 10,
      circuit: 'closed',
      active: 0,
    });
  });
});

describe('a control call with a bad body', () => {
  it.each<[string, string, Record<string, string>, number]>([
    ['that is no JSON', '{', {}, 400],
    ['that is a list', '[]', {}, 400],
    ['that is nothing', '', {}, 400],
    ['of two megabytes', JSON.stringify({ id: 'x'.repeat(2 * 1024 * 1024) }), {}, 413],
    ['as plain text', '{}', { 'content-type': 'text/plain' }, 415],
    ['in an unknown encoding', '{}', { 'content-encoding': 'compress' }, 415],
  ])('%s is refused', async (_what, body, headers, expected) => {
    const gateway = await start();
    const reply = await gateway.control('/control/v1/providers', { method: 'POST', body, headers });
    expect((await problemOf(reply)).status).toBe(expected);
  });
});
