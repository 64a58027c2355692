import { afterEach, describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject } from '../../src-main/engine/protocols/json.ts';
import { answer } from '../support/upstreams/answer-script.ts';
import { problem } from '../support/upstreams/problem.ts';
import { startUpstream, type Upstream } from '../support/upstreams/start-upstream.ts';
import { textOf } from '../support/upstreams/text-of.ts';
import { expectSchema } from '../support/wire-schemas.ts';
import { askAt, eventsOf, object, post, sseObjects } from './ask-upstream.ts';
import { FULL } from './full-answer.ts';

let upstream: Upstream;
afterEach(() => upstream.stop());

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

function firstChoice(event: JsonObject): JsonObject | undefined {
  const choice = Array.isArray(event.choices) ? event.choices[0] : undefined;
  return isJsonObject(choice) ? choice : undefined;
}

function toolCallsOf(event: JsonObject): JsonObject[] {
  const delta = firstChoice(event)?.delta;
  return isJsonObject(delta) && Array.isArray(delta.tool_calls) ? delta.tool_calls.filter(isJsonObject) : [];
}
