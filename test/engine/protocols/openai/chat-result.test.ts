import { describe, expect, it } from 'vitest';
import { UNKNOWN_USAGE, type ChatResult } from '../../../../src-main/engine/protocols/chat-event.ts';
import { GarbledReply } from '../../../../src-main/engine/protocols/failure.ts';
import type { JsonObject } from '../../../../src-main/engine/protocols/json.ts';
import { openaiChat } from '../../../../src-main/engine/protocols/openai/openai-chat.ts';
import { expectSchema } from '../../../support/wire-schemas.ts';
import { reply } from './streams.ts';

const usage = { ...UNKNOWN_USAGE, inputTokens: 10, cacheWriteTokens: 3, outputTokens: 5 };

function parse(message: JsonObject, finishReason = 'stop', more: JsonObject = {}): ChatResult {
  const body = { id: 'x', choices: [{ index: 0, message, finish_reason: finishReason }], ...more };
  return openaiChat.parseResult(body, reply.request);
}

function print(result: Partial<ChatResult>): JsonObject {
  const printed = openaiChat.printResult({ parts: [], finishReason: 'stop', usage, ...result }, reply);
  expectSchema('openai', 'CreateChatCompletionResponse', printed);
  return printed;
}

describe('printing an answer', () => {
  it('fills everything that the schema demands', () => {
    expect(print({ parts: [{ type: 'text', text: 'hi' }] })).toEqual({
      id: 'chatcmpl-abc',
      object: 'chat.completion',
      created: 1_700_000_000,
      model: 'llama3',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'hi', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: {
        prompt_tokens: 10,
        completion_tokens: 5,
        total_tokens: 15,
        prompt_tokens_details: { cache_write_tokens: 3 },
      },
    });
  });

  it('gives calls string arguments, no content and the end tool_calls', () => {
    const printed = print({ parts: [{ type: 'tool_call', id: 'a', name: 'f', arguments: { b: 1, a: 2 } }] });
    expect(printed.choices).toMatchObject([
      {
        message: {
          content: null,
          tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{"b":1,"a":2}' } }],
        },
        finish_reason: 'tool_calls',
      },
    ]);
  });

  it('gives thinking both names and keeps it out of the content', () => {
    const printed = print({
      parts: [
        { type: 'thinking', text: 'hm' },
        { type: 'text', text: 'a' },
      ],
    });
    expect(printed.choices).toMatchObject([{ message: { content: 'a', reasoning: 'hm', reasoning_content: 'hm' } }]);
  });

  it('has an empty text when there is nothing, and no usage when none is known', () => {
    const printed = print({ usage: UNKNOWN_USAGE, finishReason: 'load' });
    expect(printed.choices).toMatchObject([{ message: { content: '' }, finish_reason: 'stop' }]);
    expect(printed).not.toHaveProperty('usage');
  });

  it('carries log probabilities and is read back as the same answer', () => {
    const result: ChatResult = {
      id: 'chatcmpl-abc',
      model: 'llama3',
      parts: [
        { type: 'thinking', text: 'hm' },
        { type: 'text', text: 'a' },
        { type: 'tool_call', id: 'a', name: 'f', arguments: {} },
      ],
      finishReason: 'tool_calls',
      usage,
      logprobs: [{ token: 'a', logprob: -1, bytes: null, top_logprobs: [] }],
    };
    expect(openaiChat.parseResult(print(result), reply.request)).toEqual(result);
  });
});

describe('reading an answer', () => {
  it('takes arguments as text, object or nothing', () => {
    const tool_calls = ['{"a":1}', { a: 1 }, '', null].map((value) => ({ function: { name: 'f', arguments: value } }));
    const { parts } = parse({ content: null, tool_calls });
    expect(parts.map((part) => (part.type === 'tool_call' ? part.arguments : part))).toEqual([
      { a: 1 },
      { a: 1 },
      {},
      {},
    ]);
    expect(parts[1]).toMatchObject({ id: 'call_x_1' });
  });

  it('turns stop with calls into tool_calls and keeps length', () => {
    const tool_calls = [{ id: 'a', function: { name: 'f', arguments: '{}' } }];
    expect(parse({ tool_calls }).finishReason).toBe('tool_calls');
    expect(parse({ tool_calls }, 'length').finishReason).toBe('length');
  });

  it.each<[string, JsonObject]>([
    ['no choices', {}],
    ['choices that are null', { choices: null }],
    ['no message', { choices: [{}] }],
    ['a call without a name', { choices: [{ message: { tool_calls: [{}] } }] }],
    [
      'arguments that are no JSON',
      { choices: [{ message: { tool_calls: [{ function: { name: 'f', arguments: '{' } }] } }] },
    ],
    [
      'arguments that are no object',
      { choices: [{ message: { tool_calls: [{ function: { name: 'f', arguments: '[]' } }] } }] },
    ],
  ])('refuses one with %s', (_name, body) => {
    expect(() => openaiChat.parseResult(body, reply.request)).toThrow(GarbledReply);
  });
});

describe('inspecting an answer', () => {
  function inspect(message: JsonObject, finishReason = 'stop') {
    const body = {
      model: 'up',
      choices: [{ index: 0, message, finish_reason: finishReason }],
      usage: { prompt_tokens: 2, completion_tokens: 3 },
    };
    return openaiChat.inspectResult(body);
  }

  it('lets a sound one go on as it is', () => {
    expect(inspect({ content: 'a' })).toEqual({
      usage: { ...UNKNOWN_USAGE, inputTokens: 2, outputTokens: 3 },
      finishReason: 'stop',
      model: 'up',
      hasContent: true,
      repaired: null,
    });
  });

  it('refuses a body that is no answer', () => {
    expect(() => openaiChat.inspectResult({ hello: 'world' })).toThrow('The answer has no choices.');
  });

  it('sees that there is nothing in it', () => {
    expect(inspect({ content: '' }).hasContent).toBe(false);
    expect(openaiChat.inspectResult({ choices: [] })).toEqual({
      usage: UNKNOWN_USAGE,
      finishReason: null,
      hasContent: false,
      repaired: null,
    });
  });

  it('mends calls: text arguments, end tool_calls', () => {
    const { repaired, finishReason } = inspect({
      tool_calls: [{ id: 'a', function: { name: 'f', arguments: { x: 1 } } }],
    });
    expect(finishReason).toBe('tool_calls');
    expect(repaired?.choices).toMatchObject([
      { message: { tool_calls: [{ function: { arguments: '{"x":1}' } }] }, finish_reason: 'tool_calls' },
    ]);
  });

  it('mends thinking with one name and ends of other protocols', () => {
    const { repaired, finishReason } = inspect({ content: 'a', reasoning: 'hm' }, 'unload');
    expect(finishReason).toBe('unload');
    expect(repaired?.choices).toMatchObject([
      { message: { reasoning: 'hm', reasoning_content: 'hm' }, finish_reason: 'stop' },
    ]);
  });
});
