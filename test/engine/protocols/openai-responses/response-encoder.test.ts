import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  UNKNOWN_USAGE,
  type ChatEvent,
  type ChatResult,
  type TokenUsage,
} from '../../../../src-main/engine/protocols/chat-event.ts';
import type { JsonObject } from '../../../../src-main/engine/protocols/json.ts';
import { openaiResponses } from '../../../../src-main/engine/protocols/openai-responses/openai-responses.ts';
import { readEvents, replyContext, type ReadEvent } from '../../../support/sse-text.ts';
import { expectSchema } from '../../../support/wire-schemas.ts';

const USAGE: TokenUsage = {
  ...UNKNOWN_USAGE,
  inputTokens: 12,
  cachedInputTokens: 4,
  outputTokens: 5,
  reasoningTokens: 2,
};
const FINISH: ChatEvent = { type: 'finish', reason: 'stop', usage: USAGE };
const ID = '0123456789abcdef01234567';

/** The events an encoder sends; each is held against the vendor's schema and numbered without a gap. */
function encode(events: ChatEvent[], reply = replyContext()): ReadEvent[] {
  const encoder = openaiResponses.createEncoder(reply);
  const sent = readEvents(events.map((event) => encoder.encode(event)).join(''));
  for (const [index, { event, data }] of sent.entries()) {
    expect(event).toBe(data.type);
    expect(data.sequence_number).toBe(index);
    expectSchema('openai', 'ResponseStreamEvent', data);
  }
  return sent;
}

function names(sent: ReadEvent[]): string[] {
  return sent.map(({ event }) => event.replace('response.', ''));
}

function lastResponse(sent: ReadEvent[]): JsonObject {
  return sent.at(-1)?.data.response as JsonObject;
}

describe('encoding a Responses stream', () => {
  test('a text answer in the exact order of events', () => {
    const sent = encode([{ type: 'start' }, { type: 'text', text: 'Hel' }, { type: 'text', text: 'lo "🌍"' }, FINISH]);
    expect(names(sent)).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'completed',
    ]);
    expect(sent[4]?.data).toEqual({
      type: 'response.output_text.delta',
      sequence_number: 4,
      item_id: `msg_${ID}_0`,
      output_index: 0,
      content_index: 0,
      logprobs: [],
      delta: 'Hel',
    });
    expect(sent[6]?.data.text).toBe('Hello "🌍"');
    expect(lastResponse(sent)).toMatchObject({
      id: `resp_${ID}`,
      status: 'completed',
      output: [{ type: 'message', status: 'completed', content: [{ type: 'output_text', text: 'Hello "🌍"' }] }],
      usage: {
        input_tokens: 12,
        input_tokens_details: { cached_tokens: 4 },
        output_tokens: 5,
        output_tokens_details: { reasoning_tokens: 2 },
        total_tokens: 17,
      },
    });
  });

  test('reasoning is an item of its own with a summary, before the message', () => {
    const sent = encode([
      { type: 'thinking', text: 'hm' },
      { type: 'thinking_signature', signature: 'c2ln' },
      { type: 'redacted_thinking', data: 'xyz' },
      { type: 'text', text: 'ok' },
      FINISH,
    ]);
    expect(names(sent).slice(2, 9)).toEqual([
      'output_item.added',
      'reasoning_summary_part.added',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.done',
      'reasoning_summary_part.done',
      'output_item.done',
      'output_item.added',
    ]);
    expect(lastResponse(sent).output).toMatchObject([
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }] },
      { type: 'message' },
    ]);
  });

  test('interleaved calls come out one after the other', () => {
    const sent = encode([
      { type: 'tool_call', index: 0, id: 'call_a', name: 'weather' },
      { type: 'tool_call', index: 1, id: 'call_b', name: 'weather' },
      { type: 'tool_arguments', index: 0, text: '{"city":' },
      { type: 'tool_arguments', index: 1, text: '{"city":"Rome"}' },
      { type: 'tool_arguments', index: 0, text: '"Paris"}' },
      FINISH,
    ]);
    expect(names(sent).slice(2)).toEqual([
      'output_item.added',
      'function_call_arguments.delta',
      'function_call_arguments.delta',
      'function_call_arguments.done',
      'output_item.done',
      'output_item.added',
      'function_call_arguments.delta',
      'function_call_arguments.done',
      'output_item.done',
      'completed',
    ]);
    expect(lastResponse(sent).output).toMatchObject([
      { type: 'function_call', call_id: 'call_a', name: 'weather', arguments: '{"city":"Paris"}', status: 'completed' },
      { type: 'function_call', call_id: 'call_b', name: 'weather', arguments: '{"city":"Rome"}' },
    ]);
  });

  test('a call without arguments has the empty object, in delta, done and item', () => {
    const sent = encode([{ type: 'tool_call', index: 0, id: 'a', name: 'now' }, FINISH]);
    expect(sent[3]?.data).toMatchObject({ type: 'response.function_call_arguments.delta', delta: '{}' });
    expect(sent[4]?.data).toMatchObject({ type: 'response.function_call_arguments.done', arguments: '{}' });
    expect(lastResponse(sent).output).toMatchObject([{ arguments: '{}' }]);
  });

  test.each([
    ['length', 'max_output_tokens'],
    ['context_length', 'max_output_tokens'],
    ['content_filter', 'content_filter'],
  ] as const)('an answer cut short by %s is incomplete', (reason, why) => {
    const sent = encode([
      { type: 'text', text: 'a' },
      { ...FINISH, reason },
    ]);
    expect(sent.at(-1)?.event).toBe('response.incomplete');
    expect(lastResponse(sent)).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: why },
      output: [{ status: 'incomplete' }],
    });
  });

  test.each([
    ['rate_limited', 'rate_limit_exceeded'],
    ['context_too_long', 'invalid_prompt'],
    ['upstream_truncated', 'server_error'],
  ] as const)('the failure %s is an error event and a failed response', (code, responseCode) => {
    const failure = { code, message: 'boom' };
    const sent = encode([
      { type: 'text', text: 'a' },
      { type: 'error', failure },
    ]);
    expect(sent.slice(-2).map(({ data }) => data)).toMatchObject([
      { type: 'error', code, message: 'boom', param: null },
      { type: 'response.failed', response: { status: 'failed', error: { code: responseCode, message: 'boom' } } },
    ]);
  });

  test('a failure before anything else still comes after the opening events', () => {
    const sent = encode([{ type: 'error', failure: { code: 'internal', message: 'x', param: 'p' } }]);
    expect(names(sent)).toEqual(['created', 'in_progress', 'error', 'failed']);
    expect(sent[2]?.data.param).toBe('p');
  });

  test('log probabilities stand in the finished text', () => {
    const logprob = { token: 'a', logprob: -0.1, bytes: [97], top_logprobs: [] };
    const sent = encode([{ type: 'text', text: 'a' }, { type: 'logprobs', content: [logprob] }, FINISH]);
    expect(sent.find(({ event }) => event.endsWith('output_text.done'))?.data.logprobs).toEqual([logprob]);
    expect(lastResponse(sent).output).toMatchObject([{ content: [{ logprobs: [logprob] }] }]);
  });

  test('usage that nobody told is left out, never 0', () => {
    expect(lastResponse(encode([{ ...FINISH, usage: UNKNOWN_USAGE }]))).not.toHaveProperty('usage');
  });

  test('the response repeats what was asked for', () => {
    const request = openaiResponses.parseRequest({
      model: 'm',
      input: 'hi',
      temperature: 0.5,
      top_p: 0.9,
      max_output_tokens: 50,
      parallel_tool_calls: false,
      reasoning: { effort: 'low' },
      tools: [{ type: 'function', name: 'f', description: 'd' }],
      tool_choice: { type: 'function', name: 'f' },
      text: { format: { type: 'json_schema', name: 'x', schema: {} } },
      metadata: { a: 'b' },
    });
    expect(lastResponse(encode([FINISH], replyContext({ request })))).toMatchObject({
      created_at: 1_790_000_000,
      temperature: 0.5,
      top_p: 0.9,
      max_output_tokens: 50,
      parallel_tool_calls: false,
      reasoning: { effort: 'low' },
      tools: [{ type: 'function', name: 'f', description: 'd', parameters: null, strict: null }],
      tool_choice: { type: 'function', name: 'f' },
      text: { format: { type: 'json_schema', name: 'x', schema: {} } },
      metadata: { a: 'b' },
    });
  });

  test('whatever is streamed, the deltas of an item add up to its end', () => {
    const piece = fc.oneof(
      fc.string().map((text): ChatEvent => ({ type: 'text', text })),
      fc.string().map((text): ChatEvent => ({ type: 'thinking', text })),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const sent = encode([...pieces, FINISH]);
        const deltas = new Map<unknown, string>();
        for (const { data } of sent) {
          if (typeof data.delta === 'string') deltas.set(data.item_id, (deltas.get(data.item_id) ?? '') + data.delta);
          if (typeof data.text === 'string') expect(deltas.get(data.item_id)).toBe(data.text);
        }
        expect((lastResponse(sent).output as unknown[]).length).toBe(deltas.size);
      }),
    );
  });
});

describe('a whole Response', () => {
  function print(result: Partial<ChatResult>): JsonObject {
    const whole: ChatResult = { parts: [], finishReason: 'stop', usage: USAGE, ...result };
    const body = openaiResponses.printResult(whole, replyContext());
    expectSchema('openai', 'Response', body);
    return body;
  }

  test('has an item for each part', () => {
    const body = print({
      parts: [
        { type: 'thinking', text: 'hm', signature: 's' },
        { type: 'redacted_thinking', data: 'x' },
        { type: 'text', text: 'hi' },
        { type: 'text', text: '' },
        { type: 'tool_call', id: 'call_1', name: 'f', arguments: { a: 1 } },
      ],
      finishReason: 'tool_calls',
    });
    expect(body).toMatchObject({
      status: 'completed',
      output: [
        { id: `rs_${ID}_0`, type: 'reasoning', summary: [{ text: 'hm' }] },
        { id: `msg_${ID}_1`, type: 'message', content: [{ text: 'hi' }] },
        { id: `fc_${ID}_2`, type: 'function_call', call_id: 'call_1', arguments: '{"a":1}' },
      ],
      usage: { total_tokens: 17 },
    });
  });

  test('without output has an empty array', () => {
    expect(print({}).output).toEqual([]);
  });

  test('cut short is incomplete', () => {
    expect(print({ parts: [{ type: 'text', text: 'a' }], finishReason: 'length' })).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
    });
  });

  test.each([
    [{ enabled: false }, 'none'],
    [{ enabled: true }, null],
  ])('the reasoning %o is repeated as effort %s', (reasoning, effort) => {
    const { request, ...reply } = replyContext();
    const body = openaiResponses.printResult(
      { parts: [], finishReason: 'stop', usage: USAGE },
      { ...reply, request: { ...request, reasoning, toolChoice: { type: 'none' }, output: { type: 'json' } } },
    );
    expectSchema('openai', 'Response', body);
    expect(body).toMatchObject({
      reasoning: { effort },
      tool_choice: 'none',
      text: { format: { type: 'json_object' } },
    });
  });
});
