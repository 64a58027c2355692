import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODELS, startGateway, type TestGateway } from '../support/start-gateway.ts';
import { post, postJson, PROTOCOLS, refusal, SURFACES } from './surfaces.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

describe.each(SURFACES)('$name refuses with 400', (surface) => {
  const send = async (body: string) => refusal(await post(gateway.url + surface.path, body), 400, surface);

  it.each([
    ['a word that is no value', '{"model": "m",\n "stream": maybe}', 'line 2 column 12'],
    [
      'the same in a long body',
      `{"model":"${'m'.repeat(100)}","stream": maybe,"x":"${'y'.repeat(100)}"}`,
      'line 1 column 123',
    ],
    ['a comma too many', '{"model":"m","messages":[1,]}', 'line 1 column 28'],
    ['a key without quotes', '{"model":"m", stream: true}', 'line 1 column 15'],
    ['a bracket that is not closed', '{"model":"m","messages":[', 'end'],
    ['two bodies in one', '{"model":"m"}{"model":"m"}', 'line 1 column 14'],
    ['text that is not JSON at all', 'model=m', 'line 1 column 1'],
  ])('malformed JSON, and says where: %s', async (_what, body, where) => {
    const message = await send(body);
    expect(message).toContain('not JSON');
    expect(message).toContain(where);
  });

  it('an empty body', async () => {
    expect(await send('')).toMatch(/body is empty/);
  });

  it.each(['[]', '"text"', '12', 'null', 'true'])('a body that is no object: %s', async (body) => {
    expect(await send(body)).toMatch(/must be a JSON object/);
  });

  it('a second model field in other letters', async () => {
    const message = await send(JSON.stringify({ ...surface.body('gpt-4o'), Model: 'o1-pro' }));
    expect(message).toMatch(/"Model" is ambiguous/);
  });

  it('a body without a model', async () => {
    const { model: _model, ...rest } = surface.body('gpt-4o');
    expect(await send(JSON.stringify(rest))).toMatch(/^model is missing.*string/);
  });

  it.each([
    ['model', 17, /^model must be a string/],
    ['stream', 'yes', /^stream must be true or false, but it is "yes"/],
  ])('a field of the wrong type, and names it: %s', async (field, value, expected) => {
    expect(await send(JSON.stringify({ ...surface.body('gpt-4o'), [field]: value }))).toMatch(expected);
  });
});

describe('fields of the wrong type', () => {
  it.each([
    ['openai', { messages: 'hello' }, /^messages must be an array/, 'messages'],
    ['openai', { messages: [7] }, /^messages\[0\] must be an object/, 'messages[0]'],
    [
      'openai',
      { messages: [{ role: 'king', content: 'x' }] },
      /^messages\[0\]\.role must be one of/,
      'messages[0].role',
    ],
    ['openai', { messages: [{ role: 'user', content: 5 }] }, /^messages\[0\]\.content must be/, 'messages[0].content'],
    ['openai', { temperature: 'hot' }, /^temperature must be a number, but it is "hot"/, 'temperature'],
    ['openai', { max_tokens: 1.5 }, /^max_tokens must be a whole number/, 'max_tokens'],
    ['openai', { tools: {} }, /^tools must be an array/, 'tools'],
  ] as const)('are named in the error, in %s: %j', async (protocol, fields, expected, param) => {
    const surface = PROTOCOLS[protocol];
    const answer = await postJson(gateway.url + surface.path, { ...surface.body(MODELS.openai), ...fields });
    const body: unknown = await answer.clone().json();
    expect(await refusal(answer, 400, surface)).toMatch(expected);
    expect(body).toMatchObject({ error: { type: 'invalid_request_error', param } });
  });

  it.each([
    ['anthropic', { messages: {} }, /^messages/],
    ['anthropic', { max_tokens: 'many' }, /^max_tokens/],
    ['anthropic', { max_tokens: null }, /^max_tokens is missing/],
    [
      'anthropic',
      { messages: [{ role: 'user', content: [{ type: 'text', text: 3 }] }] },
      /^messages\[0\]\.content\[0\]\.text/,
    ],
    ['ollama', { options: [] }, /^options must be an object/],
    ['ollama', { options: { num_ctx: 'big' } }, /^options\.num_ctx must be a/],
    ['ollama', { messages: [{ role: 'user', content: {} }] }, /^messages\[0\]\.content must be/],
    ['ollama', { format: 3 }, /^format must be/],
  ] as const)('are named in the error, in %s: %j', async (protocol, fields, expected) => {
    const surface = PROTOCOLS[protocol];
    const answer = await postJson(gateway.url + surface.path, { ...surface.body(MODELS.openai), ...fields });
    expect(await refusal(answer, 400, surface)).toMatch(expected);
  });
});

describe('deep nesting', () => {
  const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

  it.each(Object.values(PROTOCOLS))('in a message is refused by $name', async (surface) => {
    const text = JSON.stringify({ ...surface.body('gpt-4o'), messages: 'HERE' }).replace('"HERE"', deep(10_000));
    expect(await refusal(await post(gateway.url + surface.path, text), 400, surface)).toMatch(/nests deeper than/);
  });

  it.each(Object.values(PROTOCOLS))('in a tool schema is refused by $name', async (surface) => {
    const schema = '{"properties":{"a":'.repeat(2_000) + '1' + '}}'.repeat(2_000);
    const tools = `[{"type":"function","name":"f","function":{"name":"f","parameters":${schema}},"input_schema":${schema}}]`;
    const text = JSON.stringify({ ...surface.body('gpt-4o'), tools: 'HERE' }).replace('"HERE"', tools);
    expect(await refusal(await post(gateway.url + surface.path, text), 400, surface)).toMatch(/nests deeper than/);
  });

  it('of 49 MB of brackets is refused, and the next request is served', async () => {
    const surface = PROTOCOLS.openai;
    const brackets = '['.repeat(49 * 1024 * 1024);
    expect(await refusal(await post(gateway.url + surface.path, brackets), 400, surface)).toMatch(/nests deeper than/);
    expect((await postJson(gateway.url + surface.path, surface.body('gpt-4o'))).status).toBe(200);
  });

  it('of brackets inside a string is none', async () => {
    const surface = PROTOCOLS.openai;
    const messages = [{ role: 'user', content: `${'[{'.repeat(5_000)}\\"` }];
    const answer = await postJson(gateway.url + surface.path, { model: 'gpt-4o', messages });
    expect(answer.status).toBe(200);
    expect(gateway.upstream.calls.at(-1)?.body.messages).toEqual(messages);
  });
});
