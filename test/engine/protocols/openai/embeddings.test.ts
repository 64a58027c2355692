import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GarbledReply, InvalidRequest } from '../../../../src-main/engine/protocols/failure.ts';
import type { JsonObject, JsonValue } from '../../../../src-main/engine/protocols/json.ts';
import { parseBase64Vector, toBase64Vector } from '../../../../src-main/engine/protocols/openai/embedding-vectors.ts';
import {
  parseOpenAiEmbeddingRequest,
  parseOpenAiEmbeddingResult,
  printOpenAiEmbeddingRequest,
  printOpenAiEmbeddingResult,
} from '../../../../src-main/engine/protocols/openai/embeddings.ts';
import { expectSchema } from '../../../support/wire-schemas.ts';

describe('requests', () => {
  const parse = (input: JsonValue, more: JsonObject = {}) =>
    parseOpenAiEmbeddingRequest({ model: 'm', input, ...more });

  it.each<[JsonValue, unknown]>([
    ['a', ['a']],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [[1, 2], [[1, 2]]],
    [
      [[1], [2, 3]],
      [[1], [2, 3]],
    ],
  ])('read the input %j', (input, inputs) => expect(parse(input).inputs).toEqual(inputs));

  it.each<JsonValue>([null, [], 5, ['a', 1], [[]]])('refuse the input %j', (input) => {
    expect(() => parse(input)).toThrow(InvalidRequest);
  });

  it('read encoding, length and extensions', () => {
    expect(parse('a', { encoding_format: 'base64', dimensions: 8, keep_alive: 0, truncate: false, user: 'u' })).toEqual(
      {
        model: 'm',
        inputs: ['a'],
        encoding: 'base64',
        dimensions: 8,
        keepAlive: 0,
        truncate: false,
        extra: { protocol: 'openai', fields: { user: 'u' } },
      },
    );
    expect(parse('a').encoding).toBe('float');
    expect(() => parse('a', { encoding_format: 'hex' })).toThrow('encoding_format');
    expect(() => parse('a', { keep_alive: true })).toThrow('keep_alive');
  });

  it('are printed with what the protocol knows; the rest is named', () => {
    const printed = printOpenAiEmbeddingRequest(
      parse('a', { encoding_format: 'base64', dimensions: 8, keep_alive: 0, truncate: false, user: 'u' }),
      { model: 'up' },
    );
    expect(printed).toEqual({
      path: '/embeddings',
      body: { model: 'up', input: ['a'], encoding_format: 'float', dimensions: 8, user: 'u' },
      adjusted: [
        'keep_alive (the OpenAI protocol has no such field)',
        'truncate (the OpenAI protocol has no such field)',
      ],
    });
    const foreign = { ...parse('a'), extra: { protocol: 'ollama' as const, fields: { x: 1 } } };
    expect(printOpenAiEmbeddingRequest(foreign, { model: 'up' }).body).not.toHaveProperty('x');
  });
});

describe('vectors in base64', () => {
  it('are little-endian float32', () => {
    expect(toBase64Vector([1, -2.5])).toBe(Buffer.from(new Float32Array([1, -2.5]).buffer).toString('base64'));
  });

  it('come back as they were, of any length', () => {
    const vectors = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { maxLength: 40 });
    fc.assert(
      fc.property(vectors, (vector) => {
        expect(parseBase64Vector(toBase64Vector(vector))).toEqual(vector);
      }),
    );
    const long = Array.from({ length: 10_000 }, (_, index) => index);
    expect(parseBase64Vector(toBase64Vector(long))).toEqual(long);
  });
});

describe('answers', () => {
  const result = {
    vectors: [
      [0.5, -1],
      [2, 3],
    ],
    inputTokens: 4,
  };

  it.each(['float', 'base64'] as const)('in %s are valid and read back as the same', (encoding) => {
    const printed = printOpenAiEmbeddingResult(result, { model: 'm', encoding });
    if (encoding === 'float') expectSchema('openai', 'CreateEmbeddingResponse', printed);
    expect(printed).toMatchObject({ object: 'list', usage: { prompt_tokens: 4, total_tokens: 4 } });
    expect(parseOpenAiEmbeddingResult(printed)).toEqual({ ...result, model: 'm' });
  });

  it('are put in the order of the inputs', () => {
    const data = [
      { index: 1, embedding: [2] },
      { index: 0, embedding: [1] },
    ];
    expect(parseOpenAiEmbeddingResult({ data })).toEqual({ vectors: [[1], [2]], inputTokens: null });
  });

  it('are lists even when they are empty', () => {
    expect(
      printOpenAiEmbeddingResult({ vectors: [], inputTokens: null }, { model: 'm', encoding: 'float' }),
    ).toMatchObject({
      data: [],
      usage: { prompt_tokens: 0 },
    });
  });

  it.each<JsonObject>([
    {},
    { data: [{ index: 5, embedding: [1] }] },
    { data: [{ embedding: 'no base64!' }] },
    { data: [{ embedding: 'AAA=' }] },
    { data: ['x'] },
  ])('are refused when garbled: %j', (body) => expect(() => parseOpenAiEmbeddingResult(body)).toThrow(GarbledReply));
});
