import { describe, expect, it } from 'vitest';
import {
  UNKNOWN_USAGE,
  type ChatEvent,
  type ChatResult,
  type FinishReason,
} from '../../../../src-main/engine/protocols/chat-event.ts';
import { ollamaChat } from '../../../../src-main/engine/protocols/ollama/ollama-chat.ts';
import { ollamaGenerate } from '../../../../src-main/engine/protocols/ollama/ollama-generate.ts';
import { expectStream, expectWholeAnswer } from './expect-ollama-schema.ts';
import { CHAT, chatRequest, cutAt, decodeAll, encodeAll, GENERATE, ndjson, replyTo } from './ollama-streams.ts';

const reply = replyTo(chatRequest());
const usage = { ...UNKNOWN_USAGE, inputTokens: 5, outputTokens: 2 };
const finish: ChatEvent = { type: 'finish', reason: 'stop', usage };
const chat = (...events: ChatEvent[]) => encodeAll(ollamaChat.createEncoder(reply), events);

/** Two calls whose arguments arrive in turns, as other protocols stream them. */
const twoCalls: ChatEvent[] = [
  { type: 'tool_call', index: 0, id: 'a', name: 'weather' },
  { type: 'tool_call', index: 1, id: 'b', name: 'clock' },
  { type: 'tool_arguments', index: 0, text: '{"city":' },
  { type: 'tool_arguments', index: 1, text: '' },
  { type: 'tool_arguments', index: 0, text: '"Rome"}' },
];

describe('a streamed answer of /api/chat', () => {
  it('is valid line by line, thinking apart, and says nothing but what was said', () => {
    const lines = chat(
      { type: 'start' },
      { type: 'thinking', text: 'hm' },
      { type: 'thinking_signature', signature: 's' },
      { type: 'redacted_thinking', data: 'r' },
      { type: 'text', text: 'a "quoted"\n你🌍' },
      ...twoCalls,
      { ...finish, reason: 'tool_calls' },
    );
    expectStream('ChatResponse', lines);
    const shown = lines.map((line) => line.message);
    expect(shown).toEqual([
      { role: 'assistant', content: '', thinking: 'hm' },
      { role: 'assistant', content: 'a "quoted"\n你🌍' },
      {
        role: 'assistant',
        content: '',
        tool_calls: [
          { id: 'a', function: { index: 0, name: 'weather', arguments: { city: 'Rome' } } },
          { id: 'b', function: { index: 1, name: 'clock', arguments: {} } },
        ],
      },
      { role: 'assistant', content: '' },
    ]);
    expect(lines.map((line) => line.done)).toEqual([false, false, false, true]);
    expect(lines.every((line) => line.model === 'qwen3:8b' && line.created_at === '2026-10-02T00:00:00.000Z')).toBe(
      true,
    );
  });

  it.each<[FinishReason, string]>([
    ['stop', 'stop'],
    ['stop_sequence', 'stop'],
    ['tool_calls', 'stop'],
    ['content_filter', 'stop'],
    ['pause', 'stop'],
    ['length', 'length'],
    ['context_length', 'length'],
    ['load', 'load'],
    ['unload', 'unload'],
  ])('that finished with %s says done_reason %s', (reason, done_reason) => {
    expect(chat({ ...finish, reason })[0]).toMatchObject({ done: true, done_reason });
  });

  it('tells timings when there are some, else 0, and cached tokens as a subset', () => {
    const timings = { totalNs: 9, evalNs: 4 };
    const [end] = chat({ ...finish, timings, usage: { ...usage, cachedInputTokens: 3 } });
    expect(end).toMatchObject({
      ...{ total_duration: 9, load_duration: 0, prompt_eval_duration: 0, eval_duration: 4 },
      ...{ prompt_eval_count: 5, prompt_eval_cached_count: 3, eval_count: 2 },
    });
  });

  it('leaves out counts that nobody told', () => {
    const [end] = chat({ ...finish, usage: UNKNOWN_USAGE });
    expect(Object.keys(end ?? {}).filter((key) => key.endsWith('_count'))).toEqual([]);
  });

  it('ends with a string as error', () => {
    expect(chat({ type: 'error', failure: { code: 'overloaded', message: 'Too busy.' } })).toEqual([
      { error: 'Too busy.' },
    ]);
  });

  it('ends with an error rather than with made-up arguments', () => {
    const broken: ChatEvent = { type: 'tool_arguments', index: 0, text: '{"city"' };
    const lines = chat({ type: 'tool_call', index: 0, id: 'a', name: 'weather' }, broken, finish);
    expect(lines).toEqual([{ error: 'The model\'s arguments for the tool "weather" are not a JSON object.' }]);
  });

  it('leaves out the call that was cut off for length', () => {
    const [, ...rest] = twoCalls;
    const lines = chat({ type: 'tool_call', index: 0, id: 'a', name: 'weather' }, ...rest.slice(0, 2), {
      ...finish,
      reason: 'length',
    });
    expect(lines).toMatchObject([{ message: { tool_calls: [{ id: 'b' }] } }, { done_reason: 'length' }]);
  });

  it('passes log probabilities on without the nulls of other protocols', () => {
    const content = [
      { token: 'a', logprob: -1, bytes: null, top_logprobs: [{ token: 'b', logprob: -2, bytes: [98] }] },
    ];
    const lines = chat({ type: 'logprobs', content }, finish);
    expectStream('ChatResponse', lines);
    expect(lines[0]?.logprobs).toEqual([
      { token: 'a', logprob: -1, top_logprobs: [{ token: 'b', logprob: -2, bytes: [98] }] },
    ]);
  });

  it('says the same again after Ollama said it', () => {
    const events = decodeAll(ollamaChat.createDecoder(chatRequest()), cutAt(ndjson(CHAT), []));
    const lines = chat(...events);
    expectStream('ChatResponse', lines);
    expect(decodeAll(ollamaChat.createDecoder(chatRequest()), cutAt(ndjson(lines), []))).toEqual(events);
  });
});

describe('an answer of /api/generate', () => {
  it('is streamed as response and thinking', () => {
    const events = decodeAll(ollamaGenerate.createDecoder(chatRequest()), cutAt(ndjson(GENERATE), []));
    const lines = encodeAll(ollamaGenerate.createEncoder(reply), events);
    expectStream('GenerateResponse', lines);
    expect(lines.map((line) => [line.response, line.thinking])).toEqual([
      ['', 'hm'],
      ['hé ', undefined],
      ['你好🌍', undefined],
      ['', undefined],
    ]);
  });

  it('has a context only when an upstream gave one', () => {
    const result: ChatResult = { parts: [{ type: 'text', text: 'Hi' }], finishReason: 'stop', usage };
    const without = ollamaGenerate.printResult(result, reply);
    const withContext = ollamaGenerate.printResult({ ...result, extra: { context: [1] } }, reply);
    expect(without).not.toHaveProperty('context');
    expect(withContext).toMatchObject({ response: 'Hi', context: [1], done: true });
    expectWholeAnswer('GenerateResponse', without);
    expectWholeAnswer('GenerateResponse', withContext);
  });
});

describe('an answer that is not streamed', () => {
  it('holds texts, thinking and calls with distinct indices', () => {
    const result: ChatResult = {
      parts: [
        { type: 'thinking', text: 'hm' },
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
        { type: 'tool_call', id: 'x', name: 'f', arguments: { a: 1 } },
        { type: 'tool_call', id: 'y', name: 'f', arguments: {} },
      ],
      finishReason: 'tool_calls',
      usage,
      logprobs: [{ token: 'a', logprob: -1, bytes: null, top_logprobs: [] }],
    };
    const printed = ollamaChat.printResult(result, reply);
    expectWholeAnswer('ChatResponse', printed);
    expect(printed).toMatchObject({
      message: {
        content: 'ab',
        thinking: 'hm',
        tool_calls: [
          { id: 'x', function: { index: 0 } },
          { id: 'y', function: { index: 1 } },
        ],
      },
      done_reason: 'stop',
      logprobs: [{ token: 'a', logprob: -1 }],
    });
    expect(ollamaChat.parseResult(printed, chatRequest()).parts).toHaveLength(4);
  });

  it('always has content', () => {
    const printed = ollamaChat.printResult({ parts: [], finishReason: 'stop', usage }, reply);
    expect(printed.message).toEqual({ role: 'assistant', content: '' });
  });
});
