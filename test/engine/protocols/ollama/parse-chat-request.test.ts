import { describe, expect, it } from 'vitest';
import { InvalidRequest } from '../../../../src-main/engine/protocols/failure.ts';
import type { JsonObject } from '../../../../src-main/engine/protocols/json.ts';
import { ollamaChat } from '../../../../src-main/engine/protocols/ollama/ollama-chat.ts';

const hello = [{ role: 'user', content: 'Hello' }];
const parse = (fields: JsonObject) => ollamaChat.parseRequest({ model: 'm', messages: hello, ...fields });

function complaint(fields: JsonObject): string | undefined {
  try {
    parse(fields);
  } catch (error) {
    if (error instanceof InvalidRequest) return error.failure.param;
  }
  return undefined;
}

describe('a body of /api/chat', () => {
  it('streams when it does not say', () => {
    expect(parse({}).stream).toBe(true);
    expect(parse({ stream: false }).stream).toBe(false);
  });

  it('sets nothing that the client did not say', () => {
    expect(parse({})).toEqual({
      model: 'm',
      mode: 'chat',
      stream: true,
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hello' }] }],
    });
  });

  it('reads the known options and keeps the others', () => {
    const options = {
      num_predict: 100,
      num_ctx: 8192,
      temperature: 0,
      top_k: 40,
      top_p: 0.9,
      min_p: 0.1,
      seed: 7,
      stop: 'END',
      repeat_penalty: 1.1,
      presence_penalty: 0.2,
      frequency_penalty: 0.3,
      mirostat: 2,
    };
    expect(parse({ options, truncate: false })).toMatchObject({
      maxOutputTokens: 100,
      contextTokens: 8192,
      temperature: 0,
      topK: 40,
      topP: 0.9,
      minP: 0.1,
      seed: 7,
      stop: ['END'],
      repeatPenalty: 1.1,
      presencePenalty: 0.2,
      frequencyPenalty: 0.3,
      extra: { protocol: 'ollama', fields: { truncate: false, options: { mirostat: 2 } } },
    });
  });

  it.each([-1, -2])('takes num_predict %i for no bound, and keeps it for Ollama', (bound) => {
    const request = parse({ options: { num_predict: bound } });
    expect(request.maxOutputTokens).toBeUndefined();
    expect(request.extra?.fields).toEqual({ options: { num_predict: bound } });
  });

  it.each([null, ''])('takes format %j for absent', (format) => {
    expect(parse({ format }).output).toBeUndefined();
  });

  it('reads format "json" and a schema', () => {
    expect(parse({ format: 'json' }).output).toEqual({ type: 'json' });
    expect(parse({ format: { type: 'object' } }).output).toEqual({ type: 'json_schema', schema: { type: 'object' } });
  });

  it('reads think as a switch and as a level', () => {
    expect(parse({ think: true }).reasoning).toEqual({ enabled: true });
    expect(parse({ think: false }).reasoning).toEqual({ enabled: false });
    expect(parse({ think: 'max' }).reasoning).toEqual({ effort: 'max' });
  });

  it('reads logprobs only when they are switched on', () => {
    expect(parse({ logprobs: true, top_logprobs: 3 }).logprobs).toEqual({ top: 3 });
    expect(parse({ logprobs: true }).logprobs).toEqual({ top: 0 });
    expect(parse({ top_logprobs: 3 }).logprobs).toBeUndefined();
  });

  it('takes the data: prefix off images and leaves web addresses to be fetched', () => {
    const images = ['AAAA', 'data:image/png;base64,BBBB', 'data:;base64,CCCC', 'https://a.example/b.png'];
    const { messages } = parse({ messages: [{ role: 'user', content: 'Look', images }] });
    expect(messages[0]?.parts.slice(1)).toEqual([
      { type: 'image', source: { kind: 'base64', data: 'AAAA' } },
      { type: 'image', source: { kind: 'base64', data: 'BBBB', mediaType: 'image/png' } },
      { type: 'image', source: { kind: 'base64', data: 'CCCC' } },
      { type: 'image', source: { kind: 'url', url: 'https://a.example/b.png' } },
    ]);
  });

  it('reads thinking, text and calls of the assistant in this order', () => {
    const tool_calls = [{ id: 'x', function: { name: 'f', arguments: { a: 1 } } }];
    const { messages } = parse({ messages: [{ role: 'Assistant', content: 'Hi', thinking: 'hm', tool_calls }] });
    expect(messages[0]).toEqual({
      role: 'assistant',
      parts: [
        { type: 'thinking', text: 'hm' },
        { type: 'text', text: 'Hi' },
        { type: 'tool_call', id: 'x', name: 'f', arguments: { a: 1 } },
      ],
    });
  });

  it('leaves an empty list of tools out', () => {
    expect(parse({ tools: [] }).tools).toBeUndefined();
    const tool = { type: 'function', function: { name: 'f', parameters: { type: 'object' } } };
    expect(parse({ tools: [tool] }).tools).toEqual([{ name: 'f', parameters: { type: 'object' } }]);
  });

  it.each([
    [{ model: 7 }, 'model'],
    [{ stream: 'yes' }, 'stream'],
    [{ options: { temperature: 'hot' } }, 'options.temperature'],
    [{ options: [] }, 'options'],
    [{ format: 'xml' }, 'format'],
    [{ think: 'very' }, 'think'],
    [{ keep_alive: true }, 'keep_alive'],
    [{ messages: 'Hello' }, 'messages'],
    [{ messages: [{ role: 'robot', content: '' }] }, 'messages[0].role'],
    [{ messages: [{ role: 'user', content: [{ type: 'text' }] }] }, 'messages[0].content'],
    [{ messages: [{ role: 'user', images: [1] }] }, 'messages[0].images[0]'],
    [
      { messages: [{ role: 'assistant', tool_calls: [{ function: { name: 'f', arguments: '{}' } }] }] },
      'messages[0].tool_calls[0].function.arguments',
    ],
    [{ tools: [{ type: 'function' }] }, 'tools[0].function'],
  ])('complains about %j at %s', (fields, param) => {
    expect(complaint(fields as JsonObject)).toBe(param);
  });
});

describe('ids of tool calls in /api/chat', () => {
  const calls = (...names: string[]) => ({
    role: 'assistant',
    content: '',
    tool_calls: names.map((name) => ({ function: { name, arguments: {} } })),
  });
  const callIds = (messages: JsonObject[]) =>
    parse({ messages }).messages.flatMap(({ parts }) =>
      parts.flatMap((part) =>
        part.type === 'tool_call' ? [part.id] : part.type === 'tool_result' ? [part.callId] : [],
      ),
    );

  it('are minted by position and found again by the name of the tool', () => {
    const results = [
      { role: 'tool', content: '2', tool_name: 'g' },
      { role: 'tool', content: '1', tool_name: 'f' },
    ];
    expect(callIds([calls('f', 'g'), ...results])).toEqual(['call_0', 'call_1', 'call_1', 'call_0']);
  });

  it('are found again by order when results name nothing', () => {
    const results = [
      { role: 'tool', content: '1' },
      { role: 'tool', content: '2' },
    ];
    expect(callIds([calls('f', 'f'), ...results])).toEqual(['call_0', 'call_1', 'call_0', 'call_1']);
  });

  it('are told apart when the same tool is called in two turns', () => {
    const result = { role: 'tool', content: '1', tool_name: 'f' };
    expect(callIds([calls('f'), result, calls('f'), result])).toEqual(['call_0', 'call_0', 'call_1', 'call_1']);
  });

  it('are the given ones where there are some, and never minted twice', () => {
    const given = { role: 'assistant', tool_calls: [{ id: 'call_0', function: { name: 'g', arguments: {} } }] };
    const result = { role: 'tool', content: '1', tool_call_id: 'call_0' };
    expect(callIds([calls('f'), given, result])).toEqual(['call_1', 'call_0', 'call_0']);
  });

  it('are minted for a result that answers no call', () => {
    expect(callIds([{ role: 'tool', content: '1', tool_name: 'f' }])).toEqual(['call_0']);
  });

  it('give the result the name of its tool', () => {
    const { messages } = parse({ messages: [calls('f'), { role: 'tool', content: '1' }] });
    expect(messages[1]?.parts[0]).toMatchObject({ type: 'tool_result', name: 'f' });
  });
});

describe('an empty request to /api/chat', () => {
  it.each([
    [{}, 'load'],
    [{ keep_alive: '5m' }, 'load'],
    [{ keep_alive: 0 }, 'unload'],
    [{ keep_alive: '0s' }, 'unload'],
  ])('with %j is a part that only Ollama understands: %s', (fields, kind) => {
    const { messages } = ollamaChat.parseRequest({ model: 'm', ...fields });
    expect(messages).toEqual([{ role: 'user', parts: [{ type: 'opaque', protocol: 'ollama', kind, value: {} }] }]);
  });
});
