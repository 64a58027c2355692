import { describe, expect, test } from 'vitest';
import { anthropicMessages } from '../../../../src-main/engine/protocols/anthropic/anthropic-messages.ts';
import { UNKNOWN_USAGE, type ChatResult } from '../../../../src-main/engine/protocols/chat-event.ts';
import { GarbledReply } from '../../../../src-main/engine/protocols/failure.ts';
import type { JsonObject } from '../../../../src-main/engine/protocols/json.ts';
import { replyContext } from '../../../support/sse-text.ts';
import { expectSchema } from '../../../support/wire-schemas.ts';

const reply = replyContext();

function parse(body: JsonObject): ChatResult {
  return anthropicMessages.parseResult(body, reply.request);
}

function print(result: Partial<ChatResult>): JsonObject {
  const body = anthropicMessages.printResult(
    { parts: [], finishReason: 'stop', usage: UNKNOWN_USAGE, ...result },
    reply,
  );
  expectSchema('anthropic', 'MessageResponse', body);
  return body;
}

const RESULT: ChatResult = {
  id: 'msg_0123456789abcdef01234567',
  model: 'claude-test',
  parts: [
    { type: 'thinking', text: 'hm', signature: 'c2ln' },
    { type: 'redacted_thinking', data: 'xyz' },
    { type: 'text', text: 'hi 🌍' },
    { type: 'tool_call', id: 'toolu_1', name: 'f', arguments: { a: [1] } },
  ],
  finishReason: 'tool_calls',
  usage: {
    inputTokens: 130,
    cachedInputTokens: 100,
    cacheWriteTokens: 20,
    cacheWrite1hTokens: 5,
    outputTokens: 9,
    reasoningTokens: 4,
  },
};

describe('a whole Anthropic answer', () => {
  test('parsing what was printed gives the same result', () => {
    expect(parse(print(RESULT))).toEqual(RESULT);
  });

  test('usage excludes cached tokens', () => {
    expect(print(RESULT).usage).toMatchObject({
      input_tokens: 10,
      cache_read_input_tokens: 100,
      cache_creation_input_tokens: 20,
      cache_creation: { ephemeral_1h_input_tokens: 5, ephemeral_5m_input_tokens: 15 },
    });
  });

  test('an answer without output has an empty array and a stop_sequence', () => {
    expect(print({})).toMatchObject({ content: [], stop_reason: 'end_turn', stop_sequence: null });
  });

  test('text has no citations', () => {
    expect(
      print({
        parts: [
          { type: 'text', text: 'a' },
          { type: 'text', text: '' },
        ],
      }).content,
    ).toEqual([{ type: 'text', text: 'a' }]);
  });

  test('thinking that nobody signed gets our marker, and loses it when it is read', () => {
    const printed = print({ parts: [{ type: 'thinking', text: 'hm' }] });
    expect(printed.content).toMatchObject([{ signature: 'pointsman-unsigned' }]);
    expect(parse(printed).parts).toEqual([{ type: 'thinking', text: 'hm' }]);
  });

  test('a plain end after tool calls is tool_use', () => {
    const parts = [{ type: 'tool_call' as const, id: 'a', name: 'f', arguments: {} }];
    expect(print({ parts }).stop_reason).toBe('tool_use');
    expect(print({ parts, finishReason: 'length' }).stop_reason).toBe('max_tokens');
  });

  test('counts that nobody told are estimated, never 0', () => {
    const { usage } = print({ parts: [{ type: 'text', text: 'a rather long answer' }] });
    expect(usage).toEqual({ input_tokens: 7, output_tokens: 5 });
  });

  test('the stop sequence survives', () => {
    const result = { ...RESULT, finishReason: 'stop_sequence' as const, stopSequence: 'END' };
    expect(parse(print(result))).toEqual(result);
  });

  test('null content, unknown blocks and a missing stop reason are tolerated', () => {
    expect(parse({ type: 'message', content: null })).toMatchObject({ parts: [], finishReason: 'stop' });
    const content = [{ type: 'server_tool_use', id: 'x' }, { type: 'tool_use', id: 'a', name: 'f' }, 'odd'];
    expect(parse({ type: 'message', content })).toMatchObject({
      parts: [{ type: 'tool_call', arguments: {} }],
      finishReason: 'tool_calls',
    });
  });

  test.each([{ object: 'chat.completion' }, { type: 'error', error: {} }, { type: 'message', content: 'text' }])(
    'something else is garbled: %o',
    (body) => {
      expect(() => parse(body)).toThrow(GarbledReply);
    },
  );
});
