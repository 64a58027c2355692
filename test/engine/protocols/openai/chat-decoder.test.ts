import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UNKNOWN_USAGE, type ChatEvent } from '../../../../src-main/engine/protocols/chat-event.ts';
import { chunk, decode, DONE, sse, streams, toolDelta, usageChunk } from './streams.ts';

const start: ChatEvent = { type: 'start', id: 'chatcmpl-1', model: 'up' };
const USAGE = { ...UNKNOWN_USAGE, inputTokens: 12, outputTokens: 7 };

function finish(reason: Extract<ChatEvent, { type: 'finish' }>['reason'] = 'stop', usage = UNKNOWN_USAGE): ChatEvent {
  return { type: 'finish', reason, usage };
}

/** Neighbouring pieces of the same text put together: where they were cut does not matter. */
function joined(events: ChatEvent[]): ChatEvent[] {
  const out: ChatEvent[] = [];
  for (const event of events) {
    const last = out.at(-1);
    if (last?.type === 'text' && event.type === 'text') out[out.length - 1] = { ...last, text: last.text + event.text };
    else out.push(event);
  }
  return out;
}

function calls(...deltas: Parameters<typeof toolDelta>[0][]): { name: string; id: string; text: string }[] {
  const events = decode(deltas.map((delta) => chunk(toolDelta(delta))).join('') + chunk({}, 'tool_calls') + DONE);
  const found: { name: string; id: string; text: string }[] = [];
  for (const event of events) {
    if (event.type === 'tool_call') found[event.index] = { name: event.name, id: event.id, text: '' };
    const call = event.type === 'tool_arguments' ? found[event.index] : undefined;
    if (event.type === 'tool_arguments' && call !== undefined) call.text += event.text;
  }
  return found;
}

describe('any stream', () => {
  it.each(Object.entries(streams))('gives the same events wherever it is cut: %s', (_name, stream) => {
    const whole = joined(decode(stream));
    const length = new TextEncoder().encode(stream).length;
    for (let place = 0; place <= length; place += 1) expect(joined(decode(stream, [place]))).toEqual(whole);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 12 }), (places) => {
        expect(joined(decode(stream, places))).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });

  it.each(Object.entries(streams))('ends with exactly one finish or error: %s', (_name, stream) => {
    const events = decode(stream);
    const ends = events.filter((event) => event.type === 'finish' || event.type === 'error');
    expect(ends).toEqual([events.at(-1)]);
  });
});

describe('content', () => {
  it('keeps characters that were cut in two', () => {
    expect(joined(decode(streams['plain text with usage'] ?? '', [150, 151, 152]))).toEqual([
      start,
      { type: 'text', text: 'hé 你好🌍' },
      finish('stop', USAGE),
    ]);
  });

  it.each(['reasoning', 'reasoning_content'])('takes %s for thinking', (name) => {
    expect(decode(chunk({ [name]: 'hm' }, 'stop') + DONE)).toEqual([start, { type: 'thinking', text: 'hm' }, finish()]);
  });

  it('takes thinking once when it comes under both names', () => {
    const events = decode(chunk({ reasoning: 'hm', reasoning_content: 'hm' }, 'stop') + DONE);
    expect(events.filter((event) => event.type === 'thinking')).toEqual([{ type: 'thinking', text: 'hm' }]);
  });

  it('reads thinking and text in parts', () => {
    const content = [
      { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
      { type: 'text', text: 'a' },
    ];
    expect(decode(chunk({ content }, 'stop') + DONE)).toEqual([
      start,
      { type: 'thinking', text: 'hm' },
      { type: 'text', text: 'a' },
      finish(),
    ]);
  });

  it('passes log probabilities on', () => {
    const content = [{ token: 'a', logprob: -1, bytes: null, top_logprobs: [] }];
    const stream = sse({
      choices: [{ index: 0, delta: { content: 'a' }, logprobs: { content }, finish_reason: 'stop' }],
    });
    expect(decode(stream + DONE)).toContainEqual({ type: 'logprobs', content });
  });

  it('leaves out other choices than the first', () => {
    const second = sse({ choices: [{ index: 1, delta: { content: 'no' }, finish_reason: 'length' }] });
    expect(decode(chunk({ content: 'a' }) + second + chunk({}, 'stop') + DONE)).toEqual([
      start,
      { type: 'text', text: 'a' },
      finish(),
    ]);
  });
});

describe('usage', () => {
  it('is read from a chunk without choices, with choices null or [] and with choices', () => {
    const usage = { prompt_tokens: 12, completion_tokens: 7 };
    for (const last of [{ usage }, { choices: null, usage }, { choices: [], usage }]) {
      expect(decode(chunk({ content: 'a' }, 'stop') + sse(last) + DONE).at(-1)).toEqual(finish('stop', USAGE));
    }
    expect(decode(chunk({ content: 'a' }, 'stop', { usage }) + DONE).at(-1)).toEqual(finish('stop', USAGE));
  });

  it('counts cached, written and reasoning tokens under every name', () => {
    const details = { prompt_tokens_details: { cached_tokens: 5 }, completion_tokens_details: { reasoning_tokens: 3 } };
    const expected = { ...USAGE, cachedInputTokens: 5, reasoningTokens: 3 };
    expect(decode(chunk({}, 'stop') + usageChunk(details)).at(-1)).toEqual(finish('stop', expected));
    const deepseek = usageChunk({ prompt_cache_hit_tokens: 5, prompt_cache_miss_tokens: 7 });
    expect(decode(chunk({}, 'stop') + deepseek).at(-1)).toEqual(finish('stop', { ...USAGE, cachedInputTokens: 5 }));
    const proxy = usageChunk({ cache_read_input_tokens: 5, cache_creation_input_tokens: 2 });
    expect(decode(chunk({}, 'stop') + proxy).at(-1)).toEqual(
      finish('stop', { ...USAGE, cachedInputTokens: 5, cacheWriteTokens: 2 }),
    );
  });

  it('that is not told is unknown, not 0', () => {
    expect(decode(chunk({}, 'stop', { usage: { completion_tokens: 7 } })).at(-1)).toEqual(
      finish('stop', { ...UNKNOWN_USAGE, outputTokens: 7 }),
    );
  });
});

describe('the end', () => {
  it.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['content_filter', 'content_filter'],
    ['load', 'load'],
    ['eos', 'stop'],
    ['function_call', 'tool_calls'],
  ] as const)('%s is read as %s', (word, reason) => {
    expect(decode(chunk({ content: 'a' }, word) + DONE).at(-1)).toEqual(finish(reason));
  });

  it('stop after tool calls is tool_calls, whichever chunk it comes in', () => {
    const call = toolDelta({ index: 0, id: 'c', function: { name: 'f', arguments: '{}' } });
    expect(decode(chunk(call) + chunk({}, 'stop') + DONE).at(-1)).toEqual(finish('tool_calls'));
    expect(decode(chunk({}, 'stop') + chunk(call) + DONE).at(-1)).toEqual(finish('tool_calls'));
    expect(decode(chunk(call) + DONE).at(-1)).toEqual(finish('tool_calls'));
  });

  it('length after tool calls stays', () => {
    const call = toolDelta({ index: 0, id: 'c', function: { name: 'f', arguments: '{' } });
    expect(decode(chunk(call) + chunk({}, 'length') + DONE).at(-1)).toEqual(finish('length'));
  });

  it('needs no [DONE] when a finish reason was seen', () => {
    expect(decode(chunk({ content: 'a' }, 'stop')).at(-1)).toEqual(finish());
  });

  it('is a stop when there is [DONE] and no finish reason', () => {
    expect(decode(chunk({ content: 'a' }) + DONE).at(-1)).toEqual(finish());
  });

  it('is a truncation when there is neither', () => {
    for (const stream of ['', chunk({ content: 'a' }), ': ping\n\n']) {
      expect(decode(stream).at(-1)).toMatchObject({ type: 'error', failure: { code: 'upstream_truncated' } });
    }
  });

  it('is not told twice, and nothing comes behind it', () => {
    expect(decode(chunk({ content: 'a' }, 'stop') + DONE + DONE + chunk({ content: 'late' }))).toEqual([
      start,
      { type: 'text', text: 'a' },
      finish(),
    ]);
  });
});

describe('errors in the stream', () => {
  it.each([
    ['as data', sse({ error: { message: 'boom' } })],
    ['as text', sse({ error: 'boom' })],
    ['in an event called error', 'event: error\ndata: {"message":"boom"}\n\n'],
    ['without data in front', '{"error":"boom"}\n'],
  ])('are told with their words: %s', (_name, error) => {
    const events = decode(chunk({ content: 'a' }) + error + chunk({ content: 'b' }) + DONE);
    expect(events.slice(2)).toEqual([
      { type: 'error', failure: expect.objectContaining({ code: 'upstream_error', message: 'boom' }) as unknown },
    ]);
  });

  it.each(['data: {oops\n\n', 'data: 42\n\n', 'data: <html>\n\n'])('are told for what is not JSON: %j', (garbage) => {
    expect(decode(garbage).at(-1)).toMatchObject({ type: 'error', failure: { code: 'upstream_garbled' } });
  });

  it('are not seen in error: null', () => {
    expect(decode(chunk({ content: 'a' }, 'stop', { error: null }) + DONE).at(-1)).toEqual(finish());
  });

  it('are not seen where an empty line between two chunks was forgotten', () => {
    const two = chunk({ content: 'a' }).trimEnd() + '\n' + chunk({ content: 'b' }, 'stop');
    expect(joined(decode(two + DONE))).toEqual([start, { type: 'text', text: 'ab' }, finish()]);
  });
});

describe('tool calls', () => {
  const paris = { name: 'w', arguments: '{"city":"Paris"}' };
  const rome = { name: 'w', arguments: '{"city":"Rome"}' };

  it.each([
    [
      'as the specification says',
      [
        { index: 0, id: 'a', function: paris },
        { index: 1, id: 'b', function: rome },
      ],
    ],
    [
      'with index 0 for both',
      [
        { index: 0, id: 'a', function: paris },
        { index: 0, id: 'b', function: rome },
      ],
    ],
    [
      'without an index',
      [
        { id: 'a', function: paris },
        { id: 'b', function: rome },
      ],
    ],
  ])('are two when they come %s', (_name, deltas) => {
    expect(calls(...deltas)).toEqual([
      { name: 'w', id: 'a', text: '{"city":"Paris"}' },
      { name: 'w', id: 'b', text: '{"city":"Rome"}' },
    ]);
  });

  it('are two when they have neither index nor id, and get ids of their own', () => {
    expect(calls({ function: paris }, { function: rome })).toEqual([
      { name: 'w', id: 'call_chatcmpl-1_0', text: '{"city":"Paris"}' },
      { name: 'w', id: 'call_chatcmpl-1_1', text: '{"city":"Rome"}' },
    ]);
  });

  it('are two when the name changes under the same index', () => {
    const found = calls({ index: 0, function: { name: 'f', arguments: '{}' } }, { index: 0, function: { name: 'g' } });
    expect(found.map((call) => call.name)).toEqual(['f', 'g']);
  });

  it('are one when every chunk has a new id or repeats the name', () => {
    const pieces = ['{"a"', ':1', '}'];
    const renewed = pieces.map((text, at) => ({ index: 0, id: `id${at}`, function: { name: 'f', arguments: text } }));
    expect(calls(...renewed)).toEqual([{ name: 'f', id: 'id0', text: '{"a":1}' }]);
    const nameless = pieces.map((text, at) => ({
      index: 0,
      id: `id${at}`,
      function: at === 0 ? { name: 'f', arguments: text } : { arguments: text },
    }));
    expect(calls(...nameless)).toEqual([{ name: 'f', id: 'id0', text: '{"a":1}' }]);
  });

  it('may mix their pieces when they have indices', () => {
    const found = calls(
      { index: 0, id: 'a', function: { name: 'f', arguments: '' } },
      { index: 1, id: 'b', function: { name: 'g', arguments: '' } },
      { index: 0, function: { arguments: '{"x"' } },
      { index: 1, function: { arguments: '{}' } },
      { index: 0, function: { arguments: ':1}' } },
    );
    expect(found.map((call) => call.text)).toEqual(['{"x":1}', '{}']);
  });

  it('may have an object for arguments', () => {
    expect(calls({ index: 0, id: 'a', function: { name: 'f', arguments: { x: 1 } } })).toEqual([
      { name: 'f', id: 'a', text: '{"x":1}' },
    ]);
  });

  it('wait for their name', () => {
    expect(
      calls({ index: 0, id: 'a', function: { arguments: '{' } }, { index: 0, function: { name: 'f', arguments: '}' } }),
    ).toEqual([{ name: 'f', id: 'a', text: '{}' }]);
  });

  it('may be of the old kind', () => {
    const stream =
      chunk({ function_call: { name: 'f', arguments: '{' } }) + chunk({ function_call: { arguments: '}' } });
    const events = decode(stream + chunk({}, 'function_call') + DONE);
    expect(events.slice(1)).toEqual([
      { type: 'tool_call', index: 0, id: 'call_chatcmpl-1_0', name: 'f' },
      { type: 'tool_arguments', index: 0, text: '{' },
      { type: 'tool_arguments', index: 0, text: '}' },
      finish('tool_calls'),
    ]);
  });
});
