import { describe, expect, it } from 'vitest';
import { InvalidRequest } from '../../../../src-main/engine/protocols/failure.ts';
import type { ChatRequest } from '../../../../src-main/engine/protocols/chat-request.ts';
import type { JsonObject, JsonValue } from '../../../../src-main/engine/protocols/json.ts';
import { openaiChat } from '../../../../src-main/engine/protocols/openai/openai-chat.ts';

const hello = [{ role: 'user', content: 'hi' }];

function parse(fields: JsonObject): ChatRequest {
  return openaiChat.parseRequest({ model: 'm', messages: hello, ...fields });
}

function complaint(fields: JsonObject): { param: string | undefined; message: string } {
  try {
    parse(fields);
  } catch (error) {
    if (error instanceof InvalidRequest) return { param: error.failure.param, message: error.message };
    throw error;
  }
  throw new Error('It was accepted.');
}

describe('the request as a whole', () => {
  it('has nothing that the client did not say', () => {
    expect(parse({})).toEqual({
      model: 'm',
      mode: 'chat',
      stream: false,
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'hi' }] }],
    });
  });

  it('takes values that say the same as absence for absent', () => {
    const neutral = {
      n: 1,
      logprobs: false,
      presence_penalty: 0,
      frequency_penalty: 0,
      max_tokens: -1,
      stop: [],
      temperature: null,
      response_format: { type: 'text' },
      tools: [],
      stream_options: { include_usage: true },
    };
    expect(parse(neutral)).toEqual(parse({}));
  });

  it('prefers max_completion_tokens to max_tokens', () => {
    expect(parse({ max_completion_tokens: 5, max_tokens: 9 }).maxOutputTokens).toBe(5);
    expect(parse({ max_tokens: 9 }).maxOutputTokens).toBe(9);
  });

  it('keeps a temperature of 0', () => expect(parse({ temperature: 0 }).temperature).toBe(0));

  it('takes one stop string as a list', () => expect(parse({ stop: 'END' }).stop).toEqual(['END']));

  it('reads alternatives and log probabilities', () => {
    expect(parse({ n: 3, logprobs: true, top_logprobs: 4 })).toMatchObject({ choices: 3, logprobs: { top: 4 } });
    expect(parse({ logprobs: true }).logprobs).toEqual({ top: 0 });
  });

  it('reads the extension fields of local servers', () => {
    expect(parse({ keep_alive: '5m', num_ctx: 8192, top_k: 3, min_p: 0.1, repetition_penalty: 1.1 })).toMatchObject({
      keepAlive: '5m',
      contextTokens: 8192,
      topK: 3,
      minP: 0.1,
      repeatPenalty: 1.1,
    });
  });

  it('reads num_ctx under options and keeps the other options', () => {
    const request = parse({ options: { num_ctx: 4096, mirostat: 2 } });
    expect(request.contextTokens).toBe(4096);
    expect(request.extra).toEqual({ protocol: 'openai', fields: { options: { mirostat: 2 } } });
  });

  it('keeps unknown fields', () => {
    expect(parse({ logit_bias: { 5: 1 }, prompt_cache_key: 'k' }).extra?.fields).toEqual({
      logit_bias: { 5: 1 },
      prompt_cache_key: 'k',
    });
  });

  it.each<[string, JsonObject]>([
    ['model', { model: null }],
    ['messages', { messages: null }],
    ['messages', { messages: 'hi' }],
    ['messages[0]', { messages: ['hi'] }],
    ['messages[0].role', { messages: [{ content: 'x' }] }],
    ['messages[0].role', { messages: [{ role: 'robot', content: 'x' }] }],
    ['messages[0].content', { messages: [{ role: 'user', content: 5 }] }],
    ['messages[0].content[0].type', { messages: [{ role: 'user', content: [{}] }] }],
    ['messages[0].tool_call_id', { messages: [{ role: 'tool', content: 'x' }] }],
    ['tools[0].function', { tools: [{ type: 'function' }] }],
    ['tools[0].function.name', { tools: [{ type: 'function', function: {} }] }],
    ['max_tokens', { max_tokens: 1.5 }],
    ['temperature', { temperature: 'hot' }],
    ['stream', { stream: 'yes' }],
    ['keep_alive', { keep_alive: true }],
    ['options.num_ctx', { options: { num_ctx: 'big' } }],
    ['response_format.json_schema', { response_format: { type: 'json_schema' } }],
  ])('names %s when it is wrong', (param, fields) => expect(complaint(fields).param).toBe(param));
});

describe('messages', () => {
  function parts(message: JsonObject): JsonValue {
    return parse({ messages: [message] }).messages[0] as unknown as JsonValue;
  }

  it('takes developer for system', () => {
    expect(parts({ role: 'developer', content: 'x' })).toEqual({
      role: 'system',
      parts: [{ type: 'text', text: 'x' }],
    });
  });

  it('makes bare base64 of data URLs and keeps other URLs', () => {
    const content = [
      { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBOR' } },
      { type: 'image_url', image_url: { url: 'data:;base64,AAAA' } },
      { type: 'image_url', image_url: { url: 'https://example.org/a.png', detail: 'low' } },
    ];
    expect(parts({ role: 'user', content })).toEqual({
      role: 'user',
      parts: [
        { type: 'image', source: { kind: 'base64', data: 'iVBOR', mediaType: 'image/png' } },
        { type: 'image', source: { kind: 'base64', data: 'AAAA' } },
        { type: 'image', source: { kind: 'url', url: 'https://example.org/a.png' } },
      ],
    });
  });

  it.each(['file:///etc/passwd', 'iVBORw0KGgo', 'data:image/png,raw'])('refuses the image URL %s', (url) => {
    const content = [{ type: 'image_url', image_url: { url } }];
    expect(complaint({ messages: [{ role: 'user', content }] }).param).toBe('messages[0].content[0].image_url.url');
  });

  it('keeps parts of other kinds as they are', () => {
    const audio = { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } };
    expect(parts({ role: 'user', content: [audio] })).toEqual({
      role: 'user',
      parts: [{ type: 'opaque', protocol: 'openai', kind: 'input_audio', value: audio }],
    });
  });

  it('takes texts without a type, refusals and image URLs without an object', () => {
    const content = ['a', { type: 'refusal', refusal: 'no' }, { type: 'image_url', image_url: 'http://e.org/a.png' }];
    expect(parts({ role: 'user', content })).toEqual({
      role: 'user',
      parts: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'no' },
        { type: 'image', source: { kind: 'url', url: 'http://e.org/a.png' } },
      ],
    });
  });

  it('reads thinking, text and calls of an assistant, in this order', () => {
    const call = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{"b":1,"a":2}' } };
    expect(parts({ role: 'assistant', content: 'x', reasoning: 'hm', tool_calls: [call] })).toEqual({
      role: 'assistant',
      parts: [
        { type: 'thinking', text: 'hm' },
        { type: 'text', text: 'x' },
        { type: 'tool_call', id: 'c1', name: 'f', arguments: { b: 1, a: 2 } },
      ],
    });
  });

  it('reads thinking once when it has both names', () => {
    expect(parts({ role: 'assistant', content: null, reasoning: 'hm', reasoning_content: 'hm' })).toEqual({
      role: 'assistant',
      parts: [{ type: 'thinking', text: 'hm' }],
    });
  });

  it.each(['{"a":', '[1]', '5'])('names the path of arguments that are no JSON object: %s', (text) => {
    const call = { id: 'c1', function: { name: 'f', arguments: text } };
    const { param } = complaint({ messages: [{ role: 'assistant', tool_calls: [call] }] });
    expect(param).toBe('messages[0].tool_calls[0].function.arguments');
  });

  it('takes arguments that are an object or nothing', () => {
    const calls = [
      { id: 'c1', function: { name: 'f', arguments: { a: 1 } } },
      { id: 'c2', function: { name: 'f', arguments: '' } },
    ];
    expect(parts({ role: 'assistant', tool_calls: calls })).toMatchObject({
      parts: [{ arguments: { a: 1 } }, { arguments: {} }],
    });
  });

  it('refuses sound as the result of a tool', () => {
    const message = { role: 'tool', tool_call_id: 'c', content: [{ type: 'input_audio' }] };
    expect(complaint({ messages: [message] }).param).toBe('messages[0].content');
  });

  it('translates function_call and role function of the old kind', () => {
    const { messages } = parse({
      messages: [
        { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{"a":1}' } },
        { role: 'function', name: 'f', content: '42' },
      ],
    });
    expect(messages).toEqual([
      { role: 'assistant', parts: [{ type: 'tool_call', id: 'call_f', name: 'f', arguments: { a: 1 } }] },
      { role: 'tool', parts: [{ type: 'tool_result', callId: 'call_f', content: [{ type: 'text', text: '42' }] }] },
    ]);
  });

  it('shows a spoken answer, a refusal and a custom call', () => {
    const message = {
      role: 'assistant',
      refusal: 'no',
      audio: { id: 'a1' },
      tool_calls: [{ id: 'c', type: 'custom', custom: { name: 'x', input: 'y' } }],
    };
    expect(parts(message)).toMatchObject({
      parts: [{ type: 'text', text: 'no' }, { kind: 'custom_tool_call' }, { kind: 'audio' }],
    });
  });
});

describe('tools', () => {
  const tool = {
    type: 'function',
    function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
  };

  it('reads function tools', () => {
    expect(parse({ tools: [tool] }).tools).toEqual([
      { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
    ]);
  });

  it('keeps tools of other kinds aside', () => {
    const request = parse({ tools: [tool, { type: 'web_search', depth: 2 }] });
    expect(request.tools).toHaveLength(1);
    expect(request.extra?.fields).toEqual({ tools: [{ type: 'web_search', depth: 2 }] });
  });

  it.each<[JsonValue, ChatRequest['toolChoice']]>([
    ['auto', { type: 'auto' }],
    ['none', { type: 'none' }],
    ['required', { type: 'required' }],
    [
      { type: 'function', function: { name: 'f' } },
      { type: 'tool', name: 'f' },
    ],
  ])('reads the choice %j', (value, expected) => expect(parse({ tool_choice: value }).toolChoice).toEqual(expected));

  it('keeps allowed_tools aside', () => {
    const choice = { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [] } };
    const request = parse({ tool_choice: choice });
    expect(request.toolChoice).toBeUndefined();
    expect(request.extra?.fields).toEqual({ tool_choice: choice });
  });

  it('translates functions and function_call', () => {
    const request = parse({ functions: [{ name: 'f' }], function_call: { name: 'f' } });
    expect(request).toMatchObject({ tools: [{ name: 'f' }], toolChoice: { type: 'tool', name: 'f' } });
    expect(request.extra).toBeUndefined();
  });
});

describe('thinking and output', () => {
  it.each<[JsonObject, ChatRequest['reasoning']]>([
    [{ reasoning_effort: 'low' }, { effort: 'low' }],
    [{ reasoning_effort: 'none' }, { enabled: false }],
    [{ reasoning: { effort: 'xhigh' } }, { effort: 'xhigh' }],
    [{ reasoning: { max_tokens: 900, enabled: true } }, { enabled: true, budgetTokens: 900 }],
    [{ reasoning_effort: 'max', reasoning: { effort: 'low' } }, { effort: 'max' }],
  ])('reads %j', (fields, expected) => expect(parse(fields)).toMatchObject({ reasoning: expected }));

  it('keeps efforts that nobody knows yet', () => {
    const request = parse({ reasoning_effort: 'ultra', reasoning: { exclude: true } });
    expect(request.reasoning).toBeUndefined();
    expect(request.extra?.fields).toEqual({ reasoning_effort: 'ultra', reasoning: { exclude: true } });
  });

  it.each<[JsonObject, ChatRequest['output']]>([
    [{ type: 'json_object' }, { type: 'json' }],
    [
      { type: 'json_object', schema: { type: 'object' } },
      { type: 'json_schema', schema: { type: 'object' } },
    ],
    [
      { type: 'json_schema', json_schema: { name: 'n', schema: {}, strict: true } },
      { type: 'json_schema', name: 'n', schema: {}, strict: true },
    ],
  ])('reads the format %j', (format, expected) => expect(parse({ response_format: format }).output).toEqual(expected));

  it('keeps formats of other kinds aside', () => {
    expect(parse({ response_format: { type: 'grammar', grammar: 'g' } }).extra?.fields).toEqual({
      response_format: { type: 'grammar', grammar: 'g' },
    });
  });
});
