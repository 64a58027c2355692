import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatRequest } from '../../../../src-main/engine/protocols/chat-request.ts';
import type { JsonObject } from '../../../../src-main/engine/protocols/json.ts';
import { IMAGE_BY_ADDRESS } from '../../../../src-main/engine/protocols/ollama/find-unsupported.ts';
import { ollamaChat } from '../../../../src-main/engine/protocols/ollama/ollama-chat.ts';
import { ollamaGenerate } from '../../../../src-main/engine/protocols/ollama/ollama-generate.ts';
import { arbitraryChatRequest, extraFields, requestFields } from '../../../support/arbitrary-chat-request.ts';
import { chatRequest, TARGET } from './ollama-streams.ts';

const print = (fields: Partial<ChatRequest>) => ollamaChat.printRequest(chatRequest(fields), TARGET);

/** The optional fields that both of Ollama's endpoints have a word for. */
const { maxOutputTokens, stop, temperature, topP, topK, minP, seed, presencePenalty, frequencyPenalty } = requestFields;
const { repeatPenalty, keepAlive, contextTokens, logprobs } = requestFields;
const shared = {
  ...{ maxOutputTokens, stop, temperature, topP, topK, minP, seed, presencePenalty, frequencyPenalty },
  ...{ repeatPenalty, keepAlive, contextTokens, logprobs },
  output: requestFields.output.map((output) =>
    output.type === 'json' ? output : { type: output.type, schema: output.schema },
  ),
  reasoning: fc.oneof(
    fc.constantFrom('low' as const, 'medium' as const, 'high' as const, 'max' as const).map((effort) => ({ effort })),
    fc.boolean().map((enabled) => ({ enabled })),
  ),
  extra: extraFields('ollama'),
};

describe('printing and parsing again gives the same request', () => {
  it('of /api/chat', () => {
    const tools = requestFields.tools.map((list) => list.map(({ strict: _, ...tool }) => tool));
    const requests = arbitraryChatRequest({
      mode: 'chat',
      fields: { ...shared, tools },
      images: ['bare'],
      textsFirst: true,
      thinking: 'plain',
      tools: { results: 'apart', named: true, images: ['bare'] },
    });
    fc.assert(
      fc.property(requests, (request) => {
        expect(ollamaChat.unsupported(request)).toEqual([]);
        const { body, adjusted } = ollamaChat.printRequest(request, { ...TARGET, model: request.model });
        expect(adjusted).toEqual([]);
        expect(ollamaChat.parseRequest(JSON.parse(JSON.stringify(body)) as JsonObject)).toEqual(request);
      }),
    );
  });

  it('of /api/generate', () => {
    const opaque = fc.constantFrom<{ kind: string; value: JsonObject }>(
      { kind: 'raw', value: { raw: true } },
      { kind: 'template', value: { template: '{{ .Prompt }}' } },
      { kind: 'context', value: { context: [1, 2] } },
    );
    const requests = arbitraryChatRequest({
      mode: 'completion',
      fields: { ...shared, suffix: requestFields.suffix },
      images: ['bare'],
      textsFirst: true,
      opaque: opaque.map((part) => ({ type: 'opaque', protocol: 'ollama', ...part })),
    });
    fc.assert(
      fc.property(requests, (request) => {
        expect(ollamaGenerate.unsupported(request)).toEqual([]);
        const { body } = ollamaGenerate.printRequest(request, { ...TARGET, model: request.model });
        expect(ollamaGenerate.parseRequest(JSON.parse(JSON.stringify(body)) as JsonObject)).toEqual(request);
      }),
    );
  });

  it.each([ollamaChat, ollamaGenerate])('of the empty request that loads or unloads ($name)', (format) => {
    const request = format.parseRequest({ model: TARGET.model, keep_alive: 0 });
    expect(format.parseRequest(format.printRequest(request, TARGET).body)).toEqual(request);
  });
});

describe('a request for /api/chat', () => {
  it('holds nothing that the client did not send: no temperature, no top_p, no options', () => {
    const { path, body } = print({});
    expect(path).toBe('/api/chat');
    expect(body).toEqual({ model: 'qwen3:8b', messages: [{ role: 'user', content: 'Hello' }], stream: true });
  });

  it('bounds num_predict and sends format while streaming', () => {
    const schema = { type: 'object' };
    const { body } = print({ maxOutputTokens: 50, output: { type: 'json_schema', schema, name: 'a', strict: true } });
    expect(body).toMatchObject({ options: { num_predict: 50 }, format: schema, stream: true });
  });

  it('keeps texts of one message apart, in one message', () => {
    const parts = ['a', 'b'].map((text) => ({ type: 'text' as const, text }));
    expect(print({ messages: [{ role: 'user', parts }] }).body.messages).toEqual([{ role: 'user', content: 'a\nb' }]);
  });

  it('prints each tool result as its own message, with the name of its tool', () => {
    const { body } = print({
      messages: [
        {
          role: 'assistant',
          parts: [
            { type: 'thinking', text: 'hm', signature: 'sig' },
            { type: 'tool_call', id: 'a', name: 'f', arguments: { x: 1 } },
            { type: 'tool_call', id: 'b', name: 'g', arguments: {} },
          ],
        },
        {
          role: 'tool',
          parts: [
            { type: 'tool_result', callId: 'a', content: [{ type: 'text', text: '1' }] },
            { type: 'tool_result', callId: 'b', content: [] },
            { type: 'text', text: 'Go on' },
          ],
        },
      ],
    });
    expect(body.messages).toEqual([
      {
        role: 'assistant',
        content: '',
        thinking: 'hm',
        tool_calls: [
          { id: 'a', function: { name: 'f', arguments: { x: 1 } } },
          { id: 'b', function: { name: 'g', arguments: {} } },
        ],
      },
      { role: 'tool', content: '1', tool_call_id: 'a', tool_name: 'f' },
      { role: 'tool', content: '', tool_call_id: 'b', tool_name: 'g' },
      { role: 'user', content: 'Go on' },
    ]);
  });

  it.each([
    [{ enabled: false, effort: 'high' as const }, false],
    [{ enabled: true }, true],
    [{ budgetTokens: 2000 }, true],
    [{ effort: 'minimal' as const }, 'low'],
    [{ effort: 'xhigh' as const }, 'high'],
    [{ effort: 'max' as const }, 'max'],
    [{}, undefined],
  ])('prints reasoning %j as think %j', (reasoning, think) => {
    expect(print({ reasoning }).body.think).toBe(think);
  });

  it('leaves tools out when none may be called', () => {
    const tools = [{ name: 'f' }];
    expect(print({ tools, toolChoice: { type: 'none' } }).body.tools).toBeUndefined();
    expect(print({ tools, toolChoice: { type: 'auto' } }).body.tools).toHaveLength(1);
  });

  it('takes fields of its own protocol along and says which of others it left out', () => {
    const own = print({ topK: 5, extra: { protocol: 'ollama', fields: { shift: false, options: { mirostat: 2 } } } });
    expect(own.body).toMatchObject({ shift: false, options: { top_k: 5, mirostat: 2 } });
    const foreign = print({ extra: { protocol: 'openai', fields: { logit_bias: {}, store: false } } });
    expect(foreign.body).toEqual(print({}).body);
    expect(foreign.adjusted).toEqual(['openai fields left out: logit_bias, store']);
  });

  it('says what it leaves out', () => {
    const { adjusted } = print({
      user: 'ann',
      reasoning: { budgetTokens: 1000 },
      tools: [{ name: 'f', strict: true }],
      messages: [
        { role: 'assistant', parts: [{ type: 'redacted_thinking', data: 'x' }] },
        { role: 'tool', parts: [{ type: 'tool_result', callId: 'a', content: [], isError: true }] },
      ],
    });
    expect(adjusted).toEqual([
      'strict tool arguments are not enforced',
      'thinking budget left out',
      'redacted thinking left out',
      'error mark of tool results left out',
      'user left out',
    ]);
  });

  it('leaves sampling out for a model that refuses it', () => {
    const { body, adjusted } = ollamaChat.printRequest(chatRequest({ temperature: 0 }), {
      ...TARGET,
      takesSampling: false,
    });
    expect(body.options).toBeUndefined();
    expect(adjusted).toEqual(['temperature, top_p and top_k left out']);
  });
});

describe('what Ollama cannot express is named', () => {
  const image = { type: 'image' as const, source: { kind: 'url' as const, url: 'https://a.example/b.png' } };
  const audio = { type: 'opaque' as const, protocol: 'openai' as const, kind: 'input_audio', value: {} };
  const result = { type: 'tool_result' as const, callId: 'a', content: [image] };

  it.each<[Partial<ChatRequest>, string]>([
    [{ choices: 3 }, '3 alternative answers (n)'],
    [{ messages: [{ role: 'user', parts: [image, image] }] }, IMAGE_BY_ADDRESS],
    [{ messages: [{ role: 'tool', parts: [result] }] }, IMAGE_BY_ADDRESS],
    [{ messages: [{ role: 'user', parts: [audio] }] }, 'input_audio (openai)'],
    [{ suffix: 'x' }, 'text after the gap (suffix)'],
    [{ toolChoice: { type: 'tool', name: 'f' } }, 'a required call of the tool "f", which is not among the tools'],
    [{ toolChoice: { type: 'required' } }, 'a required call of a tool, which is not among the tools'],
  ])('%j in /api/chat', (fields, sentence) => {
    expect(ollamaChat.unsupported(chatRequest(fields))).toEqual([sentence]);
  });

  it('tools and conversations in /api/generate', () => {
    const messages = [...chatRequest().messages, ...chatRequest().messages];
    const request = chatRequest({ mode: 'completion', messages, tools: [{ name: 'f' }] });
    expect(ollamaGenerate.unsupported(request)).toEqual(['a conversation of several messages', 'tools']);
  });
});
