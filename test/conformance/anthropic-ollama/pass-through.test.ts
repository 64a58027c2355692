import { Ollama } from 'ollama';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonReply, raw } from '../../support/upstreams/script.ts';
import { compressed } from '../../support/upstreams/script-changes.ts';
import { rigForTest } from '../support/rig-for-test.ts';
import { startRig, type Rig } from '../support/start-rig.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

let rig: Rig;
beforeAll(async () => {
  rig = await startRig({ kind: 'ollama' });
});
afterAll(() => rig.stop());

describe('34: what is not ours passes to Ollama', () => {
  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('with its method %s, its query and its body', async (method) => {
    for (const path of ['/api/experimental/unheard/of', '/v1/unheard/of%2Fit']) {
      const body = method === 'GET' ? null : new Uint8Array([0, 255, 128, 10, 13]);
      const response = await fetch(`${rig.url}${path}?a=1&b=%20x&a=2`, { method, body });
      expect(response.headers.get('x-upstream-echo')).toBe(`${method} ${path}?a=1&b=%20x&a=2`);
      expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([...(body ?? [])]);
    }
  });

  test('with a body that is larger than the limit of our own requests', async () => {
    const bytes = new Uint8Array(60 * 1024 * 1024);
    const response = await fetch(`${rig.url}/api/blobs/sha256:00`, { method: 'POST', body: bytes });
    expect(response.status).toBe(400);
    const asked = rig.upstream.received.findLast(({ path }) => path.startsWith('/api/blobs/'));
    expect(asked?.rawBody.length).toBe(bytes.length);
  });

  test.each([200, 201, 404, 405, 418, 500, 503])(
    'and comes back with its status %i, headers and body',
    async (status) => {
      const body = { error: 'just so', nested: [1, 2] };
      rig.upstream.scriptPath('/api/unheard', () =>
        jsonReply(body, { status, headers: { 'x-upstream': 'yes', 'retry-after': '7' } }),
      );
      const response = await fetch(`${rig.url}/api/unheard`);
      expect([response.status, response.headers.get('x-upstream'), response.headers.get('retry-after')]).toEqual([
        status,
        'yes',
        '7',
      ]);
      expect(await response.json()).toEqual(body);
    },
  );

  test('and comes back in plain text where Ollama says it so', async () => {
    const response = await fetch(`${rig.url}/api/nobody-knows`, { method: 'POST' });
    expect([response.status, await response.text()]).toEqual([404, '404 page not found']);
    expect(response.headers.get('content-type')).toContain('text/plain');
  });

  test.each(['gzip', 'deflate', 'br'] as const)('27: decoded when Ollama packed it with %s', async (encoding) => {
    rig.upstream.scriptPath(
      '/api/unheard',
      compressed(encoding, raw({ headers: { 'content-type': 'text/plain' }, chunks: ['one ', 'two'] })),
    );
    const response = await fetch(`${rig.url}/api/unheard`);
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(await response.text()).toBe('one two');
  });

  test('HEAD on a blob says only whether it is there', async () => {
    const response = await fetch(`${rig.url}/api/blobs/sha256:11`, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([404, '']);
  });

  test('the newest method of the client is one of them', async () => {
    const client = new Ollama({ host: rig.url });
    const request = { model: rig.model, input: 'Hello' };
    await Reflect.apply(systemone(client), client, [request]);
    const asked = rig.upstream.received.findLast(({ path }) => path === '/v1/systemone');
    expect(asked?.method).toBe('POST');
    expect(asked?.body).toMatchObject(request);
  });

  test('is recorded as passed through', async () => {
    const own = await rigForTest({ kind: 'ollama' });
    await (await fetch(`${own.url}/api/experimental/x`, { method: 'POST', body: '{}', headers: JSON_TYPE })).text();
    expect((await own.recorded())[0]).toMatchObject({ operation: 'pass-through', outcome: 'ok', costNanoUsd: 0 });
  });

  test('is said to be not known where there is no Ollama', async () => {
    const own = await rigForTest({ kind: 'openai' });
    const native = await fetch(`${own.url}/api/pull`, { method: 'POST', body: '{"name":"x"}', headers: JSON_TYPE });
    expect([native.status, await native.text()]).toEqual([404, expect.stringContaining('switched off')]);
    const other = await fetch(`${own.url}/v1/unheard`, { method: 'POST', body: '{}', headers: JSON_TYPE });
    expect(other.status).toBe(404);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded'])(
    'a %s body, which any web page may send, goes nowhere',
    async (type) => {
      const own = await rigForTest({ kind: 'ollama' });
      for (const path of ['/api/pull', '/api/create', '/v1/unheard']) {
        const answer = await fetch(own.url + path, { method: 'POST', body: '{}', headers: { 'content-type': type } });
        expect([path, answer.status]).toEqual([path, 415]);
      }
      expect(own.upstream.received.filter(({ method, path }) => method === 'POST' && path !== '/api/show')).toEqual([]);
    },
  );

  test('a JSON call that names another provider’s model goes to that provider', async () => {
    const own = await rigForTest({ kind: 'openai' });
    own.upstream.scriptPath('/moderations', () => jsonReply({ ok: true }, { status: 202 }));
    const response = await fetch(`${own.url}/v1/moderations?x=1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: own.model, input: 'x' }),
    });
    expect([response.status, await response.json()]).toEqual([202, { ok: true }]);
    const asked = own.upstream.received.findLast(({ pathname }) => pathname === '/v1/moderations');
    expect(asked?.path).toBe('/v1/moderations?x=1');
    expect(asked?.headers.authorization).toBe('Bearer sk-upstream');
  });
});

/** A method that the package has but its types do not name. */
function systemone(client: Ollama): (request: object) => Promise<unknown> {
  const method: unknown = Reflect.get(client, 'systemone');
  if (typeof method !== 'function') throw new Error('this version of the package has no such method');
  return method as (request: object) => Promise<unknown>;
}
