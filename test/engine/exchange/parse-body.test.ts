import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseBody } from '../../../src-main/engine/exchange/parse-body.ts';
import { InvalidRequest } from '../../../src-main/engine/protocols/failure.ts';

describe('a request body', () => {
  test('is read as the object it is', () => {
    const objects = fc.dictionary(
      fc.string().filter((name) => name.toLowerCase() !== 'model'),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(objects, (body) => {
        const text = JSON.stringify(body);
        expect(parseBody(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test.each([
    ['nothing', '', 'The body is empty'],
    ['half of it', '{"model":"m"', 'The body is not JSON'],
    ['a list', '[]', 'must be a JSON object'],
    ['a text', '"m"', 'must be a JSON object'],
    ['null', 'null', 'must be a JSON object'],
    ['something behind it', '{} {}', 'The body is not JSON'],
  ])('that is %s is refused in words', (_what, text, words) => {
    expect(() => parseBody(text)).toThrow(InvalidRequest);
    expect(() => parseBody(text)).toThrow(words);
  });

  test('is not repeated in the words about it', () => {
    const secret = 'my-secret-prompt';
    expect(() => parseBody(`{"prompt":"${secret}" oops}`)).toThrow(expect.not.stringContaining(secret) as never);
  });

  test('that nests too deeply is refused before it is parsed', () => {
    const deep = (levels: number) => `{"a":${'['.repeat(levels)}${' '.repeat(5_000)}${']'.repeat(levels)}}`;
    expect(parseBody(deep(499))).toHaveProperty('a');
    expect(() => parseBody(deep(500))).toThrow('nests deeper than 500 levels');
    expect(() => parseBody(`{"a":${'['.repeat(1_000_000)}`)).toThrow('nests deeper');
  });

  test('may hold brackets in its texts, however many', () => {
    const text = `\\"${'[{'.repeat(10_000)}`;
    expect(parseBody(JSON.stringify({ prompt: text }))).toEqual({ prompt: text });
  });

  test.each(['Model', 'MODEL', 'mOdel'])('with "%s" is refused: Ollama would take it for "model"', (name) => {
    expect(() => parseBody(`{"model":"a","${name}":"b"}`)).toThrow('is ambiguous');
    expect(() => parseBody(`{"${name}":"b"}`)).toThrow('is ambiguous');
  });
});
