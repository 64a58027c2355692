import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anthropicMessages } from '../../../../src-main/engine/protocols/anthropic/anthropic-messages.ts';
import type { JsonObject } from '../../../../src-main/engine/protocols/json.ts';
import { cut, cuts, readEvents, relayAll, replyContext, writeEvents } from '../../../support/sse-text.ts';
import { expectSchema } from '../../../support/wire-schemas.ts';
import { FULL_STREAM, block, messageEnd, messageStart, textBlock } from './streams.ts';

function relay(text: string, places: readonly number[] = [], reply = replyContext()) {
  const passThrough = anthropicMessages.createPassThrough(reply);
  return { out: relayAll(passThrough, cut(text, places)), progress: passThrough.progress };
}

/** A stream with every defect that is mended. */
const BROKEN_STREAM =
  writeEvents([messageStart(), ...block(0, { type: 'text', text: '', citations: null }, [])]) +
  'data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"é"}}\n\n' +
  writeEvents([
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 3 } },
  ]) +
  'event: message_stop\ndata: {"type":"message_stop"}';

describe('passing an Anthropic stream through', () => {
  test('leaves every byte as it is, wherever the stream is cut', () => {
    fc.assert(
      fc.property(cuts, (places) => {
        expect(relay(FULL_STREAM, places).out).toBe(FULL_STREAM);
      }),
    );
  });

  test('hands whole plain chunks on as the very bytes that came', () => {
    const passThrough = anthropicMessages.createPassThrough(replyContext());
    const [start, ...rest] = textBlock(0, 'a', 'b');
    passThrough.push(new TextEncoder().encode(writeEvents([messageStart(), start ?? {}, rest[0] ?? {}])));
    const bytes = new TextEncoder().encode(writeEvents([rest[1] ?? {}]));
    expect(passThrough.push(bytes)).toBe(bytes);
    expect(passThrough.progress.contentPieces).toBe(2);
  });

  test('reads model, usage, stop reason and the end in passing', () => {
    expect(relay(FULL_STREAM).progress).toMatchObject({
      contentStarted: true,
      finished: true,
      failure: null,
      finishReason: 'tool_calls',
      model: 'claude-x',
      usage: { inputTokens: 130, cachedInputTokens: 100, cacheWriteTokens: 20, outputTokens: 42 },
    });
  });

  test('content has not started with message_start, a ping or an empty text block', () => {
    const passThrough = anthropicMessages.createPassThrough(replyContext());
    const [start] = textBlock(0);
    passThrough.push(new TextEncoder().encode(writeEvents([messageStart(), { type: 'ping' }, start ?? {}])));
    expect(passThrough.progress.contentStarted).toBe(false);
  });

  test('content has started with a tool call', () => {
    const { progress } = relay(
      writeEvents([messageStart(), ...block(0, { type: 'tool_use', id: 'a', name: 'b' }, [])]),
    );
    expect(progress.contentStarted).toBe(true);
  });

  test('mends missing event names, null citations, a missing stop_sequence and a missing last blank line', () => {
    const sent = readEvents(relay(BROKEN_STREAM).out);
    for (const { data } of sent) expectSchema('anthropic', 'AnyStreamEvent', data);
    expect(sent.map(({ event }) => event)).toEqual([
      'message_start',
      'content_block_start',
      'content_block_stop',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(sent[1]?.data.content_block).toEqual({ type: 'text', text: '' });
    expect(sent[5]?.data.delta).toEqual({ stop_reason: 'end_turn', stop_sequence: null });
  });

  test('mends the same, wherever the stream is cut', () => {
    const whole = relay(BROKEN_STREAM).out;
    fc.assert(
      fc.property(cuts, (places) => {
        expect(relay(BROKEN_STREAM, places).out).toBe(whole);
      }),
    );
  });

  test('mends a message_start with null content', () => {
    const { type, message } = messageStart();
    const start = { type, message: { ...(message as JsonObject), content: null } };
    const sent = readEvents(relay(writeEvents([start, ...messageEnd()])).out);
    expectSchema('anthropic', 'AnyStreamEvent', sent[0]?.data);
  });

  test('a message_start that the client has already is dropped and its counts go into message_delta', () => {
    const { out, progress } = relay(FULL_STREAM, [], replyContext({ startSent: true }));
    const sent = readEvents(out);
    expect(sent.some(({ event }) => event === 'message_start')).toBe(false);
    const delta = sent.find(({ event }) => event === 'message_delta')?.data;
    expectSchema('anthropic', 'AnyStreamEvent', delta);
    expect(delta?.usage).toEqual({
      input_tokens: 10,
      cache_read_input_tokens: 100,
      cache_creation_input_tokens: 20,
      output_tokens: 42,
    });
    expect(progress.usage.inputTokens).toBe(130);
  });

  test('what comes before the first content waits for it, because a heartbeat may still send a start', () => {
    const reply = replyContext();
    const passThrough = anthropicMessages.createPassThrough(reply);
    const [start, ...rest] = textBlock(0, 'a');
    const bytes = (...events: JsonObject[]) => new TextEncoder().encode(writeEvents(events));
    expect(passThrough.push(bytes(messageStart(), { type: 'ping' }, start ?? {}))).toBe('');
    reply.startSent = true;
    expect(passThrough.push(bytes(...rest))).toBe(writeEvents([{ type: 'ping' }, start ?? {}, ...rest]));
  });

  test('an in-band error is kept back and noted, with what came before it sent on', () => {
    const before = writeEvents([messageStart(), ...textBlock(0, 'a')]);
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    const { out, progress } = relay(before + writeEvents([error, ...messageEnd()]));
    expect(out).toBe(before);
    expect(progress.failure).toEqual({ code: 'overloaded', message: 'Overloaded', upstreamBody: error });
  });

  test('an error that the server sent goes on in the very words of the server', () => {
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' }, request_id: 'req_1' };
    const passThrough = anthropicMessages.createPassThrough(replyContext());
    passThrough.push(new TextEncoder().encode(writeEvents([error])));
    const { failure } = passThrough.progress;
    expect(failure === null ? null : passThrough.failWith(failure)).toBe(writeEvents([error]));
  });

  test('a stream that stops in the middle is a failure', () => {
    const { progress } = relay(writeEvents([messageStart(), ...textBlock(0, 'a')]));
    expect(progress).toMatchObject({ finished: false, failure: { code: 'upstream_truncated' } });
  });

  test('a stream that stops after its stop reason gets the missing message_stop', () => {
    const { out, progress } = relay(writeEvents([messageStart(), ...textBlock(0, 'a'), ...messageEnd().slice(0, 1)]));
    expect(readEvents(out).at(-1)?.event).toBe('message_stop');
    expect(progress).toMatchObject({ finished: true, failure: null });
  });

  test.each([
    ['broken JSON', 'event: message_start\ndata: {"type":"mess\n\n'],
    ['data that is no object', 'event: message_start\ndata: 7\n\n'],
    ['an HTML page', '<html>502 Bad Gateway</html>'],
  ])('%s is garbled and not sent on', (_name, text) => {
    const { out, progress } = relay(text);
    expect(out).toBe('');
    expect(progress.failure).toMatchObject({ code: 'upstream_garbled' });
  });

  test('comments pass', () => {
    expect(relay(`: hello\n\n${FULL_STREAM}`).out).toBe(`: hello\n\n${FULL_STREAM}`);
  });
});

describe('inspecting a whole Anthropic answer', () => {
  const message: JsonObject = {
    ...(messageStart({ input_tokens: 3, cache_read_input_tokens: 4, output_tokens: 5 }).message as JsonObject),
    content: [{ type: 'text', text: 'hi' }],
    stop_reason: 'end_turn',
  };

  test('reads usage and end and leaves a good body alone', () => {
    expect(anthropicMessages.inspectResult(message)).toMatchObject({
      usage: { inputTokens: 7, cachedInputTokens: 4, outputTokens: 5 },
      finishReason: 'stop',
      model: 'claude-x',
      hasContent: true,
      repaired: null,
    });
  });

  test('null content becomes an empty array', () => {
    const { repaired, hasContent } = anthropicMessages.inspectResult({ ...message, content: null });
    expectSchema('anthropic', 'MessageResponse', repaired);
    expect(repaired?.content).toEqual([]);
    expect(hasContent).toBe(false);
  });

  test('null citations are taken off and a missing stop_sequence is added', () => {
    const { stop_sequence: _gone, ...rest } = message;
    const content = [{ type: 'text', text: 'hi', citations: null }, 'odd'];
    const { repaired } = anthropicMessages.inspectResult({ ...rest, content });
    expect(repaired).toMatchObject({ content: [{ type: 'text', text: 'hi' }, 'odd'], stop_sequence: null });
    expect(JSON.stringify(repaired)).not.toContain('citations');
  });
});
