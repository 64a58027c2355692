import { afterEach, describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject } from '../../src-main/engine/protocols/json.ts';
import { LineSplitter } from '../../src-main/engine/protocols/ndjson.ts';
import { SseSplitter } from '../../src-main/engine/protocols/sse.ts';
import type { ProviderKind } from '../../src-shared/catalogue.ts';
import { answer } from '../support/upstreams/answer-script.ts';
import type { Answer } from '../support/upstreams/answer.ts';
import { parseJsonObject } from '../support/upstreams/parse-json-object.ts';
import { problem } from '../support/upstreams/problem.ts';
import { textOf } from '../support/upstreams/text-of.ts';
import { startUpstream, type Upstream } from '../support/upstreams/start-upstream.ts';
import { expectSchema } from '../support/wire-schemas.ts';

/** Everything an answer can hold at once. */
const FULL: Answer = {
  thinking: ['Let me ', 'think.'],
  text: ['Grüß ', 'dich 🌍', '!'],
  toolCalls: [
    { name: 'weather', arguments: { city: 'Lisbon', days: 2 } },
    { name: 'clock', arguments: {} },
  ],
  usage: { input: 100, cached: 40, cacheWrite: 20, cacheWrite1h: 5, output: 30, reasoning: 12 },
};

interface Case {
  kind: ProviderKind;
  path: string;
  body: JsonObject;
  /** Checks one whole answer. */
  whole: (body: JsonObject) => void;
  /** Checks one stream event. */
  event: (body: JsonObject) => void;
}

const CASES: readonly Case[] = [
  {
    kind: 'openai',
    path: '/chat/completions',
    body: { stream_options: { include_usage: true } },
    whole: (body) => expectSchema('openai', 'CreateChatCompletionResponse', body),
    event: (body) => expectSchema('openai', 'CreateChatCompletionStreamResponse', withoutNullUsage(body)),
  },
  {
    kind: 'openai',
    path: '/completions',
    body: { prompt: 'hi' },
    whole: (body) => expectSchema('openai', 'CreateCompletionResponse', body),
    event: (body) => expectSchema('openai', 'CreateCompletionResponse', withoutOpenFinish(body)),
  },
  {
    kind: 'openai',
    path: '/responses',
    body: { input: 'hi' },
    whole: (body) => expectSchema('openai', 'Response', body),
    event: (body) => expectSchema('openai', 'ResponseStreamEvent', withoutNullUsage(body)),
  },
  {
    kind: 'anthropic',
    path: '/messages',
    body: { max_tokens: 100 },
    whole: (body) => expectSchema('anthropic', 'MessageResponse', body),
    event: (body) => expectSchema('anthropic', 'AnyStreamEvent', body),
  },
  {
    kind: 'ollama',
    path: '/api/chat',
    body: {},
    whole: (body) => expectSchema('ollama', 'ChatResponse', asTyped(body)),
    event: (body) => expectSchema('ollama', 'ChatResponse', asTyped(body)),
  },
  {
    kind: 'ollama',
    path: '/api/generate',
    body: { prompt: 'hi' },
    whole: (body) => expectSchema('ollama', 'GenerateResponse', asTyped(body)),
    event: (body) => expectSchema('ollama', 'GenerateResponse', asTyped(body)),
  },
];

let upstream: Upstream;
afterEach(() => upstream.stop());

describe.each(CASES)('$kind $path', (wire) => {
  test('says a whole answer as the vendor does', async () => {
    upstream = await startUpstream({ kind: wire.kind });
    upstream.script(answer(FULL));
    const response = await ask(wire, false);
    expect(response.headers.get('content-type')).toContain('application/json');
    wire.whole(object(await response.text()));
  });

  test('says an answer as a stream of events as the vendor does', async () => {
    upstream = await startUpstream({ kind: wire.kind });
    upstream.script(answer(FULL));
    const events = await eventsOf(await ask(wire, true));
    expect(events.length).toBeGreaterThan(2);
    for (const event of events) wire.event(event);
    expect(JSON.stringify(events)).toContain('dich 🌍');
  });

  test('names the end when the tokens ran out', async () => {
    upstream = await startUpstream({ kind: wire.kind });
    upstream.script(answer({ text: 'cut o', finish: 'length' }));
    const events = await eventsOf(await ask(wire, true));
    for (const event of events) wire.event(event);
    expect(JSON.stringify(events)).toMatch(/length|max_tokens|response\.incomplete/u);
  });

  test('breaks off in the vendor’s own words', async () => {
    upstream = await startUpstream({ kind: wire.kind });
    upstream.script(answer({ text: ['half '], fails: { status: 529, message: 'too much to do' } }));
    const response = await ask(wire, true);
    expect(response.status).toBe(200);
    const last = (await eventsOf(response)).at(-1);
    expect(JSON.stringify(last)).toContain('too much to do');
    if (wire.kind === 'anthropic') expectSchema('anthropic', 'ErrorResponse', last);
    else if (wire.path === '/responses') wire.event(last ?? {});
    else if (wire.kind === 'openai') expectSchema('openai', 'ErrorResponse', last);
    else expect(last).toEqual({ error: 'too much to do' });
  });

  test('gives the error instead of a whole answer', async () => {
    upstream = await startUpstream({ kind: wire.kind });
    upstream.script(answer({ text: 'half', fails: { status: 503, message: 'too much to do' } }));
    const response = await ask(wire, false);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('too much to do');
  });
});

describe('openai chat', () => {
  test('sends role, content, finish, usage and [DONE] in this order', async () => {
    upstream = await startUpstream({ kind: 'openai' });
    upstream.script(answer({ text: ['a', 'b'] }));
    const text = await (await askAt(upstream, '/chat/completions', { stream_options: { include_usage: true } })).text();
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    const events = sseObjects(text);
    expect(events.map((event) => firstChoice(event)?.delta)).toEqual([
      { role: 'assistant', content: '', refusal: null },
      { content: 'a' },
      { content: 'b' },
      {},
      undefined,
    ]);
    expect(events.map((event) => firstChoice(event)?.finish_reason)).toEqual([null, null, null, 'stop', undefined]);
    expect(events.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 11, completion_tokens: 7 } });
  });

  test('sends no usage unless asked', async () => {
    upstream = await startUpstream({ kind: 'openai' });
    const text = await (await askAt(upstream, '/chat/completions', {})).text();
    expect(text).not.toContain('usage');
  });

  test.each([
    ['rising', [0, 1]],
    ['zero', [0, 0]],
    ['missing', [undefined, undefined]],
  ] as const)('numbers tool calls %s', async (toolIndex, indexes) => {
    upstream = await startUpstream({ kind: 'openai' });
    upstream.script(answer({ ...FULL, toolIndex }));
    const events = await eventsOf(await askAt(upstream, '/chat/completions', {}));
    const calls = events.flatMap((event) => toolCallsOf(event));
    expect(calls.filter((call) => call.id !== undefined).map((call) => call.index)).toEqual(indexes);
  });

  test('counts cached tokens inside the prompt', async () => {
    upstream = await startUpstream({ kind: 'openai' });
    upstream.script(answer(FULL));
    const body = object(await (await askAt(upstream, '/chat/completions', { stream: false })).text());
    expect(body.usage).toMatchObject({
      prompt_tokens: 100,
      total_tokens: 130,
      prompt_tokens_details: { cached_tokens: 40 },
      completion_tokens_details: { reasoning_tokens: 12 },
    });
  });
});

describe('anthropic', () => {
  test('counts cached tokens outside the input', async () => {
    upstream = await startUpstream({ kind: 'anthropic' });
    upstream.script(answer(FULL));
    const body = object(await (await askAt(upstream, '/messages', { stream: false })).text());
    expect(body.usage).toMatchObject({
      input_tokens: 40,
      cache_read_input_tokens: 40,
      cache_creation_input_tokens: 20,
      cache_creation: { ephemeral_5m_input_tokens: 15, ephemeral_1h_input_tokens: 5 },
      output_tokens: 30,
    });
  });

  test('opens and closes its blocks one after the other', async () => {
    upstream = await startUpstream({ kind: 'anthropic' });
    upstream.script(answer({ thinking: 'hm', text: 'yes', toolCalls: [{ name: 'clock', arguments: {} }] }));
    const events = await eventsOf(await askAt(upstream, '/messages', {}));
    const borders = events.filter((event) => textOf(event.type).startsWith('content_block_st'));
    expect(borders.map((event) => [event.type, event.index])).toEqual(
      [0, 1, 2].flatMap((index) => [
        ['content_block_start', index],
        ['content_block_stop', index],
      ]),
    );
  });
});

describe('ollama', () => {
  test('streams unless told otherwise', async () => {
    upstream = await startUpstream({ kind: 'ollama' });
    const response = await post(`${upstream.url}/api/chat`, { model: 'm', messages: [] });
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
  });

  test('tells tool calls before the end, whose reason stays "stop"', async () => {
    upstream = await startUpstream({ kind: 'ollama' });
    upstream.script(answer({ toolCalls: [{ name: 'clock', arguments: { zone: 'UTC' } }] }));
    const [calls, end] = await eventsOf(await askAt(upstream, '/api/chat', {}));
    expect(calls).toMatchObject({
      done: false,
      message: { content: '', tool_calls: [{ function: { index: 0, name: 'clock', arguments: { zone: 'UTC' } } }] },
    });
    expect(end).toMatchObject({ done: true, done_reason: 'stop' });
  });

  test('leaves out counts that nobody told', async () => {
    upstream = await startUpstream({ kind: 'ollama' });
    upstream.script(answer({ text: 'hi', usage: null }));
    const last = (await eventsOf(await askAt(upstream, '/api/chat', {}))).at(-1);
    expect(last).not.toHaveProperty('prompt_eval_count');
    expect(last).not.toHaveProperty('eval_count');
  });
});

describe('problems', () => {
  test.each([400, 401, 402, 403, 404, 429, 500, 529])('status %i has the vendor’s envelope', async (status) => {
    upstream = await startUpstream({ kind: 'anthropic' });
    upstream.script(problem({ status, headers: { 'retry-after': '7' } }));
    const response = await askAt(upstream, '/messages', {});
    expect(response.status).toBe(status);
    expect(response.headers.get('retry-after')).toBe('7');
    expectSchema('anthropic', 'ErrorResponse', object(await response.text()));
  });

  test('OpenAI’s carry type, param and code', async () => {
    upstream = await startUpstream({ kind: 'openai' });
    upstream.script(problem({ status: 429, message: 'slow down' }));
    const body = object(await (await askAt(upstream, '/chat/completions', {})).text());
    expectSchema('openai', 'ErrorResponse', body);
    expect(body).toEqual({
      error: { message: 'slow down', type: 'requests', param: null, code: 'rate_limit_exceeded' },
    });
  });
});

function ask(wire: Case, stream: boolean): Promise<Response> {
  return askAt(upstream, wire.path, { ...wire.body, stream });
}

/** Streams unless the fields say otherwise. */
function askAt(at: Upstream, path: string, fields: JsonObject): Promise<Response> {
  const messages = [{ role: 'user', content: 'hi' }];
  return post(at.url + path, { model: 'some-model', messages, stream: true, ...fields });
}

function post(url: string, body: JsonObject): Promise<Response> {
  return fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
}

async function eventsOf(response: Response): Promise<JsonObject[]> {
  const text = await response.text();
  const isSse = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  return isSse ? sseObjects(text) : new LineSplitter().push(new TextEncoder().encode(text)).map(object);
}

/** The events without the last `[DONE]`; a named event must be named like its type. */
function sseObjects(text: string): JsonObject[] {
  const events = new SseSplitter().push(new TextEncoder().encode(text)).filter((event) => event.data !== '[DONE]');
  return events.map(({ event, data }) => {
    const parsed = object(data ?? '');
    if (event !== '') expect(parsed.type).toBe(event);
    return parsed;
  });
}

function object(text: string): JsonObject {
  const parsed = parseJsonObject(text);
  if (parsed === null) throw new Error(`no JSON object: ${text}`);
  return parsed;
}

function firstChoice(event: JsonObject): JsonObject | undefined {
  const choice = Array.isArray(event.choices) ? event.choices[0] : undefined;
  return isJsonObject(choice) ? choice : undefined;
}

function toolCallsOf(event: JsonObject): JsonObject[] {
  const delta = firstChoice(event)?.delta;
  return isJsonObject(delta) && Array.isArray(delta.tool_calls) ? delta.tool_calls.filter(isJsonObject) : [];
}

/** OpenAI sends `usage: null` in all chunks and responses before the last; its schema has forgotten it. */
function withoutNullUsage(body: JsonObject): JsonObject {
  const { usage, ...rest } = body;
  const known = usage === null ? rest : body;
  return isJsonObject(body.response) ? { ...known, response: withoutNullUsage(body.response) } : known;
}

/** The same for the open finish reason of streamed completions. */
function withoutOpenFinish(body: JsonObject): JsonObject {
  const choices = Array.isArray(body.choices) ? body.choices.filter(isJsonObject) : [];
  return { ...body, choices: choices.map((each) => ({ ...each, finish_reason: each.finish_reason ?? 'stop' })) };
}

/**
 * The types of the `ollama` package demand in every chunk what the server sends in the last one only, and do not know
 * fields of newer servers: the former are filled in and the latter taken out, all else is checked.
 */
function asTyped(body: JsonObject): JsonObject {
  const metrics = {
    total_duration: 0,
    load_duration: 0,
    prompt_eval_count: 0,
    prompt_eval_duration: 0,
    eval_count: 0,
    eval_duration: 0,
    done_reason: '',
  };
  const { prompt_eval_cached_count: _cached, message, ...rest } = body;
  if (!isJsonObject(message)) return { context: [], ...metrics, ...rest };
  const { tool_calls, ...said } = message;
  if (!Array.isArray(tool_calls)) return { ...metrics, ...rest, message };
  const calls = tool_calls.filter(isJsonObject).map(({ function: called }) => {
    const { index: _index, ...known } = isJsonObject(called) ? called : {};
    return { function: known };
  });
  return { ...metrics, ...rest, message: { ...said, tool_calls: calls } };
}
