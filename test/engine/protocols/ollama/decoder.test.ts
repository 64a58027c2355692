import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GarbledReply } from '../../../../src-main/engine/protocols/failure.ts';
import type { JsonObject } from '../../../../src-main/engine/protocols/json.ts';
import { ollamaChat } from '../../../../src-main/engine/protocols/ollama/ollama-chat.ts';
import { ollamaGenerate } from '../../../../src-main/engine/protocols/ollama/ollama-generate.ts';
import { call, CHAT, chatChunk, chatRequest, cutAt, decodeAll, END, GENERATE, ndjson } from './ollama-streams.ts';

const decode = (text: string, fields = {}, cuts: number[] = []) =>
  decodeAll(ollamaChat.createDecoder(chatRequest(fields)), cutAt(text, cuts));
const decodeLines = (lines: JsonObject[], fields = {}) => decode(ndjson(lines), fields);

describe('a stream of /api/chat', () => {
  const events = decodeLines(CHAT);

  it('begins with the model and tells thinking apart from text', () => {
    expect(events.slice(0, 5)).toEqual([
      { type: 'start', model: 'qwen3:8b' },
      { type: 'thinking', text: 'Let me ' },
      { type: 'thinking', text: 'look…' },
      { type: 'text', text: 'hé ' },
      { type: 'text', text: '你好🌍 "done":true' },
    ]);
  });

  it('counts calls by position, although Ollama numbers both 0', () => {
    const calls = events.filter((event) => event.type === 'tool_call');
    expect(calls.map(({ index, name }) => [index, name])).toEqual([
      [0, 'weather'],
      [1, 'weather'],
    ]);
    const given = events.filter((event) => event.type === 'tool_arguments');
    expect(given.map(({ index, text }) => [index, text])).toEqual([
      [0, '{"city":"Zürich","days":2}'],
      [1, '{"city":"Rome"}'],
    ]);
  });

  it('ends with tool_calls although Ollama says stop in a later chunk, with counts and timings', () => {
    expect(events.at(-1)).toEqual({
      type: 'finish',
      reason: 'tool_calls',
      usage: {
        inputTokens: 40,
        cachedInputTokens: 30,
        cacheWriteTokens: null,
        cacheWrite1hTokens: null,
        outputTokens: 12,
        reasoningTokens: null,
      },
      timings: { totalNs: 9_000, loadNs: 1_000, promptEvalNs: 3_000, evalNs: 4_000 },
    });
  });

  it('gives the same events wherever its bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 12 }), (cuts) => {
        expect(decode(ndjson(CHAT), {}, cuts)).toEqual(events);
      }),
    );
  });

  it('gives the same events when it is cut at any one byte', () => {
    const text = ndjson(CHAT);
    for (let cut = 1; cut < new TextEncoder().encode(text).length; cut += 1) {
      expect(decode(text, {}, [cut])).toEqual(events);
    }
  });

  it('is whole without the last line feed', () => {
    expect(decode(ndjson(CHAT).trimEnd())).toEqual(events);
  });
});

describe('ids of tool calls', () => {
  const idsOf = (...lines: JsonObject[]) =>
    decodeLines([...lines, chatChunk({}, END)]).flatMap((event) => (event.type === 'tool_call' ? [event.id] : []));

  it('are the given ones, except that no two calls share one', () => {
    const [first, second] = idsOf(chatChunk({ tool_calls: [call('f', {}, { id: 'a' }), call('f', {}, { id: 'a' })] }));
    expect(first).toBe('a');
    expect(second).toMatch(/^call_1_[a-z0-9]+$/);
  });

  it('are minted the same for the same chunk, and differ within an answer and between turns', () => {
    const chunk = chatChunk({ tool_calls: [call('f', {}), call('f', {})] });
    const later = { ...chunk, created_at: '2026-10-02T10:00:01.5Z' };
    expect(idsOf(chunk)).toEqual(idsOf(chunk));
    expect(new Set([...idsOf(chunk), ...idsOf(later)]).size).toBe(4);
  });

  it('belong to one call only when the client wants no parallel ones', () => {
    const events = decodeLines(CHAT, { parallelToolCalls: false });
    expect(events.filter((event) => event.type === 'tool_call')).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ reason: 'tool_calls' });
  });

  it('are not given to calls without a name; arguments that are no object count as none', () => {
    const lines = [chatChunk({ tool_calls: [{}, { function: { name: 'f', arguments: 'x' } }] }), chatChunk({}, END)];
    expect(decodeLines(lines).slice(1, 3)).toMatchObject([{ name: 'f', index: 0 }, { text: '{}' }]);
  });
});

describe('the end of an answer', () => {
  const finish = (...lines: JsonObject[]) => decodeLines(lines).at(-1);

  it.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['load', 'load'],
    ['unload', 'unload'],
    ['something new', 'stop'],
  ])('with done_reason %s is %s', (done_reason, reason) => {
    expect(finish(chatChunk({ content: 'a' }, { ...END, done_reason }))).toMatchObject({ type: 'finish', reason });
  });

  it('for length stays length after tool calls', () => {
    const last = chatChunk({ tool_calls: [call('f', {})] }, { ...END, done_reason: 'length' });
    expect(finish(last)).toMatchObject({ reason: 'length' });
  });

  it('does not take a count that is absent for zero', () => {
    const usage = { inputTokens: null, cachedInputTokens: null, outputTokens: null };
    expect(finish(chatChunk({ content: 'a' }), chatChunk({}, { done: true }))).toMatchObject({ usage });
  });

  it('counts nothing where nothing was generated', () => {
    expect(finish(chatChunk({}, { done: true }))).toMatchObject({ usage: { inputTokens: null, outputTokens: 0 } });
    const load = chatChunk({}, { done: true, done_reason: 'load' });
    expect(finish(load)).toMatchObject({ usage: { inputTokens: 0, outputTokens: 0 } });
  });

  it('has no timings when none are told', () => {
    expect(finish(chatChunk({}, { done: true }))).not.toHaveProperty('timings');
  });

  it('is the last event', () => {
    expect(decodeLines([chatChunk({}, END), chatChunk({ content: 'more' }), { error: 'late' }])).toHaveLength(2);
  });
});

describe('log probabilities', () => {
  it('have bytes and alternatives in our form, null and empty where Ollama leaves them out', () => {
    const logprobs = [
      { token: 'a', logprob: -0.1, bytes: [97], top_logprobs: [{ token: 'b', logprob: -2 }] },
      { token: 'c', logprob: -0.2 },
    ];
    expect(decodeLines([chatChunk({ content: 'ac' }, { logprobs })])[2]).toEqual({
      type: 'logprobs',
      content: [
        { token: 'a', logprob: -0.1, bytes: [97], top_logprobs: [{ token: 'b', logprob: -2, bytes: null }] },
        { token: 'c', logprob: -0.2, bytes: null, top_logprobs: [] },
      ],
    });
  });
});

describe('a stream that goes wrong', () => {
  it.each([
    ['server busy, please try again.  maximum pending requests exceeded', 'overloaded'],
    ["model 'x' not found", 'unknown_model'],
    ['"m" does not support thinking', 'unsupported_feature'],
    ['the input length exceeds the context length', 'context_too_long'],
    ['an error was encountered while running the model', 'upstream_error'],
  ])('ends with the error in the line {"error": "%s"}', (error, code) => {
    const events = decodeLines([chatChunk({ content: 'a' }), { error }, chatChunk({}, END)]);
    expect(events.slice(2)).toEqual([{ type: 'error', failure: { code, message: error, upstreamBody: { error } } }]);
  });

  it('ends with an error when it stops before its end', () => {
    const whole = ndjson(CHAT);
    for (const text of ['', ndjson(CHAT.slice(0, 3)), whole.slice(0, -9)]) {
      const errors = decode(text).filter((event) => event.type === 'error' || event.type === 'finish');
      expect(errors).toMatchObject([{ failure: { code: 'upstream_truncated' } }]);
    }
  });

  it.each(['<html>', '[1]', '{"model":'])('ends with an error at a line that is no JSON object: %s', (line) => {
    const events = decode(`${ndjson(CHAT.slice(0, 3))}${line}\n${ndjson(CHAT.slice(3))}`);
    expect(events.at(-1)).toMatchObject({ type: 'error', failure: { code: 'upstream_garbled' } });
    expect(events.filter((event) => event.type === 'error')).toHaveLength(1);
  });
});

describe('answers of /api/generate', () => {
  it('are streamed as response and thinking', () => {
    const events = decodeAll(ollamaGenerate.createDecoder(chatRequest()), cutAt(ndjson(GENERATE), [7, 200]));
    expect(events.slice(1, 4)).toEqual([
      { type: 'thinking', text: 'hm' },
      { type: 'text', text: 'hé ' },
      { type: 'text', text: '你好🌍' },
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
  });

  it('keep their context when they are whole', () => {
    const body = { ...GENERATE[3], response: 'Hi', thinking: 'hm' };
    expect(ollamaGenerate.parseResult(body, chatRequest())).toMatchObject({
      model: 'qwen3:8b',
      parts: [
        { type: 'thinking', text: 'hm' },
        { type: 'text', text: 'Hi' },
      ],
      finishReason: 'stop',
      extra: { context: [1, 2, 3] },
    });
  });
});

describe('an answer that is not streamed', () => {
  it('is read like the only chunk of a stream', () => {
    const logprobs = [{ token: 'Hi', logprob: -0.1 }];
    const body = chatChunk({ content: 'Hi', tool_calls: [call('f', { a: 1 }, { id: 'x' })] }, { ...END, logprobs });
    const result = ollamaChat.parseResult(body, chatRequest());
    expect(result.parts).toEqual([
      { type: 'text', text: 'Hi' },
      { type: 'tool_call', id: 'x', name: 'f', arguments: { a: 1 } },
    ]);
    expect(result).toMatchObject({ finishReason: 'tool_calls', usage: { inputTokens: 40, cachedInputTokens: 30 } });
    expect(result.logprobs).toHaveLength(1);
  });

  it.each([{}, { error: 'boom' }, { message: 'Hi', done: true }, chatChunk({ content: 'Hi' })])(
    'is refused when it is no whole answer: %j',
    (body) => {
      expect(() => ollamaChat.parseResult(body, chatRequest())).toThrow(GarbledReply);
    },
  );
});
