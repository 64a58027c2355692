import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatMessage, ChatRequest } from '../../../../src-main/engine/protocols/chat-request.ts';
import type { PrintedRequest, PrintTarget } from '../../../../src-main/engine/protocols/format.ts';
import type { JsonObject } from '../../../../src-main/engine/protocols/json.ts';
import { openaiChat } from '../../../../src-main/engine/protocols/openai/openai-chat.ts';
import {
  arbitraryChatRequest,
  extraFields,
  requestFields,
  type FieldArbitraries,
} from '../../../support/arbitrary-chat-request.ts';

const base: ChatRequest = {
  model: 'm',
  mode: 'chat',
  messages: [{ role: 'user', parts: [{ type: 'text', text: 'hi' }] }],
  stream: false,
};

function print(more: Partial<ChatRequest>, target: Partial<PrintTarget> = {}): PrintedRequest {
  const whole = { model: 'm', defaultMaxOutputTokens: 100, takesSampling: true, ...target };
  return openaiChat.printRequest({ ...base, ...more }, whole);
}

function printMessages(...messages: ChatMessage[]): PrintedRequest {
  return print({ messages });
}

const {
  topK: _k,
  minP: _p,
  repeatPenalty: _r,
  keepAlive: _a,
  contextTokens: _c,
  suffix: _s,
  ...fields
} = requestFields;
const expressible: FieldArbitraries = { ...fields, extra: extraFields('openai') };

describe('printing and parsing again', () => {
  it('gives the same request for all that the protocol can express', () => {
    const requests = arbitraryChatRequest({
      mode: 'chat',
      fields: expressible,
      model: fc.constantFrom('deepseek-reasoner', 'kimi-k2', 'glm-5:x'),
      images: ['typed', 'url'],
      maxTexts: 2,
      thinking: 'plain',
      tools: { results: 'apart', maxTexts: 2 },
      opaque: fc.constant({
        type: 'opaque',
        protocol: 'openai',
        kind: 'input_audio',
        value: { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
      }),
    });
    fc.assert(
      fc.property(requests, (generated) => {
        const { toolChoice: _choice, parallelToolCalls: _parallel, ...toolless } = generated;
        const request = generated.tools === undefined ? toolless : generated;
        const printed = print(request, { model: request.model });
        const sent = JSON.parse(JSON.stringify(printed.body)) as JsonObject;
        expect(openaiChat.parseRequest(sent)).toEqual(request);
        expect(printed.adjusted).toEqual([]);
      }),
    );
  });

  it('prints nothing that was not asked for', () => {
    expect(print({})).toEqual({
      path: '/chat/completions',
      body: { model: 'm', messages: [{ role: 'user', content: 'hi' }] },
      adjusted: [],
    });
  });
});

describe('fields', () => {
  it('asks for usage when it streams', () => {
    expect(print({ stream: true }).body).toMatchObject({ stream: true, stream_options: { include_usage: true } });
  });

  it.each(['o1', 'o3-mini', 'o4-mini', 'gpt-5.1'])('limits %s by max_completion_tokens', (model) => {
    const { body } = print({ maxOutputTokens: 9 }, { model });
    expect(body).toMatchObject({ max_completion_tokens: 9 });
    expect(body).not.toHaveProperty('max_tokens');
  });

  it.each(['gpt-4o', 'llama3', 'openai/o1'])('limits %s by max_tokens', (model) => {
    const { body } = print({ maxOutputTokens: 9 }, { model });
    expect(body).toMatchObject({ max_tokens: 9 });
    expect(body).not.toHaveProperty('max_completion_tokens');
  });

  it('leaves out what the protocol has no word for, and says so', () => {
    const { body, adjusted } = print({ topK: 5, minP: 0.1, repeatPenalty: 1.1, keepAlive: '5m', contextTokens: 4096 });
    expect(Object.keys(body)).toEqual(['model', 'messages']);
    expect(adjusted).toEqual(
      ['top_k', 'min_p', 'repeat_penalty', 'keep_alive', 'num_ctx'].map(
        (word) => `${word} (the OpenAI protocol has no such field)`,
      ),
    );
  });

  it('leaves sampling out for models that refuse it, and says so', () => {
    const { body, adjusted } = print({ temperature: 0.5, topP: 0.9, seed: 1 }, { takesSampling: false });
    expect(body).toEqual({ model: 'm', messages: [{ role: 'user', content: 'hi' }], seed: 1 });
    expect(adjusted).toEqual(['temperature (m does not take it)', 'top_p (m does not take it)']);
  });

  it('leaves out a tool choice without tools, and says so', () => {
    const { body, adjusted } = print({ toolChoice: { type: 'required' }, parallelToolCalls: false });
    expect(body).toEqual(print({}).body);
    expect(adjusted).toEqual(['tool_choice (there are no tools)', 'parallel_tool_calls (there are no tools)']);
  });

  it('prints tools of other kinds behind the functions', () => {
    const extra = { protocol: 'openai' as const, fields: { tools: [{ type: 'web_search' }] } };
    expect(print({ tools: [{ name: 'f' }], extra }).body.tools).toEqual([
      { type: 'function', function: { name: 'f' } },
      { type: 'web_search' },
    ]);
  });

  it('leaves out fields of other protocols and of other OpenAI formats', () => {
    expect(print({ extra: { protocol: 'ollama', fields: { raw: true } } }).body).toEqual(print({}).body);
    const { body, adjusted } = print({ extra: { protocol: 'openai', fields: { include: ['x'], logit_bias: {} } } });
    expect(body).toMatchObject({ logit_bias: {} });
    expect(body).not.toHaveProperty('include');
    expect(adjusted).toEqual(['include (chat completions have no such field)']);
  });

  it("sends hints for OpenAI's own service to its own models only", () => {
    const extra = { protocol: 'openai' as const, fields: { store: false, prompt_cache_key: 'k' } };
    expect(print({ extra }, { model: 'gpt-5.1' }).body).toMatchObject({ store: false, prompt_cache_key: 'k' });
    const { body, adjusted } = print({ extra }, { model: 'openai/gpt-oss-120b' });
    expect(Object.keys(body)).toEqual(['model', 'messages']);
    expect(adjusted).toHaveLength(2);
  });

  it('names a schema that has no name, because the protocol demands one', () => {
    expect(print({ output: { type: 'json_schema', schema: {} } }).body.response_format).toEqual({
      type: 'json_schema',
      json_schema: { name: 'response', schema: {} },
    });
  });
});

describe('thinking', () => {
  it('is switched off by the effort none', () => {
    expect(print({ reasoning: { enabled: false } }).body.reasoning_effort).toBe('none');
  });

  it('is not mentioned to models that do not think', () => {
    const off = print({ reasoning: { enabled: false } }, { model: 'gpt-4o' });
    expect(off).toMatchObject({ body: print({}, { model: 'gpt-4o' }).body, adjusted: [] });
    const high = print({ reasoning: { effort: 'high' } }, { model: 'gpt-4o' });
    expect(high.body).not.toHaveProperty('reasoning_effort');
    expect(high.adjusted).toEqual(['reasoning_effort (gpt-4o does not take it)']);
  });

  it.each([
    [1024, 'low'],
    [10_000, 'medium'],
    [30_000, 'high'],
  ])('turns a budget of %i tokens into the effort %s and says so', (budgetTokens, effort) => {
    const { body, adjusted } = print({ reasoning: { budgetTokens } });
    expect(body.reasoning_effort).toBe(effort);
    expect(adjusted).toEqual([`thinking budget of ${budgetTokens} tokens (became reasoning_effort "${effort}")`]);
  });

  it('is left to the model when it is on without a measure', () => {
    const { body, adjusted } = print({ reasoning: { enabled: true } });
    expect(body).toEqual(print({}).body);
    expect(adjusted).toHaveLength(1);
  });

  it('of earlier answers goes only to models that want it back', () => {
    const messages: ChatMessage[] = [
      {
        role: 'assistant',
        parts: [
          { type: 'thinking', text: 'hm', signature: 's' },
          { type: 'redacted_thinking', data: 'x' },
          { type: 'text', text: 'a' },
        ],
      },
    ];
    expect(print({ messages }, { model: 'deepseek-chat' }).body.messages).toEqual([
      { role: 'assistant', content: 'a', reasoning_content: 'hm' },
    ]);
    const other = print({ messages });
    expect(other.body.messages).toEqual([{ role: 'assistant', content: 'a' }]);
    expect(other.adjusted).toHaveLength(2);
  });
});

describe('messages', () => {
  it('give an image without a media type the one its bytes show', () => {
    const image = (data: string): ChatMessage => ({
      role: 'user',
      parts: [{ type: 'image', source: { kind: 'base64', data } }],
    });
    const { body } = printMessages(image('/9j/4AAQ'), image('R0lGODlh'), image('AAAA'));
    const urls = JSON.stringify(body.messages).match(/data:image\/\w+;base64,[^"]+/g);
    expect(urls).toEqual([
      'data:image/jpeg;base64,/9j/4AAQ',
      'data:image/gif;base64,R0lGODlh',
      'data:image/png;base64,AAAA',
    ]);
  });

  it('move images of tool results behind the last result of the turn', () => {
    const result = (callId: string): ChatMessage => ({
      role: 'tool',
      parts: [
        {
          type: 'tool_result',
          callId,
          isError: true,
          content: [
            { type: 'text', text: callId },
            { type: 'image', source: { kind: 'url', url: `https://e.org/${callId}` } },
          ],
        },
      ],
    });
    const { body, adjusted } = printMessages(result('a'), result('b'));
    expect(body.messages).toEqual([
      { role: 'tool', tool_call_id: 'a', content: 'a' },
      { role: 'tool', tool_call_id: 'b', content: 'b' },
      {
        role: 'user',
        content: [
          { type: 'image_url', image_url: { url: 'https://e.org/a' } },
          { type: 'image_url', image_url: { url: 'https://e.org/b' } },
        ],
      },
    ]);
    expect(adjusted).toEqual([
      'is_error of a tool result (the OpenAI protocol has no such field)',
      'images in tool results (moved into a user message)',
    ]);
  });
});

describe('what is not supported', () => {
  const document: ChatMessage = {
    role: 'user',
    parts: [{ type: 'opaque', protocol: 'anthropic', kind: 'document', value: {} }],
  };

  it.each<[string, Partial<ChatRequest>, string[]]>([
    ['a plain request', {}, []],
    ['log probabilities', { logprobs: { top: 2 } }, []],
    ['alternatives', { choices: 3 }, ['3 alternative answers (n)']],
    ['a suffix', { mode: 'completion', suffix: 'x' }, ['fill in the middle (suffix)']],
    ['parts of another protocol', { messages: [document, document] }, ['content of type "document"']],
  ])('is told for %s', (_name, more, expected) => {
    expect(openaiChat.unsupported({ ...base, ...more })).toEqual(expected);
  });
});
