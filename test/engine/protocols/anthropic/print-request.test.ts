import { describe, expect, test } from 'vitest';
import type { ChatMessage, ChatPart, ChatRequest } from '../../../../src-main/engine/protocols/chat-request.ts';
import { anthropicMessages } from '../../../../src-main/engine/protocols/anthropic/anthropic-messages.ts';

const target = { model: 'claude-x', defaultMaxOutputTokens: 4096, takesSampling: true };
const strictTarget = { ...target, takesSampling: false };
const hello: ChatMessage = { role: 'user', parts: [{ type: 'text', text: 'hi' }] };

function request(changes: Partial<ChatRequest> = {}): ChatRequest {
  return { model: 'm', mode: 'chat', messages: [hello], stream: false, ...changes };
}

function print(changes: Partial<ChatRequest> = {}, at = target) {
  return anthropicMessages.printRequest(request(changes), at);
}

function say(role: ChatMessage['role'], ...parts: (ChatPart | string)[]): ChatMessage {
  return { role, parts: parts.map((part) => (typeof part === 'string' ? { type: 'text', text: part } : part)) };
}

describe('printing POST /v1/messages', () => {
  test('a plain request, with max_tokens filled in', () => {
    expect(print()).toEqual({
      path: '/messages',
      body: { model: 'claude-x', max_tokens: 4096, messages: [{ role: 'user', content: 'hi' }], stream: false },
      adjusted: [],
    });
  });

  test('all system messages are hoisted in order', () => {
    const { body } = print({ messages: [say('system', 'one'), hello, say('system', 'two', 'three')] });
    expect(body.system).toEqual([
      { type: 'text', text: 'one' },
      { type: 'text', text: 'two' },
      { type: 'text', text: 'three' },
    ]);
    expect(body.messages).toEqual([{ role: 'user', content: 'hi' }]);
  });

  test('all results of a turn go first in one user message, whatever stood around them', () => {
    const result = (callId: string): ChatPart => ({
      type: 'tool_result',
      callId,
      content: [{ type: 'text', text: 'x' }],
    });
    const call = (id: string): ChatPart => ({ type: 'tool_call', id, name: 'f', arguments: {} });
    const { body } = print({
      messages: [
        hello,
        say('assistant', call('a'), call('b')),
        say('tool', result('a')),
        say('user', 'meanwhile'),
        say('tool', { ...result('b'), isError: true } as ChatPart),
      ],
    });
    expect(body.messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant', content: [{ type: 'tool_use' }, { type: 'tool_use' }] },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: 'x' },
          { type: 'tool_result', tool_use_id: 'b', is_error: true },
          { type: 'text', text: 'meanwhile' },
        ],
      },
    ]);
  });

  test('neighbours of the same role are merged, empty texts and empty messages dropped', () => {
    const messages = [hello, say('user', '', 'more'), say('assistant', ' '), say('user', 'again')];
    expect(print({ messages }).body.messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'hi' },
          { type: 'text', text: 'more' },
          { type: 'text', text: 'again' },
        ],
      },
    ]);
  });

  test('thinking without a real signature is left out, with one it is sent verbatim', () => {
    const messages = [
      hello,
      say(
        'assistant',
        { type: 'thinking', text: 'ours' },
        { type: 'thinking', text: 'marked', signature: 'pointsman-unsigned' },
        { type: 'thinking', text: 'real', signature: 'c2ln' },
        { type: 'redacted_thinking', data: 'xyz' },
        'ok',
      ),
      hello,
    ];
    expect(print({ messages }).body.messages).toMatchObject([
      {},
      {
        content: [
          { type: 'thinking', thinking: 'real', signature: 'c2ln' },
          { type: 'redacted_thinking', data: 'xyz' },
          { type: 'text', text: 'ok' },
        ],
      },
      {},
    ]);
  });

  test('tool call ids are made acceptable, alike in call and result, and stay different', () => {
    const ids = ['call:1', 'call.1', 'ok_1-a', ''];
    const calls = ids.map((id): ChatPart => ({ type: 'tool_call', id, name: 'f', arguments: {} }));
    const results = ids.map((callId): ChatPart => ({ type: 'tool_result', callId, content: [] }));
    const { body } = print({ messages: [hello, say('assistant', ...calls), say('tool', ...results)] });
    const text = JSON.stringify(body);
    const printed = [...text.matchAll(/"(?:id|tool_use_id)":"([^"]*)"/g)].map((match) => match[1] ?? '');
    expect(printed).toEqual(['call_1', 'call_1_2', 'ok_1-a', 'call', 'call_1', 'call_1_2', 'ok_1-a', 'call']);
  });

  test('an image without a media type gets the one its first bytes show', () => {
    const source = { kind: 'base64' as const, data: '/9j/4AAQ' };
    expect(print({ messages: [say('user', { type: 'image', source })] }).body.messages).toMatchObject([
      { content: [{ type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: '/9j/4AAQ' } }] },
    ]);
  });

  test('a temperature above 1 is sent as 1, and top_p is left out beside it; both are said', () => {
    const { body, adjusted } = print({ temperature: 1.5, topP: 0.5, topK: 9 });
    expect(body).toMatchObject({ temperature: 1, top_k: 9 });
    expect(body).not.toHaveProperty('top_p');
    expect(adjusted).toEqual([
      'temperature 1.5 was sent as 1, the most here',
      'top_p was left out: temperature is given',
    ]);
  });

  test('a model that takes no sampling gets none', () => {
    const { body, adjusted } = print({ temperature: 1, topP: 0.5, topK: 9 }, strictTarget);
    expect(Object.keys(body)).toEqual(['model', 'max_tokens', 'messages', 'stream']);
    expect(adjusted).toHaveLength(3);
  });

  test('while the model thinks, temperature and top_p are left out and that is said', () => {
    const { body, adjusted } = print({ temperature: 0.3, topP: 0.9, reasoning: { effort: 'low' } });
    expect(body).toMatchObject({ thinking: { type: 'enabled', budget_tokens: 2048 } });
    expect(body).not.toHaveProperty('temperature');
    expect(adjusted).toEqual(['temperature was left out: the model thinks', 'top_p was left out: the model thinks']);
  });

  test('parameters that Anthropic does not know are named', () => {
    const changes = { seed: 1, minP: 0.1, presencePenalty: 1, frequencyPenalty: 1, repeatPenalty: 1.1, keepAlive: 0 };
    const { body, adjusted } = print({ ...changes, contextTokens: 9 });
    expect(Object.keys(body)).toHaveLength(4);
    expect(adjusted).toHaveLength(7);
  });

  test('a stop sequence of white space is left out', () => {
    expect(print({ stop: ['\n\n', 'END'] })).toMatchObject({ body: { stop_sequences: ['END'] }, adjusted: [/white/] });
  });

  test('a JSON schema goes into output_config', () => {
    const { body } = print({ output: { type: 'json_schema', name: 'x', schema: { type: 'object' } } });
    expect(body.output_config).toEqual({ format: { type: 'json_schema', schema: { type: 'object' } } });
  });

  test('JSON without a schema is asked for in the system prompt, and that is said', () => {
    const { body, adjusted } = print({ output: { type: 'json' }, messages: [say('system', 'be brief'), hello] });
    expect(body.system).toMatchObject([{ text: 'be brief' }, { text: /JSON object/ }]);
    expect(adjusted).toHaveLength(1);
  });

  test('tools without a schema get an empty one, tools without a type get theirs', () => {
    const { body } = print({ tools: [{ name: 'a' }, { name: 'b', parameters: { properties: {} }, strict: true }] });
    expect(body.tools).toEqual([
      { name: 'a', input_schema: { type: 'object', properties: {} } },
      { name: 'b', input_schema: { type: 'object', properties: {} }, strict: true },
    ]);
  });

  test.each([
    [{ toolChoice: { type: 'required' } }, { type: 'any' }],
    [{ toolChoice: { type: 'none' }, parallelToolCalls: false }, { type: 'none' }],
    [{ parallelToolCalls: false }, { type: 'auto', disable_parallel_tool_use: true }],
    [{ toolChoice: { type: 'tool', name: 'a' } }, { type: 'tool', name: 'a' }],
  ] satisfies [Partial<ChatRequest>, object][])('tool choice %o', (changes, choice) => {
    expect(print({ tools: [{ name: 'a' }], ...changes }).body.tool_choice).toEqual(choice);
  });

  test('a tool choice without tools is left out and said when it was forced', () => {
    expect(print({ toolChoice: { type: 'required' } })).toMatchObject({ adjusted: [/tool_choice/] });
    expect(print({ toolChoice: { type: 'auto' } }).adjusted).toEqual([]);
  });

  test('fields of the same protocol travel, server tools join the others, fields of another are named', () => {
    const server = { type: 'web_search_20250305', name: 'web_search' };
    const same = print({
      tools: [{ name: 'a' }],
      extra: { protocol: 'anthropic', fields: { service_tier: 'auto', tools: [server], metadata: { x: 'y' } } },
      user: 'u',
    });
    expect(same.body).toMatchObject({ service_tier: 'auto', metadata: { x: 'y', user_id: 'u' } });
    expect(same.body.tools).toHaveLength(2);
    const other = print({ extra: { protocol: 'openai', fields: { logit_bias: {} } } });
    expect(other.body).not.toHaveProperty('logit_bias');
    expect(other.adjusted).toEqual(['left out, because only openai understands it: logit_bias']);
  });

  test('a prompt to complete is sent as a message, and that is said', () => {
    expect(print({ mode: 'completion' }).adjusted).toHaveLength(1);
  });
});

describe('printing how much to think', () => {
  test.each([
    ['minimal', 1024],
    ['low', 2048],
    ['medium', 8192],
    ['high', 16384],
    ['xhigh', 24576],
    ['max', 32768],
  ] as const)('effort %s is a budget of %i tokens', (effort, budget) => {
    const { body } = print({ reasoning: { effort }, maxOutputTokens: 100_000 });
    expect(body.thinking).toEqual({ type: 'enabled', budget_tokens: budget });
    expect(body).not.toHaveProperty('output_config');
  });

  test('a budget leaves room for the answer; a given one is changed only when it must be, and that is said', () => {
    expect(print({ reasoning: { effort: 'max' }, maxOutputTokens: 10_000 }).body.thinking).toMatchObject({
      budget_tokens: 8000,
    });
    expect(print({ reasoning: { budgetTokens: 9999 }, maxOutputTokens: 10_000 })).toMatchObject({
      body: { thinking: { budget_tokens: 9999 } },
      adjusted: [],
    });
    expect(print({ reasoning: { budgetTokens: 20_000 }, maxOutputTokens: 10_000 })).toMatchObject({
      body: { thinking: { budget_tokens: 8000 } },
      adjusted: [/20000 tokens was changed to 8000/],
    });
  });

  test('an answer with no room for thinking gets none, and that is said', () => {
    const { body, adjusted } = print({ reasoning: { effort: 'low' }, maxOutputTokens: 1000 });
    expect(body).not.toHaveProperty('thinking');
    expect(adjusted).toMatchObject([/thinking was left out/]);
  });

  test.each([
    [{ enabled: true }, { type: 'adaptive' }, undefined],
    [{ effort: 'xhigh' }, { type: 'adaptive' }, { effort: 'xhigh' }],
    [{ effort: 'minimal' }, { type: 'adaptive' }, { effort: 'low' }],
    [{ budgetTokens: 9000 }, { type: 'adaptive' }, { effort: 'high' }],
    [{ budgetTokens: 99_000 }, { type: 'adaptive' }, { effort: 'max' }],
    [{ enabled: false }, { type: 'disabled' }, undefined],
  ] as const)('a model without sampling thinks adaptively: %o', (reasoning, thinking, outputConfig) => {
    const { body } = print({ reasoning }, strictTarget);
    expect(body.thinking).toEqual(thinking);
    expect(body.output_config).toEqual(outputConfig);
  });

  test('a forced tool and thinking exclude each other: the tool wins, and that is said', () => {
    const changes = {
      tools: [{ name: 'a' }],
      toolChoice: { type: 'required' as const },
      reasoning: { effort: 'low' as const },
    };
    const { body, adjusted } = print(changes);
    expect(body).not.toHaveProperty('thinking');
    expect(adjusted).toMatchObject([/forced/]);
  });

  test('tool calls made without signed thinking are not continued with a thinking budget', () => {
    const messages = [
      hello,
      say('assistant', { type: 'tool_call', id: 'a', name: 'f', arguments: {} }),
      say('tool', { type: 'tool_result', callId: 'a', content: [] }),
    ];
    const reasoning = { effort: 'low' as const };
    expect(print({ messages, reasoning }).body).not.toHaveProperty('thinking');
    expect(print({ messages, reasoning }, strictTarget).body.thinking).toEqual({ type: 'adaptive' });
    messages[1]?.parts.unshift({ type: 'thinking', text: 't', signature: 'c2ln' });
    expect(print({ messages, reasoning }).body).toHaveProperty('thinking');
  });
});

describe('what Anthropic cannot be asked', () => {
  const bare: ChatPart = { type: 'image', source: { kind: 'base64', data: 'AAAA' } };
  const foreign: ChatPart = { type: 'opaque', protocol: 'openai', kind: 'input_audio', value: {} };

  test.each([
    ['3 alternative answers (n)', { choices: 3 }],
    ['log probabilities (logprobs)', { logprobs: { top: 0 } }],
    ['text after the gap (suffix)', { suffix: 'x' }],
    ['a request without a user message', { messages: [] }],
    ['a conversation that opens with an assistant message', { messages: [say('assistant', 'hi')] }],
    ['a part that only openai understands (input_audio)', { messages: [say('user', foreign)] }],
    ['an image that is neither JPEG, PNG, GIF nor WebP', { messages: [say('user', bare)] }],
    ['an image in a message of role assistant', { messages: [hello, say('assistant', bare)] }],
    [
      'an image that is neither JPEG, PNG, GIF nor WebP',
      { messages: [hello, say('tool', { type: 'tool_result', callId: 'a', content: [bare] })] },
    ],
  ] satisfies [string, Partial<ChatRequest>][])('%s', (words, changes) => {
    expect(anthropicMessages.unsupported(request(changes))).toEqual([words]);
  });

  test('its own parts and plain requests are fine', () => {
    const own: ChatPart = { type: 'opaque', protocol: 'anthropic', kind: 'document', value: { type: 'document' } };
    const changes = { messages: [say('user', own, 'hi')] };
    expect(anthropicMessages.unsupported(request(changes))).toEqual([]);
    expect(print(changes).body.messages).toMatchObject([{ content: [{ type: 'document' }, { type: 'text' }] }]);
  });
});
