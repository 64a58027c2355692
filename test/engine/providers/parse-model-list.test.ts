import { describe, expect, it } from 'vitest';
import { GarbledReply } from '../../../src-main/engine/protocols/failure.ts';
import type { JsonValue } from '../../../src-main/engine/protocols/json.ts';
import { parseModelList } from '../../../src-main/engine/providers/parse-model-list.ts';

function only(model: JsonValue) {
  const [listed] = parseModelList({ data: [model] }).models;
  if (listed === undefined) throw new Error('nothing was listed');
  return listed;
}

describe('parseModelList', () => {
  it.each([
    ['an OpenAI list', { object: 'list', data: [{ id: 'a' }, { id: 'b' }] }],
    ['a list under models', { models: [{ name: 'a' }, { model: 'b' }] }],
    ['a bare array', [{ id: 'a' }, { id: 'b' }]],
    ['an array of names', ['a', 'b']],
    ['entries without a name among others', { data: [{ id: 'a' }, {}, 7, null, { id: '' }, { id: 'b' }] }],
  ])('reads %s', (_, body) => {
    expect(parseModelList(body).models.map((model) => model.name)).toEqual(['a', 'b']);
  });

  it('takes null for an empty list', () => {
    expect(parseModelList({ data: null })).toEqual({ models: [], next: null });
  });

  it.each([[{}], ['text'], [{ data: 'no' }], [null]])('complains of %j', (body) => {
    expect(() => parseModelList(body)).toThrow(GarbledReply);
  });

  it("drops Gemini's models/ before the name", () => {
    expect(only({ id: 'models/gemini-2.5-flash' }).name).toBe('gemini-2.5-flash');
  });

  it.each([
    ['context_length', { context_length: 8192 }],
    ['max_model_len', { max_model_len: 8192 }],
    ['context_window', { context_window: 8192 }],
    ['max_context_length', { max_context_length: 8192 }],
    ['max_input_tokens', { max_input_tokens: 8192 }],
    [
      "OpenRouter's serving limit before the model's own",
      { context_length: 99, top_provider: { context_length: 8192 } },
    ],
    ['metadata', { metadata: { context_length: 8192 } }],
    ['the longest of several companies', { providers: [{ context_length: 4096 }, { context_length: 8192 }, {}] }],
  ])('finds the context in %s', (_, fields) => {
    expect(only({ id: 'm', ...fields }).contextTokens).toBe(8192);
  });

  it.each([[{}], [{ context_length: 0 }], [{ context_length: '8192' }], [{ context_length: null }]])(
    'knows no context from %j',
    (fields) => {
      expect(only({ id: 'm', ...fields }).contextTokens).toBeNull();
    },
  );

  it('finds the longest answer', () => {
    expect(only({ id: 'm', top_provider: { max_completion_tokens: 100 } }).maxOutputTokens).toBe(100);
    expect(only({ id: 'm', max_output_tokens: 200 }).maxOutputTokens).toBe(200);
  });

  it('reads what OpenRouter says of parameters and modalities', () => {
    const model = only({
      id: 'm',
      architecture: { input_modalities: ['text', 'image'], output_modalities: ['text'] },
      supported_parameters: ['tools', 'temperature', 'reasoning'],
    });
    expect(model.takesSampling).toBe(true);
    const expected = { text: true, vision: true, tools: true, thinking: true, jsonSchema: false, embeddings: null };
    expect(model.capabilities).toMatchObject(expected);
  });

  it('takes no temperature where a list of parameters leaves it out', () => {
    expect(only({ id: 'm', supported_parameters: ['tools'] }).takesSampling).toBe(false);
    expect(only({ id: 'm', supported_parameters: [] }).takesSampling).toBe(true);
  });

  it("reads Mistral's object of booleans", () => {
    const capabilities = { completion_chat: true, function_calling: true, vision: false, completion_fim: true };
    const expected = { text: true, tools: true, vision: false, insert: true, thinking: null };
    expect(only({ id: 'm', capabilities }).capabilities).toMatchObject(expected);
  });

  it("reads Anthropic's object of supported marks", () => {
    const capabilities = { image_input: { supported: true }, structured_outputs: { supported: false }, batch: {} };
    expect(only({ id: 'm', capabilities }).capabilities).toMatchObject({
      vision: true,
      jsonSchema: false,
      tools: null,
    });
  });

  it('reads a list of words, and knows what is not in it', () => {
    const known = only({ id: 'm', capabilities: ['chat', 'tool_use'] }).capabilities;
    expect(known).toMatchObject({ text: true, tools: true, vision: false });
    expect(only({ id: 'm', capabilities: ['batch'] }).capabilities).toMatchObject({ text: null, tools: null });
  });

  it.each([
    ['embedding', { text: false, embeddings: true }],
    ['chat', { text: true, embeddings: null }],
    ['vlm', { text: true, vision: true }],
    ['rerank', { text: false, embeddings: false }],
  ])('reads the type %s', (type, expected) => {
    expect(only({ id: 'm', type }).capabilities).toMatchObject(expected);
  });

  it('goes by the name when nothing else tells', () => {
    expect(only({ id: 'text-embedding-3-small' }).capabilities).toMatchObject({ text: false, embeddings: true });
    expect(only({ id: 'whisper-1' }).capabilities).toMatchObject({ text: false, embeddings: false });
    expect(only({ id: 'gpt-4o' }).capabilities).toMatchObject({ text: null, embeddings: null });
  });

  it('gives the cursor of the next page', () => {
    expect(parseModelList({ data: [{ id: 'a' }], has_more: true, last_id: 'a' }).next).toBe('a');
    expect(parseModelList({ data: [{ id: 'a' }], has_more: false, last_id: 'a' }).next).toBeNull();
  });
});
