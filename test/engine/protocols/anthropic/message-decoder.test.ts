import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChatEvent } from '../../../../src-main/engine/protocols/chat-event.ts';
import { MessageDecoder } from '../../../../src-main/engine/protocols/anthropic/message-decoder.ts';
import type { JsonObject } from '../../../../src-main/engine/protocols/json.ts';
import { cut, cuts, decodeAll, writeEvents } from '../../../support/sse-text.ts';
import { FULL_STREAM, block, messageEnd, messageStart, textBlock, toolBlock } from './streams.ts';

function decode(text: string, places: readonly number[] = []): ChatEvent[] {
  return decodeAll(new MessageDecoder(), cut(text, places));
}

function decodeEvents(...events: JsonObject[]): ChatEvent[] {
  return decode(writeEvents(events));
}

const FULL_USAGE = {
  inputTokens: 130,
  cachedInputTokens: 100,
  cacheWriteTokens: 20,
  cacheWrite1hTokens: null,
  outputTokens: 42,
  reasoningTokens: null,
};

describe('decoding an Anthropic stream', () => {
  test('gives thinking, signature, text, tool calls and the end in order', () => {
    expect(decode(FULL_STREAM)).toEqual([
      { type: 'start', id: 'msg_01', model: 'claude-x', usage: { ...FULL_USAGE, outputTokens: 1 } },
      { type: 'thinking', text: 'Let me ' },
      { type: 'thinking', text: 'think.' },
      { type: 'thinking_signature', signature: 'c2lnbmF0dXJl' },
      { type: 'text', text: 'hé ' },
      { type: 'text', text: '你好' },
      { type: 'text', text: '🌍 "quoted"\n' },
      { type: 'tool_call', index: 0, id: 'toolu_1', name: 'weather' },
      { type: 'tool_arguments', index: 0, text: '{"city":' },
      { type: 'tool_arguments', index: 0, text: '"Paris"}' },
      { type: 'tool_call', index: 1, id: 'toolu_2', name: 'weather' },
      { type: 'tool_arguments', index: 1, text: '{"city":"Rome"}' },
      { type: 'finish', reason: 'tool_calls', usage: FULL_USAGE },
    ]);
  });

  test('does not depend on where the stream is cut', () => {
    const whole = decode(FULL_STREAM);
    fc.assert(
      fc.property(cuts, (places) => {
        expect(decode(FULL_STREAM, places)).toEqual(whole);
      }),
    );
  });

  test('cut at every single byte, gives the same events and no replacement character', () => {
    const whole = decode(FULL_STREAM);
    const length = new TextEncoder().encode(FULL_STREAM).length;
    for (let at = 1; at < length; at += 1) expect(decode(FULL_STREAM, [at])).toEqual(whole);
    expect(JSON.stringify(whole)).not.toContain('\uFFFD');
  });

  test('reads carriage returns as line ends', () => {
    expect(decode(FULL_STREAM.replaceAll('\n', '\r\n'))).toEqual(decode(FULL_STREAM));
  });

  test.each([
    ['end_turn', 'stop'],
    ['max_tokens', 'length'],
    ['stop_sequence', 'stop_sequence'],
    ['tool_use', 'tool_calls'],
    ['pause_turn', 'pause'],
    ['refusal', 'content_filter'],
    ['model_context_window_exceeded', 'context_length'],
    ['something_new', 'stop'],
  ])('stop_reason %s is %s', (stopReason, reason) => {
    const events = decodeEvents(messageStart(), ...textBlock(0, 'a'), ...messageEnd(stopReason));
    expect(events.at(-1)).toMatchObject({ type: 'finish', reason });
  });

  test('the stop sequence that was met is told', () => {
    const delta = { stop_reason: 'stop_sequence', stop_sequence: 'END' };
    const events = decodeEvents(messageStart(), { type: 'message_delta', delta, usage: {} }, { type: 'message_stop' });
    expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'stop_sequence', stopSequence: 'END' });
  });

  test('usage is inclusive and cumulative, with one-hour cache writes and thinking tokens apart', () => {
    const start = {
      input_tokens: 5,
      cache_creation_input_tokens: 30,
      cache_creation: { ephemeral_1h_input_tokens: 25, ephemeral_5m_input_tokens: 5 },
      output_tokens: 1,
    };
    const end = { input_tokens: 0, output_tokens: 90, output_tokens_details: { thinking_tokens: 60 } };
    const events = decodeEvents(messageStart(start), ...messageEnd('end_turn', end));
    expect(events.at(-1)).toMatchObject({
      usage: {
        inputTokens: 35,
        cachedInputTokens: null,
        cacheWriteTokens: 30,
        cacheWrite1hTokens: 25,
        outputTokens: 90,
        reasoningTokens: 60,
      },
    });
  });

  test('input counts that only message_delta tells are taken from there', () => {
    const end = { input_tokens: 8, cache_read_input_tokens: 4, output_tokens: 2 };
    const events = decodeEvents(messageStart({ input_tokens: 0, output_tokens: 0 }), ...messageEnd('end_turn', end));
    expect(events.at(-1)).toMatchObject({ usage: { inputTokens: 12, cachedInputTokens: 4, outputTokens: 2 } });
  });

  test('a tool input that came whole with the block start is not lost', () => {
    const tool = { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Paris' } };
    const events = decodeEvents(messageStart(), ...block(0, tool, []), ...messageEnd('tool_use'));
    expect(events).toContainEqual({ type: 'tool_arguments', index: 0, text: '{"city":"Paris"}' });
  });

  test('a tool call without any input has the empty object', () => {
    const events = decodeEvents(messageStart(), ...toolBlock(0, 'toolu_1', 'now'), ...messageEnd('tool_use'));
    expect(events).toContainEqual({ type: 'tool_arguments', index: 0, text: '{}' });
  });

  test('redacted thinking passes, blocks of server tools and citations do not', () => {
    const events = decodeEvents(
      messageStart(),
      ...block(0, { type: 'redacted_thinking', data: 'abc' }, []),
      ...block(1, { type: 'server_tool_use', id: 'srv_1', name: 'web_search', input: {} }, [
        { type: 'input_json_delta', partial_json: '{}' },
      ]),
      ...block(2, { type: 'text', text: '' }, [{ type: 'citations_delta', citation: {} }]),
      ...messageEnd(),
    );
    expect(events.slice(1, -1)).toEqual([{ type: 'redacted_thinking', data: 'abc' }]);
  });

  test('our own marker signature is not taken for a real one', () => {
    const deltas = [
      { type: 'thinking_delta', thinking: 'hm' },
      { type: 'signature_delta', signature: 'pointsman-unsigned' },
    ];
    const events = decodeEvents(
      messageStart(),
      ...block(0, { type: 'thinking', thinking: '' }, deltas),
      ...messageEnd(),
    );
    expect(events.map((event) => event.type)).toEqual(['start', 'thinking', 'finish']);
  });

  test('a stream that stops after its stop reason is complete', () => {
    const events = decodeEvents(messageStart(), ...textBlock(0, 'a'), ...messageEnd().slice(0, 1));
    expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
  });

  test('a stream that stops before its end is an error, not a clean close', () => {
    const events = decodeEvents(messageStart(), ...textBlock(0, 'a'));
    expect(events.at(-1)).toMatchObject({ type: 'error', failure: { code: 'upstream_truncated' } });
  });

  test('an empty stream is an error', () => {
    expect(new MessageDecoder().end()).toMatchObject([{ type: 'error', failure: { code: 'upstream_truncated' } }]);
  });

  test.each([
    ['overloaded_error', 'Overloaded', 'overloaded'],
    ['rate_limit_error', 'Slow down', 'rate_limited'],
    ['authentication_error', 'bad key', 'credential_refused'],
    ['api_error', 'Internal', 'upstream_error'],
    ['timeout_error', 'late', 'upstream_timeout'],
    ['invalid_request_error', 'prompt is too long: 9 tokens > 8 maximum', 'context_too_long'],
    ['invalid_request_error', 'no', 'invalid_request'],
    ['something_new', 'x', 'upstream_error'],
  ])('an in-band %s (%s) becomes %s and ends the stream', (type, message, code) => {
    const error = { type: 'error', error: { type, message } };
    const events = decodeEvents(messageStart(), ...textBlock(0, 'a'), error, ...messageEnd());
    expect(events.at(-1)).toEqual({ type: 'error', failure: { code, message, upstreamBody: error } });
  });

  test('an error without a type, as other servers send it, is seen too', () => {
    const events = decode('data: {"error":{"message":"boom"}}\n\n');
    expect(events).toMatchObject([{ type: 'error', failure: { code: 'upstream_error', message: 'boom' } }]);
  });

  test.each([
    ['broken JSON', 'event: message_start\ndata: {"type":"message_st\n\n'],
    ['JSON that is no object', 'event: message_start\ndata: [1]\n\n'],
    ['an HTML page', '<html>\n\n<body>502 Bad Gateway</body></html>'],
    ['a start without a message', 'event: message_start\ndata: {"type":"message_start"}\n\n'],
    ['a block start without a block', 'event: content_block_start\ndata: {"type":"content_block_start","index":0}\n\n'],
    ['a delta without a delta', 'event: content_block_delta\ndata: {"type":"content_block_delta","index":0}\n\n'],
  ])('%s is garbled', (_name, text) => {
    expect(decode(text)).toMatchObject([{ type: 'error', failure: { code: 'upstream_garbled' } }]);
  });

  test('comments and events nobody knows are passed over', () => {
    const text = `: hello\n\nevent: news\ndata: {"type":"news"}\n\n${writeEvents([messageStart(), ...messageEnd()])}`;
    expect(decode(text).map((event) => event.type)).toEqual(['start', 'finish']);
  });
});
