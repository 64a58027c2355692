import { describe, expect, it } from 'vitest';
import OpenAI from 'openai';
import { answer } from '../../support/upstreams/answer-script.ts';
import { problem } from '../../support/upstreams/problem.ts';
import { hangingUp, raw } from '../../support/upstreams/script.ts';
import { rigForTest } from '../support/rig-for-test.ts';
import { KINDS, type Rig } from '../support/start-rig.ts';
import { checkWire } from './check-wire.ts';
import { createOpenAiClient } from './clients.ts';
import { at, HELLO, postRaw } from './post-raw.ts';

/** What the upstream answers, what the client is told, and whether it may hear the upstream's own words. */
const STATUSES = [
  { said: 400, told: 400, words: true },
  { said: 401, told: 502, words: false },
  { said: 402, told: 502, words: false },
  { said: 403, told: 502, words: false },
  { said: 404, told: 404, words: true },
  { said: 413, told: 413, words: true },
  { said: 422, told: 422, words: true },
  { said: 429, told: 429, words: false },
  { said: 500, told: 502, words: false },
  { said: 503, told: 503, words: false },
  { said: 504, told: 504, words: false },
  { said: 529, told: 503, words: false },
];

const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  413: 'invalid_request_error',
  422: 'invalid_request_error',
  429: 'rate_limit_error',
  502: 'api_error',
  503: 'api_error',
  504: 'api_error',
};

const WORDS = 'the words of the upstream';

describe.each(KINDS)('errors of an upstream of the kind %s', (kind) => {
  it.each(STATUSES)('6. $said is told as $told in OpenAI’s form, to streams too', async ({ said, told, words }) => {
    for (const stream of [false, true]) {
      const rig = await rigForTest({ kind });
      rig.upstream.script(problem({ status: said, message: WORDS }));
      const error = await errorOf(rig, stream);
      expect(error.status).toBe(told);
      // An OpenAI server names the missing thing itself: its own words travel as they are.
      const type = told === 404 ? (kind === 'openai' ? 'invalid_request_error' : 'not_found_error') : TYPES[told];
      expect(error.type).toBe(type);
      expect(error.message.includes(WORDS)).toBe(words);
    }
  });

  it('6. an error page that is no JSON becomes OpenAI’s form', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(raw({ status: 500, headers: { 'content-type': 'text/html' }, chunks: ['<h1>Oops</h1>'] }));
    const error = await errorOf(rig, false);
    expect(error.status).toBe(502);
    expect(error.message).not.toContain('<h1>');
  });

  it.each(['close', 'reset'] as const)('6. an upstream that hangs up without a byte (%s) is a 502', async (end) => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(hangingUp(end));
    expect(await errorOf(rig, true)).toMatchObject({ status: 502, type: 'api_error' });
  });

  it('6. an upstream that is not there is a 502 that says so', async () => {
    const rig = await rigForTest({ kind });
    await rig.upstream.stop();
    const error = await errorOf(rig, false);
    expect(error.status).toBeGreaterThanOrEqual(502);
    expect(error.message).not.toContain(rig.upstream.url);
  });

  it('6. an answer that is not of its protocol is a 502', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(raw({ headers: { 'content-type': 'application/json' }, chunks: ['{"hello":"world"}'] }));
    expect(await errorOf(rig, false)).toMatchObject({ status: 502, code: 'upstream_garbled' });
  });

  it('6. an unknown model is a 404 with the nearest names', async () => {
    const rig = await rigForTest({ kind });
    const almost = `${rig.model}x`;
    const { status, text } = await postRaw(rig, '/v1/chat/completions', { model: almost, messages: HELLO });
    expect(status).toBe(404);
    expect(at(JSON.parse(text), 'error')).toMatchObject({ code: 'unknown_model', param: 'model' });
    expect(text).toContain(`Did you mean`);
    expect(rig.upstream.calls).toHaveLength(0);
  });

  it('6. the record of a failed request names the failure', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(problem({ status: 500 }));
    await errorOf(rig, false);
    const [record] = await rig.recorded();
    expect(record).toMatchObject({ outcome: 'failed', status: 502, failureCode: 'upstream_error' });
    expect(record?.attempts[0]).toMatchObject({ outcome: 'failed', status: 500, costNanoUsd: 0 });
  });

  it('6. after five server errors in a row the upstream is left alone', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(problem({ status: 500 }));
    for (let count = 0; count < 5; count += 1) await errorOf(rig, false);
    expect((await rig.endpoint()).circuit).toBe('open');
    const error = await errorOf(rig, false);
    expect(error.status).toBe(503);
    expect(rig.upstream.calls).toHaveLength(5);
  });

  it('6. the client’s own mistakes never count against the upstream', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(problem({ status: 400 }));
    for (let count = 0; count < 6; count += 1) await errorOf(rig, false);
    rig.upstream.script(answer({ text: 'Hello' }));
    const client = createOpenAiClient(rig);
    const { choices } = await client.chat.completions.create({ model: rig.model, messages: HELLO });
    expect(choices[0]?.message.content).toBe('Hello');
  });
});

/** Bodies that are wrong whatever the upstream is. */
const MISTAKES = [
  { what: 'no messages', path: '/v1/chat/completions', body: {}, param: 'messages' },
  { what: 'messages that are no list', path: '/v1/chat/completions', body: { messages: 'Hi' }, param: 'messages' },
  {
    what: 'an unknown role',
    path: '/v1/chat/completions',
    body: { messages: [{ role: 'boss', content: 'Hi' }] },
    param: 'messages[0].role',
  },
  {
    what: 'a temperature in words',
    path: '/v1/chat/completions',
    body: { messages: HELLO, temperature: 'hot' },
    param: 'temperature',
  },
  {
    what: 'a model that is a number',
    path: '/v1/chat/completions',
    body: { messages: HELLO, model: 7 },
    param: 'model',
  },
  { what: 'an input that is a number', path: '/v1/embeddings', body: { input: 7 }, param: 'input' },
];

describe('mistakes of the client', () => {
  it.each(MISTAKES)('6. $what: 400 that names the field', async ({ path, body, param }) => {
    const rig = await rigForTest({ kind: 'ollama' });
    const { status, text } = await postRaw(rig, path, body);
    expect(status).toBe(400);
    expect(at(JSON.parse(text), 'error')).toMatchObject({ type: 'invalid_request_error', param });
  });

  it.each([
    { what: 'a body that is no JSON', init: { body: '{"model":' }, status: 400 },
    { what: 'a wrong content-type', init: { body: '{}', headers: { 'content-type': 'text/plain' } }, status: 415 },
    { what: 'a wrong method', init: { method: 'PUT', body: '{}' }, status: 405 },
  ])('6. $what: $status in OpenAI’s form', async ({ init, status }) => {
    const rig = await rigForTest({ kind: 'openai' });
    const headers = { 'content-type': 'application/json' };
    const path = '/v1/chat/completions';
    const response = await fetch(rig.url + path, { method: 'POST', headers, ...init });
    expect(response.status).toBe(status);
    const type = response.headers.get('content-type') ?? '';
    checkWire({ path, status, type, text: await response.text() });
  });
});

async function errorOf(rig: Rig, stream: boolean): Promise<InstanceType<typeof OpenAI.APIError>> {
  const { chat } = createOpenAiClient(rig);
  const asked = chat.completions.create({ model: rig.model, messages: HELLO, stream });
  const error: unknown = await asked.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof OpenAI.APIError)) throw new Error(`not an error of the client: ${String(error)}`);
  return error;
}
