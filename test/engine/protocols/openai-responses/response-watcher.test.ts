import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UNKNOWN_USAGE, type ChatEvent } from '../../../../src-main/engine/protocols/chat-event.ts';
import type { JsonObject } from '../../../../src-main/engine/protocols/json.ts';
import { openaiResponses } from '../../../../src-main/engine/protocols/openai-responses/openai-responses.ts';
import { cut, cuts, readEvents, relayAll, replyContext, writeEvents } from '../../../support/sse-text.ts';
import { expectSchema } from '../../../support/wire-schemas.ts';

/** Streams as a native server sends them: made by our own encoder, which the schema holds to the order of events. */
function stream(...events: ChatEvent[]): string {
  const encoder = openaiResponses.createEncoder(replyContext({ model: 'gpt-x', id: 'upstream' }));
  return events.map((event) => encoder.encode(event)).join('');
}

const USAGE = {
  ...UNKNOWN_USAGE,
  inputTokens: 12,
  cachedInputTokens: 4,
  cacheWriteTokens: 0,
  outputTokens: 5,
  reasoningTokens: 2,
};
const CONTENT: ChatEvent[] = [
  { type: 'thinking', text: 'hm 🤔' },
  { type: 'text', text: 'hé ' },
  { type: 'text', text: '你好' },
];
const CALL: ChatEvent = { type: 'tool_call', index: 0, id: 'call_1', name: 'f' };
const FULL_STREAM = stream(...CONTENT, CALL, { type: 'finish', reason: 'tool_calls', usage: USAGE });

function relay(text: string, places: readonly number[] = []) {
  const passThrough = openaiResponses.createPassThrough(replyContext());
  return { out: relayAll(passThrough, cut(text, places)), passThrough, progress: passThrough.progress };
}

describe('passing a Responses stream through', () => {
  test('leaves every byte as it is, wherever the stream is cut', () => {
    fc.assert(
      fc.property(cuts, (places) => {
        expect(relay(FULL_STREAM, places).out).toBe(FULL_STREAM);
      }),
    );
  });

  test('reads model, usage and the end in passing', () => {
    expect(relay(FULL_STREAM).progress).toEqual({
      contentStarted: true,
      finished: true,
      loadNs: null,
      failure: null,
      finishReason: 'tool_calls',
      usage: USAGE,
      contentPieces: 4,
      model: 'gpt-x',
    });
  });

  test('hands whole plain chunks on as the very bytes that came', () => {
    const { passThrough } = relay(stream(...CONTENT.slice(0, 2)));
    const again = openaiResponses.createPassThrough(replyContext());
    again.push(new TextEncoder().encode(stream(...CONTENT.slice(0, 2))));
    const bytes = new TextEncoder().encode(writeEvents([{ type: 'response.output_text.delta', delta: 'x' }]));
    expect(again.push(bytes)).toBe(bytes);
    expect(passThrough.progress.contentStarted).toBe(true);
  });

  test('content has not started with created, in_progress and an empty message', () => {
    const item = { type: 'message', content: [] };
    const opening = stream({ type: 'start' }) + writeEvents([{ type: 'response.output_item.added', item }]);
    expect(relay(opening).progress.contentStarted).toBe(false);
  });

  test('content has started with a tool call', () => {
    expect(relay(stream(CALL)).progress.contentStarted).toBe(true);
  });

  test.each([
    ['length', 'length'],
    ['content_filter', 'content_filter'],
    ['stop', 'stop'],
  ] as const)('an end by %s is told', (reason, told) => {
    const { progress } = relay(stream({ type: 'text', text: 'a' }, { type: 'finish', reason, usage: USAGE }));
    expect(progress).toMatchObject({ finished: true, finishReason: told });
  });

  test('a stream that stops before its end is a failure', () => {
    const { out, progress } = relay(stream(...CONTENT));
    expect(out).toBe(stream(...CONTENT));
    expect(progress.failure).toMatchObject({ code: 'upstream_truncated' });
  });

  test.each<[string, JsonObject, JsonObject]>([
    [
      'error',
      { type: 'error', code: 'rate_limit_exceeded', message: 'slow' },
      { code: 'rate_limited', message: 'slow' },
    ],
    ['error inside', { type: 'error', error: { message: 'boom' } }, { code: 'upstream_error', message: 'boom' }],
    ['error without a type', { error: { message: 'boom' } }, { code: 'upstream_error', message: 'boom' }],
    [
      'failed response',
      { type: 'response.failed', response: { status: 'failed', error: { code: 'server_error', message: 'x' } } },
      { code: 'upstream_error', message: 'x' },
    ],
    [
      'failed response without words',
      { type: 'response.failed', response: null },
      { code: 'upstream_error', message: 'The provider reported that the response failed.' },
    ],
  ])('an in-band %s is kept back and noted', (_name, event, failure) => {
    const before = stream(...CONTENT);
    const { out, progress } = relay(before + writeEvents([event]) + FULL_STREAM);
    expect(out).toBe(before);
    expect(progress.failure).toMatchObject(failure);
  });

  test('our error events go on with the numbers and the response that the client has seen', () => {
    const before = stream(...CONTENT);
    const { passThrough } = relay(before);
    const sent = readEvents(passThrough.failWith({ code: 'upstream_truncated', message: 'cut' }));
    for (const { data } of sent) expectSchema('openai', 'ResponseStreamEvent', data);
    const last = readEvents(before).length - 1;
    expect(sent.map(({ data }) => data)).toMatchObject([
      { type: 'error', code: 'upstream_truncated', sequence_number: last + 1 },
      { type: 'response.failed', sequence_number: last + 2, response: { id: 'resp_upstream', status: 'failed' } },
    ]);
  });

  test('the numbers go on after chunks that passed unread, too', () => {
    const passThrough = openaiResponses.createPassThrough(replyContext());
    const encode = new TextEncoder();
    passThrough.push(encode.encode(stream(...CONTENT)));
    passThrough.push(
      encode.encode(writeEvents([{ type: 'response.output_text.delta', sequence_number: 77, delta: 'x' }])),
    );
    const [error] = readEvents(passThrough.failWith({ code: 'cancelled', message: 'x' }));
    expect(error?.data.sequence_number).toBe(78);
  });

  test('before the first event our error is a whole response of our own', () => {
    const passThrough = openaiResponses.createPassThrough(replyContext());
    const sent = readEvents(passThrough.failWith({ code: 'overloaded', message: 'busy' }));
    for (const { data } of sent) expectSchema('openai', 'ResponseStreamEvent', data);
    expect(sent[0]?.data.sequence_number).toBe(0);
  });

  test.each([
    ['broken JSON', 'event: response.created\ndata: {"type":\n\n'],
    ['an HTML page', '<html>502</html>'],
  ])('%s is garbled and not sent on', (_name, text) => {
    const { out, progress } = relay(text);
    expect(out).toBe('');
    expect(progress.failure).toMatchObject({ code: 'upstream_garbled' });
  });

  test('comments and an end marker of the older protocol pass', () => {
    const text = `: hello\n\n${FULL_STREAM}data: [DONE]\n\n`;
    expect(relay(text)).toMatchObject({ out: text, progress: { failure: null } });
  });

  test('a last event without its blank line gets it', () => {
    expect(relay(FULL_STREAM.trimEnd()).out).toBe(FULL_STREAM);
  });
});

describe('inspecting a whole Response', () => {
  const reply = replyContext({ model: 'gpt-x' });

  test('reads usage and end and leaves a good body alone', () => {
    const parts = [{ type: 'text' as const, text: 'hi' }];
    const body = openaiResponses.printResult({ parts, finishReason: 'stop', usage: USAGE }, reply);
    expect(openaiResponses.inspectResult(body)).toEqual({
      usage: USAGE,
      finishReason: 'stop',
      model: 'gpt-x',
      hasContent: true,
      repaired: null,
    });
  });

  test.each([
    [[{ type: 'message', content: [{ type: 'output_text', text: '' }] }], false],
    [[{ type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }] }], true],
    [[{ type: 'function_call' }], true],
    [['odd'], false],
  ])('the output %j has content: %s', (output, hasContent) => {
    expect(openaiResponses.inspectResult({ output }).hasContent).toBe(hasContent);
  });

  test('null output becomes an empty array, missing usage stays unknown', () => {
    expect(openaiResponses.inspectResult({ output: null, status: 'in_progress' })).toEqual({
      usage: UNKNOWN_USAGE,
      finishReason: null,
      hasContent: false,
      repaired: { output: [], status: 'in_progress' },
    });
  });
});
