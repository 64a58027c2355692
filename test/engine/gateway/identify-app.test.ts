import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appSettings } from '../../../src-shared/settings.ts';
import { identifyApp } from '../../../src-main/engine/gateway/identify-app.ts';
import { AppKeys, hashAppKey } from '../../../src-main/engine/spend/app-keys.ts';

const KEY = `pm-${'a1'.repeat(24)}`;
const OFF_KEY = `pm-${'b2'.repeat(24)}`;

function makeApp(id: string, key: string, enabled: boolean) {
  return appSettings.parse({ id, name: id, keyHash: hashAppKey(key), createdAtMs: 0, enabled });
}

const EDITOR = makeApp('editor', KEY, true);
const APPS = new AppKeys([EDITOR, makeApp('old', OFF_KEY, false)]);

let received: (request: IncomingMessage) => void = () => undefined;
const server = createServer((request, response) => {
  received(request);
  response.end();
});
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => void server.close());

/** Sends a real request with these headers, and asks who it is from. */
async function identify(headers: Record<string, string | string[]>, requireKeys = false) {
  const arrived = new Promise<IncomingMessage>((resolve) => (received = resolve));
  const { port } = server.address() as AddressInfo;
  httpRequest({ port, host: '127.0.0.1', headers, agent: false }, (reply) => reply.resume()).end();
  return identifyApp(await arrived, { apps: APPS, requireKeys });
}

describe('a key of ours', () => {
  test.each([
    ['OpenAI’s header', { authorization: `Bearer ${KEY}` }],
    ['the same, spelt otherwise', { Authorization: `bearer  ${KEY} ` }],
    ['Anthropic’s header', { 'X-Api-Key': KEY }],
    ['Azure’s header', { 'api-key': KEY }],
    ['one header beside a placeholder in another', { authorization: 'Bearer ollama', 'x-api-key': KEY }],
  ])('in %s tells the app', async (_header, headers) => {
    for (const requireKeys of [false, true]) {
      expect(await identify(headers, requireKeys)).toEqual({ ok: true, name: 'editor', settings: EDITOR });
    }
  });

  test('outranks what the User-Agent says', async () => {
    const headers = { 'user-agent': 'OpenAI/Python 2', authorization: `Bearer ${KEY}` };
    expect(await identify(headers)).toMatchObject({ name: 'editor' });
  });

  test.each([
    ['that is nobody’s', { authorization: `Bearer pm-${'0'.repeat(48)}` }, 'no (longer a) key'],
    ['that is cut off', { 'x-api-key': KEY.slice(0, -1) }, 'no (longer a) key'],
    ['that is sent twice', { 'x-api-key': [KEY, KEY] }, 'no (longer a) key'],
    ['that is its prefix only', { 'api-key': 'pm-' }, 'no (longer a) key'],
    ['of an app that is switched off', { authorization: `Bearer ${OFF_KEY}` }, 'pointsman apps set ID --on'],
  ])('%s is refused, whether or not keys are required', async (_what, headers, words) => {
    for (const requireKeys of [false, true]) {
      const caller = await identify(headers, requireKeys);
      expect(caller).toMatchObject({ ok: false, failure: { code: 'unauthorized' } });
      expect(JSON.stringify(caller)).toContain(words);
      expect(JSON.stringify(caller)).not.toContain(KEY.slice(3, 20));
    }
  });
});

describe('any other key', () => {
  const others = [
    { authorization: 'Bearer ollama' },
    { authorization: 'Bearer sk-proj-1234567890' },
    { authorization: `Basic ${Buffer.from(KEY).toString('base64')}` },
    { authorization: KEY },
    { 'x-api-key': 'x', 'api-key': 'y' },
    {},
  ];

  test.each(others)('%j is no key at all', async (headers) => {
    expect(await identify({ 'user-agent': 'Zed/1.2', ...headers })).toEqual({ ok: true, name: 'Zed', settings: null });
  });

  test.each(others)('%j is refused where keys are required, with what to do', async (headers) => {
    const caller = await identify(headers, true);
    expect(caller).toMatchObject({ ok: false, failure: { code: 'unauthorized' } });
    expect(JSON.stringify(caller)).toContain('pointsman apps add NAME');
    expect(JSON.stringify(caller)).toContain('authorization: Bearer pm-…');
  });
});

test('a program without a User-Agent has no name', async () => {
  expect(await identify({})).toEqual({ ok: true, name: null, settings: null });
});

test('a program that calls itself like an app has not its name: that app’s budget is not its to spend', async () => {
  expect(await identify({ 'user-agent': 'editor/9' })).toEqual({ ok: true, name: 'editor (no key)', settings: null });
});
