import { describe, expect, it } from 'vitest';
import { UNKNOWN_USAGE, type ChatEvent } from '../../../../src-main/engine/protocols/chat-event.ts';
import { InvalidRequest } from '../../../../src-main/engine/protocols/failure.ts';
import type { JsonObject, JsonValue } from '../../../../src-main/engine/protocols/json.ts';
import { openaiChat } from '../../../../src-main/engine/protocols/openai/openai-chat.ts';
import { openaiCompletions } from '../../../../src-main/engine/protocols/openai/openai-completions.ts';
import { expectSchema } from '../../../support/wire-schemas.ts';
import { bodies, DONE, passThrough, reply, sse } from './streams.ts';

const usage = { ...UNKNOWN_USAGE, inputTokens: 2, outputTokens: 3 };
const token = { token: 'ab', logprob: -0.5, bytes: null, top_logprobs: [{ token: 'cd', logprob: -2, bytes: null }] };

describe('requests', () => {
  it('are one user message in completion mode', () => {
    const body = {
      model: 'm',
      prompt: 'Once',
      suffix: 'end',
      max_tokens: 5,
      logprobs: 2,
      echo: true,
      best_of: 2,
      n: 1,
    };
    expect(openaiCompletions.parseRequest(body)).toEqual({
      model: 'm',
      mode: 'completion',
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'Once' }] }],
      stream: false,
      maxOutputTokens: 5,
      suffix: 'end',
      logprobs: { top: 2 },
      extra: { protocol: 'openai', fields: { echo: true, best_of: 2 } },
    });
  });

  it('may hold their prompt in an array of one', () => {
    const parse = (prompt: JsonValue): unknown => openaiCompletions.parseRequest({ model: 'm', prompt }).messages;
    expect(parse(['Once'])).toEqual(parse('Once'));
    expect(parse('')).toEqual([{ role: 'user', parts: [] }]);
  });

  it.each([[[1, 2, 3]], [[[1, 2]]], [['a', 'b']]])(
    'with the prompt %j are for OpenAI-style servers alone',
    (prompt) => {
      const request = openaiCompletions.parseRequest({ model: 'm', prompt });
      expect(request.messages[0]?.parts).toEqual([
        { type: 'opaque', protocol: 'openai', kind: 'prompt_array', value: { prompt } },
      ]);
      expect(openaiChat.unsupported(request)).toEqual(['content of type "prompt_array"']);
    },
  );

  it.each<JsonValue>([null, 5, [], [1, 'a'], [true]])('with the prompt %j are refused', (prompt) => {
    expect(() => openaiCompletions.parseRequest({ model: 'm', prompt })).toThrow(InvalidRequest);
  });
});

describe('answers', () => {
  it('are text completions', () => {
    const result = {
      parts: [
        { type: 'thinking' as const, text: 'hm' },
        { type: 'text' as const, text: 'ab' },
      ],
      finishReason: 'tool_calls' as const,
      usage,
      logprobs: [token, token],
    };
    const printed = openaiCompletions.printResult(result, reply);
    expectSchema('openai', 'CreateCompletionResponse', printed);
    expect(printed).toMatchObject({ id: 'cmpl-abc', object: 'text_completion', usage: { total_tokens: 5 } });
    expect(printed.choices).toEqual([
      {
        text: 'ab',
        index: 0,
        logprobs: {
          tokens: ['ab', 'ab'],
          token_logprobs: [-0.5, -0.5],
          top_logprobs: [{ cd: -2 }, { cd: -2 }],
          text_offset: [0, 2],
        },
        finish_reason: 'stop',
      },
    ]);
    expect(
      openaiCompletions.printResult({ parts: [], finishReason: 'stop', usage: UNKNOWN_USAGE }, reply),
    ).not.toHaveProperty('usage');
  });

  it('are inspected and mended', () => {
    const body: JsonObject = {
      model: 'up',
      choices: [{ text: 'a', finish_reason: 'load' }],
      usage: { prompt_tokens: 2, completion_tokens: 3 },
    };
    const seen = openaiCompletions.inspectResult(body);
    expect(seen).toMatchObject({ usage, finishReason: 'load', model: 'up', hasContent: true });
    expect(seen.repaired?.choices).toEqual([{ text: 'a', finish_reason: 'stop' }]);
    expect(openaiCompletions.inspectResult({ choices: [{ text: '', finish_reason: 'stop' }] })).toMatchObject({
      hasContent: false,
      repaired: null,
    });
  });
});

describe('streams', () => {
  function encode(events: ChatEvent[], includeUsage = true): (JsonObject | '[DONE]')[] {
    const encoder = openaiCompletions.createEncoder({ ...reply, includeUsage });
    return bodies(events.map((event) => encoder.encode(event)).join(''));
  }

  it('go text, finish, usage, [DONE]', () => {
    const sent = encode([
      { type: 'start' },
      { type: 'thinking', text: 'hm' },
      { type: 'text', text: 'a"b' },
      { type: 'logprobs', content: [token] },
      { type: 'logprobs', content: [token] },
      { type: 'finish', reason: 'length', usage },
    ]);
    expect(sent.map((body) => (body === '[DONE]' ? body : body.choices))).toMatchObject([
      [{ text: 'a"b', logprobs: null, finish_reason: null }],
      [{ text: '', logprobs: { tokens: ['ab'], text_offset: [0] }, finish_reason: null }],
      [{ text: '', logprobs: { text_offset: [2] }, finish_reason: null }],
      [{ text: '', logprobs: null, finish_reason: 'length' }],
      [],
      '[DONE]',
    ]);
    // The schema is that of whole answers and has no word for "not finished yet".
    for (const body of sent.slice(3, 5)) expectSchema('openai', 'CreateCompletionResponse', body);
  });

  it('have no usage unless it was asked for, and end with an error alone', () => {
    expect(encode([{ type: 'finish', reason: 'stop', usage }], false)).toHaveLength(2);
    const failure = { code: 'upstream_error', message: 'm' } as const;
    expect(encode([{ type: 'error', failure }])).toMatchObject([{ error: { message: 'm' } }]);
  });

  it('pass through, watched and mended', () => {
    const text = (piece: string, finish: string | null = null): string =>
      sse({
        id: 'c',
        object: 'text_completion',
        created: 1,
        model: 'up',
        choices: [{ text: piece, index: 0, logprobs: null, finish_reason: finish }],
      });
    const through = openaiCompletions.createPassThrough({ ...reply, includeUsage: false });
    const upstream =
      text('') +
      text('a') +
      text('', 'load') +
      sse({ choices: [], usage: { prompt_tokens: 2, completion_tokens: 3 } }) +
      DONE;
    expect(passThrough(through, upstream, [20])).toBe(text('') + text('a') + text('', 'stop') + DONE);
    expect(through.progress).toMatchObject({ contentStarted: true, contentPieces: 1, finished: true, usage });
    const open = openaiCompletions.createPassThrough(reply);
    expect(passThrough(open, text('a') + DONE)).toBe(text('a') + text('', 'stop') + DONE);
  });
});
