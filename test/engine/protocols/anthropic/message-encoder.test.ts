import { describe, expect, test } from 'vitest';
import { UNKNOWN_USAGE, type ChatEvent, type TokenUsage } from '../../../../src-main/engine/protocols/chat-event.ts';
import { MessageDecoder } from '../../../../src-main/engine/protocols/anthropic/message-decoder.ts';
import { MessageEncoder } from '../../../../src-main/engine/protocols/anthropic/message-encoder.ts';
import { ANTHROPIC_PING, printAnthropicStart } from '../../../../src-main/engine/protocols/anthropic/start-and-ping.ts';
import { cut, decodeAll, readEvents, replyContext, type ReadEvent } from '../../../support/sse-text.ts';
import { expectSchema } from '../../../support/wire-schemas.ts';
import { FULL_STREAM } from './streams.ts';

const USAGE: TokenUsage = { ...UNKNOWN_USAGE, inputTokens: 12, outputTokens: 5 };
const FINISH: ChatEvent = { type: 'finish', reason: 'stop', usage: USAGE };

/** The events an encoder sends; each is held against the vendor's schema. */
function encode(events: ChatEvent[], reply = replyContext()): ReadEvent[] {
  const encoder = new MessageEncoder(reply);
  const sent = readEvents(events.map((event) => encoder.encode(event)).join(''));
  for (const { event, data } of sent) {
    expect(event).toBe(data.type);
    expectSchema('anthropic', 'AnyStreamEvent', data);
  }
  return sent;
}

/** `type` of each event, with the index and kind of blocks: "content_block_start 0 text". */
function outline(sent: ReadEvent[]): string[] {
  return sent.map(({ data }) => {
    const {
      type,
      index,
      content_block: block,
    } = data as { type: string; index?: number; content_block?: { type: string } };
    return [type, index, block?.type].filter((word) => word !== undefined).join(' ');
  });
}

describe('encoding an Anthropic stream', () => {
  test('a text answer: start, one block, end', () => {
    const sent = encode([
      { type: 'start' },
      { type: 'text', text: 'Hel' },
      { type: 'text', text: 'lo "🌍"\n' },
      FINISH,
    ]);
    expect(sent.map((event) => event.data)).toEqual([
      {
        type: 'message_start',
        message: {
          id: 'msg_0123456789abcdef01234567',
          type: 'message',
          role: 'assistant',
          model: 'claude-test',
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: 0, output_tokens: 0 },
        },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hel' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'lo "🌍"\n' } },
      { type: 'content_block_stop', index: 0 },
      {
        type: 'message_delta',
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { input_tokens: 12, output_tokens: 5 },
      },
      { type: 'message_stop' },
    ]);
  });

  test('thinking ends with its signature, redacted thinking is a block of its own', () => {
    const sent = encode([
      { type: 'thinking', text: 'hm' },
      { type: 'thinking_signature', signature: 'c2ln' },
      { type: 'redacted_thinking', data: 'ZGF0YQ' },
      { type: 'text', text: 'ok' },
      FINISH,
    ]);
    expect(outline(sent)).toEqual([
      'message_start',
      'content_block_start 0 thinking',
      'content_block_delta 0',
      'content_block_delta 0',
      'content_block_stop 0',
      'content_block_start 1 redacted_thinking',
      'content_block_stop 1',
      'content_block_start 2 text',
      'content_block_delta 2',
      'content_block_stop 2',
      'message_delta',
      'message_stop',
    ]);
    expect(sent[3]?.data.delta).toEqual({ type: 'signature_delta', signature: 'c2ln' });
    expect(sent[5]?.data.content_block).toEqual({ type: 'redacted_thinking', data: 'ZGF0YQ' });
  });

  test('thinking that nobody signed gets our marker', () => {
    const sent = encode([{ type: 'thinking', text: 'hm' }, { type: 'text', text: 'ok' }, FINISH]);
    expect(sent[3]?.data.delta).toEqual({ type: 'signature_delta', signature: 'pointsman-unsigned' });
  });

  test('a tool call starts with an empty input, then its JSON in pieces', () => {
    const sent = encode([
      { type: 'tool_call', index: 0, id: 'call_1', name: 'weather' },
      { type: 'tool_arguments', index: 0, text: '{"city":' },
      { type: 'tool_arguments', index: 0, text: '"Paris"}' },
      FINISH,
    ]);
    expect(sent[1]?.data.content_block).toEqual({ type: 'tool_use', id: 'call_1', name: 'weather', input: {} });
    expect(sent.slice(2, 4).map((event) => event.data.delta)).toEqual([
      { type: 'input_json_delta', partial_json: '{"city":' },
      { type: 'input_json_delta', partial_json: '"Paris"}' },
    ]);
  });

  test('a plain end after a tool call is tool_use, a cut stays max_tokens', () => {
    const call: ChatEvent = { type: 'tool_call', index: 0, id: 'call_1', name: 'now' };
    const ended = encode([call, FINISH]).at(-2)?.data;
    const cutShort = encode([call, { ...FINISH, reason: 'length' }]).at(-2)?.data;
    expect(ended).toMatchObject({ delta: { stop_reason: 'tool_use' } });
    expect(cutShort).toMatchObject({ delta: { stop_reason: 'max_tokens' } });
  });

  test('a tool call without arguments has the empty object', () => {
    const sent = encode([{ type: 'tool_call', index: 0, id: 'call_1', name: 'now' }, FINISH]);
    expect(sent[2]?.data.delta).toEqual({ type: 'input_json_delta', partial_json: '{}' });
  });

  test('interleaved calls come out one after the other, text after them in a new block', () => {
    const sent = encode([
      { type: 'tool_call', index: 0, id: 'a', name: 'weather' },
      { type: 'tool_call', index: 1, id: 'b', name: 'weather' },
      { type: 'tool_arguments', index: 0, text: '{"city":' },
      { type: 'tool_arguments', index: 1, text: '{"city":"Rome"}' },
      { type: 'tool_arguments', index: 0, text: '"Paris"}' },
      { type: 'text', text: 'done' },
      FINISH,
    ]);
    expect(outline(sent).filter((line) => !line.includes('delta'))).toEqual([
      'message_start',
      'content_block_start 0 tool_use',
      'content_block_stop 0',
      'content_block_start 1 tool_use',
      'content_block_stop 1',
      'content_block_start 2 text',
      'content_block_stop 2',
      'message_stop',
    ]);
  });

  test('usage told at the start stands in message_start, cache counts apart from input', () => {
    const usage: TokenUsage = {
      inputTokens: 130,
      cachedInputTokens: 100,
      cacheWriteTokens: 20,
      cacheWrite1hTokens: 15,
      outputTokens: 42,
      reasoningTokens: 9,
    };
    const sent = encode([
      { type: 'start', usage },
      { type: 'finish', reason: 'stop', usage },
    ]);
    const counts = {
      input_tokens: 10,
      cache_read_input_tokens: 100,
      cache_creation_input_tokens: 20,
      output_tokens: 42,
      output_tokens_details: { thinking_tokens: 9 },
    };
    expect(sent[0]?.data).toMatchObject({
      message: {
        usage: { ...counts, cache_creation: { ephemeral_1h_input_tokens: 15, ephemeral_5m_input_tokens: 5 } },
      },
    });
    expect(sent[1]?.data.usage).toEqual(counts);
  });

  test('counts that nobody told are estimated, never 0', () => {
    const sent = encode([
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
      { ...FINISH, usage: UNKNOWN_USAGE },
    ]);
    const usage = sent.at(-2)?.data.usage as { input_tokens: number; output_tokens: number };
    expect(usage.input_tokens).toBeGreaterThan(0);
    expect(usage.output_tokens).toBe(2);
  });

  test('the stop sequence that was met is told', () => {
    const sent = encode([{ type: 'finish', reason: 'stop_sequence', stopSequence: 'END', usage: USAGE }]);
    expect(sent.at(-2)?.data.delta).toEqual({ stop_reason: 'stop_sequence', stop_sequence: 'END' });
  });

  test.each([
    ['content_filter', 'refusal'],
    ['pause', 'pause_turn'],
    ['context_length', 'model_context_window_exceeded'],
    ['load', 'end_turn'],
    ['unload', 'end_turn'],
  ] as const)('the end %s is told as %s', (reason, stopReason) => {
    const sent = encode([{ type: 'finish', reason, usage: USAGE }]);
    expect(sent.at(-2)?.data.delta).toEqual({ stop_reason: stopReason, stop_sequence: null });
  });

  test('a start that went out with a heartbeat is not sent again', () => {
    const reply = replyContext({ startSent: true });
    const sent = encode([{ type: 'start' }, { type: 'text', text: 'a' }, FINISH], reply);
    expect(outline(sent)[0]).toBe('content_block_start 0 text');
  });

  test('the start waits for the first content, because a heartbeat may still send one', () => {
    const reply = replyContext();
    const encoder = new MessageEncoder(reply);
    expect(encoder.encode({ type: 'start' })).toBe('');
    reply.startSent = true;
    expect(encoder.encode({ type: 'text', text: 'a' })).toMatch(/^event: content_block_start/);
  });

  test('the early start and the ping are valid events', () => {
    const sent = readEvents(printAnthropicStart(replyContext()) + ANTHROPIC_PING);
    for (const { data } of sent) expectSchema('anthropic', 'AnyStreamEvent', data);
    expect(sent.map(({ event }) => event)).toEqual(['message_start', 'ping']);
  });

  test('an error ends the stream as an error event', () => {
    const sent = encode([
      { type: 'text', text: 'a' },
      { type: 'error', failure: { code: 'overloaded', message: 'busy' } },
    ]);
    expect(sent.at(-1)?.data).toEqual({ type: 'error', error: { type: 'overloaded_error', message: 'busy' } });
  });

  test('log probabilities have no place here', () => {
    expect(outline(encode([{ type: 'logprobs', content: [] }, FINISH]))).toEqual([
      'message_start',
      'message_delta',
      'message_stop',
    ]);
  });

  test('decoding what was encoded gives the same events', () => {
    const events = decodeAll(new MessageDecoder(), cut(FULL_STREAM, []));
    const encoder = new MessageEncoder(replyContext({ model: 'claude-x', id: '01' }));
    const text = events.map((event) => encoder.encode(event)).join('');
    expect(decodeAll(new MessageDecoder(), cut(text, []))).toEqual(events);
  });
});
