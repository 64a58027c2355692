import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operations, type Operation } from '../../../../src-shared/operations.ts';
import { sendRequest, type SentReply } from '../../../support/send-request.ts';
import { startTestEngine, type TestEngine } from '../../../support/start-test-engine.ts';

interface Route {
  method: string;
  path: string;
  /** What somebody who is let in gets for a call that changes nothing. */
  letIn: number;
}

/** Every operation with a field that nobody knows: who is let in is told so, and nothing happens. */
const OPERATIONS: readonly Route[] = Object.values<Operation>(operations).map(({ method, path }) => ({
  method,
  path: `${path.replace(/\{\w+\}/g, 'some%2Fid')}${method === 'POST' ? '' : '?surprise=1'}`,
  letIn: 400,
}));
const ROUTES: readonly Route[] = [
  ...OPERATIONS,
  { method: 'GET', path: '/metrics', letIn: 200 },
  { method: 'GET', path: '/control/v1/openapi.json', letIn: 200 },
  { method: 'GET', path: '/control/v1/events?topics=surprise', letIn: 400 },
  { method: 'GET', path: '/control/v1/nothing', letIn: 404 },
  { method: 'PUT', path: '/control/v1/status', letIn: 405 },
];
const NAMED = ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const);
const JSON_TYPE = ['content-type', 'application/json'];
const CHANGING = ROUTES.filter(({ method }) => method !== 'GET');

describe.each(['127.0.0.1', '0.0.0.0'])('bound to %s', (bound) => {
  let engine: TestEngine;
  let port = '';

  beforeAll(async () => {
    engine = await startTestEngine({ settings: { gateway: { host: bound } } });
    ({ port } = new URL(engine.url));
  });
  afterAll(() => engine.stop());

  const call = (route: Route, headers: readonly string[], body?: string): Promise<SentReply> =>
    sendRequest(engine.url, {
      method: route.method,
      path: route.path,
      headers,
      ...(route.method === 'POST' ? { body: body ?? '{"surprise":1}' } : {}),
    });
  const token = () => ['authorization', `Bearer ${engine.engine.controlToken}`];
  const host = () => ['host', `127.0.0.1:${port}`];

  test.each(NAMED)('%s lets in who has a right Host and the token', async (_name, route) => {
    for (const name of ['localhost', '127.0.0.1', '[::1]', 'LocalHost']) {
      const reply = await call(route, ['host', `${name}:${port}`, ...token(), ...JSON_TYPE]);
      expect([name, reply.status]).toEqual([name, route.letIn]);
      expect(reply.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  test.each(NAMED)('%s is shut to every other Host, token or not', async (_name, route) => {
    const wrong = [
      ['host', 'evil.com'],
      ['host', `evil.com:${port}`],
      ['host', `127.0.0.1.evil.com:${port}`],
      ['host', `localhost.evil.com:${port}`],
      ['host', `127.evil.com:${port}`],
      ['host', `evil.com@127.0.0.1:${port}`],
      ['host', '127.0.0.1:1'],
      ['host', 'localhost'],
      ['host', ''],
      [],
      [...host(), ...host()],
      [...host(), 'host', 'evil.com'],
    ];
    for (const hosts of wrong) {
      const reply = await call(route, [...hosts, ...token(), ...JSON_TYPE]);
      expect([hosts, reply.status]).toEqual([hosts, 403]);
    }
  });

  test.each(NAMED)(
    '%s is shut to pages of others, even with the token, and tells them nothing',
    async (_name, route) => {
      const foreign = [
        'null',
        'http://localhost:9999',
        `http://localhost:${port}`,
        'http://127.0.0.1',
        `https://127.0.0.1:${port}`,
        'app://other',
        'app://pointsman.evil',
        'file://',
        'https://evil.com',
        'tauri://localhost',
        'vscode-webview://x',
      ];
      for (const origin of foreign) {
        for (const authorization of [token(), []]) {
          const reply = await call(route, [...host(), 'origin', origin, ...authorization, ...JSON_TYPE]);
          expect([origin, [401, 403].includes(reply.status)]).toEqual([origin, true]);
          if (authorization.length > 0) expect([origin, reply.status]).toEqual([origin, 403]);
          expect([origin, reply.headers['access-control-allow-origin']]).toEqual([origin, undefined]);
        }
      }
    },
  );

  test.each(NAMED)('%s is open to our own pages', async (_name, route) => {
    for (const origin of [`http://127.0.0.1:${port}`, 'app://pointsman']) {
      const reply = await call(route, [...host(), 'origin', origin, ...token(), ...JSON_TYPE]);
      expect([origin, reply.status]).toEqual([origin, route.letIn]);
      expect(reply.headers['access-control-allow-origin']).toBe(origin);
      expect(reply.headers['access-control-allow-credentials']).toBeUndefined();
    }
  });

  test.each(NAMED)('%s is shut without the token', async (_name, route) => {
    const right = engine.engine.controlToken;
    const wrong = ['', 'Bearer', 'Bearer ', `Bearer ${right.slice(1)}`, `Bearer ${right}0`, `Basic ${right}`, right];
    for (const headers of [[], ...wrong.map((text) => ['authorization', text])]) {
      expect((await call(route, [...host(), ...headers, ...JSON_TYPE])).status).toBe(401);
    }
    const inQuery = { ...route, path: `${route.path}${route.path.includes('?') ? '&' : '?'}token=${right}` };
    expect((await call(inQuery, [...host(), ...JSON_TYPE])).status).toBe(401);
    expect((await call(route, [...host(), 'cookie', `token=${right}`, ...JSON_TYPE])).status).toBe(401);
  });

  test.each(NAMED.filter(([, { method, letIn }]) => method === 'POST' && letIn === 400))(
    '%s takes JSON only: not what any page may send',
    async (_name, route) => {
      const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/jsonx'];
      for (const type of [...types.map((each) => ['content-type', each]), []]) {
        expect([type, (await call(route, [...host(), ...token(), ...type])).status]).toEqual([type, 415]);
      }
      const empty = await call(route, [...host(), ...token(), 'content-type', 'text/plain'], '');
      expect(empty.status).toBe(415);
      const charset = ['content-type', 'application/json; charset=utf-8'];
      expect((await call(route, [...host(), ...token(), ...charset])).status).toBe(400);
    },
  );

  test.each(NAMED)('%s: a preflight names the one origin or none, never all', async (_name, route) => {
    const asked = ['access-control-request-method', route.method, 'access-control-request-headers', 'authorization'];
    const preflight = (origin: string) =>
      sendRequest(engine.url, {
        method: 'OPTIONS',
        path: route.path,
        headers: [...host(), 'origin', origin, ...asked],
      });
    const own = await preflight('app://pointsman');
    expect([own.status, own.headers['access-control-allow-origin']]).toEqual([204, 'app://pointsman']);
    for (const origin of ['null', 'http://localhost:9999', 'app://other', 'https://evil.com']) {
      const reply = await preflight(origin);
      expect([origin, reply.status]).toEqual([origin, 403]);
      expect(reply.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  test('nothing that changes something answers to somebody without the token', async () => {
    for (const route of CHANGING) {
      expect((await call(route, [...host(), ...JSON_TYPE], '{}')).status).toBe(401);
    }
  });

  test('a path written another way is the same path to the guard', async () => {
    for (const path of [
      '/%63ontrol/v1/status',
      '/control/v1/%73tatus',
      '/control%2Fv1%2Fstatus',
      '/control/v1//status',
    ]) {
      const reply = await sendRequest(engine.url, { path, headers: host() });
      expect([path, reply.status]).toEqual([path, 401]);
    }
  });

  test('the token is in no answer and in no log line', async () => {
    for (const route of ROUTES) {
      const reply = await call(route, [...host(), ...token(), ...JSON_TYPE]);
      expect(reply.text).not.toContain(engine.engine.controlToken);
    }
    expect(engine.log.join('\n')).not.toContain(engine.engine.controlToken);
  });
});
