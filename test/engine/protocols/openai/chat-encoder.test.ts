import { describe, expect, it } from 'vitest';
import { UNKNOWN_USAGE, type ChatEvent } from '../../../../src-main/engine/protocols/chat-event.ts';
import type { ReplyContext } from '../../../../src-main/engine/protocols/format.ts';
import { openaiChat } from '../../../../src-main/engine/protocols/openai/openai-chat.ts';
import { expectSchema } from '../../../support/wire-schemas.ts';
import { bodies, decode, reply } from './streams.ts';

const usage = { ...UNKNOWN_USAGE, inputTokens: 12, cachedInputTokens: 4, outputTokens: 7, reasoningTokens: 2 };

function encode(events: ChatEvent[], more: Partial<ReplyContext> = {}): string {
  const encoder = openaiChat.createEncoder({ ...reply, ...more });
  return events.map((event) => encoder.encode(event)).join('');
}

function encoded(events: ChatEvent[], more: Partial<ReplyContext> = {}): unknown[] {
  const sent = bodies(encode(events, more));
  for (const body of sent) {
    if (body !== '[DONE]' && body.error === undefined)
      expectSchema('openai', 'CreateChatCompletionStreamResponse', body);
  }
  return sent;
}

const envelope = { id: 'chatcmpl-abc', object: 'chat.completion.chunk', created: 1_700_000_000, model: 'llama3' };

function choice(delta: object, finishReason: string | null = null, logprobs: object | null = null): object {
  return { ...envelope, choices: [{ index: 0, delta, logprobs, finish_reason: finishReason }] };
}

const role = choice({ role: 'assistant', content: '', refusal: null });
const printedUsage = {
  prompt_tokens: 12,
  completion_tokens: 7,
  total_tokens: 19,
  prompt_tokens_details: { cached_tokens: 4 },
  completion_tokens_details: { reasoning_tokens: 2 },
};

describe('a stream of chunks', () => {
  it('goes role, deltas, finish, usage, [DONE]', () => {
    const events: ChatEvent[] = [
      { type: 'start', id: 'x' },
      { type: 'thinking', text: 'h"m' },
      { type: 'text', text: 'hé\n🌍' },
      { type: 'finish', reason: 'stop', usage },
    ];
    expect(encoded(events)).toEqual([
      role,
      choice({ reasoning: 'h"m', reasoning_content: 'h"m' }),
      choice({ content: 'hé\n🌍' }),
      choice({}, 'stop'),
      { ...envelope, choices: [], usage: printedUsage },
      '[DONE]',
    ]);
  });

  it('has no usage chunk unless it was asked for', () => {
    const events: ChatEvent[] = [{ type: 'start' }, { type: 'finish', reason: 'length', usage }];
    expect(encoded(events, { includeUsage: false })).toEqual([role, choice({}, 'length'), '[DONE]']);
  });

  it('says usage: null rather than 0 when it is not known', () => {
    const [, , last] = encoded([{ type: 'finish', reason: 'stop', usage: { ...usage, inputTokens: null } }]);
    expect(last).toEqual({ ...envelope, choices: [], usage: null });
  });

  it('opens a call with id, type, name and empty arguments, then sends pieces', () => {
    const events: ChatEvent[] = [
      { type: 'start' },
      { type: 'tool_call', index: 0, id: 'a', name: 'f' },
      { type: 'tool_arguments', index: 0, text: '{"x":1}' },
      { type: 'tool_call', index: 1, id: 'b', name: 'g' },
      { type: 'finish', reason: 'stop', usage },
    ];
    expect(encoded(events, { includeUsage: false }).slice(1)).toEqual([
      choice({ tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }] }),
      choice({ tool_calls: [{ index: 0, function: { arguments: '{"x":1}' } }] }),
      choice({ tool_calls: [{ index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '' } }] }),
      choice({}, 'tool_calls'),
      '[DONE]',
    ]);
  });

  it.each([
    ['stop_sequence', 'stop'],
    ['pause', 'stop'],
    ['load', 'stop'],
    ['unload', 'stop'],
    ['context_length', 'length'],
    ['content_filter', 'content_filter'],
  ] as const)('prints the end %s as %s', (reason, word) => {
    expect(encoded([{ type: 'finish', reason, usage }])).toContainEqual(choice({}, word));
  });

  it('keeps length after tool calls', () => {
    const events: ChatEvent[] = [
      { type: 'tool_call', index: 0, id: 'a', name: 'f' },
      { type: 'finish', reason: 'length', usage },
    ];
    expect(encoded(events)).toContainEqual(choice({}, 'length'));
  });

  it('carries log probabilities', () => {
    const content = [{ token: 'a', logprob: -1, bytes: [97], top_logprobs: [] }];
    expect(encoded([{ type: 'start' }, { type: 'logprobs', content }])).toEqual([
      role,
      choice({}, null, { content, refusal: null }),
    ]);
  });

  it('shows no signatures', () => {
    const events: ChatEvent[] = [
      { type: 'start' },
      { type: 'thinking_signature', signature: 's' },
      { type: 'redacted_thinking', data: 'd' },
    ];
    expect(encoded(events)).toEqual([role]);
  });

  it('ends with the error alone when one comes', () => {
    const failure = { code: 'upstream_truncated', message: 'm' } as const;
    const text = encode([{ type: 'start' }, { type: 'text', text: 'a' }, { type: 'error', failure }]);
    expect(bodies(text).at(-1)).toMatchObject({ error: { message: 'm', code: 'upstream_truncated' } });
    expect(text).not.toContain('[DONE]');
    expect(bodies(encode([{ type: 'error', failure }]))).toHaveLength(1);
  });

  it('sends no role when the opening went out before', () => {
    expect(encoded([{ type: 'start' }, { type: 'text', text: 'a' }], { startSent: true })).toEqual([
      choice({ content: 'a' }),
    ]);
  });

  it('is read back as the same events', () => {
    const events: ChatEvent[] = [
      { type: 'start', id: 'chatcmpl-abc', model: 'llama3' },
      { type: 'thinking', text: 'hm' },
      { type: 'text', text: 'a' },
      { type: 'tool_call', index: 0, id: 'a', name: 'f' },
      { type: 'tool_arguments', index: 0, text: '{}' },
      { type: 'finish', reason: 'tool_calls', usage },
    ];
    expect(decode(encode(events))).toEqual(events);
  });
});
