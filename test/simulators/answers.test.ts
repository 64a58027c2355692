import { afterEach, describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject } from '../../src-main/engine/protocols/json.ts';
import type { ProviderKind } from '../../src-shared/catalogue.ts';
import { answer } from '../support/upstreams/answer-script.ts';
import { startUpstream, type Upstream } from '../support/upstreams/start-upstream.ts';
import { expectSchema } from '../support/wire-schemas.ts';
import { askAt, eventsOf, object } from './ask-upstream.ts';
import { FULL } from './full-answer.ts';

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

function ask(wire: Case, stream: boolean): Promise<Response> {
  return askAt(upstream, wire.path, { ...wire.body, stream });
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
