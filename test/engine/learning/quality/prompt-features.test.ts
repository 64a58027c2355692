import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPrompt } from '../../../../src-main/engine/learning/prompt-features.ts';
import { SHAPE_SIZE } from '../../../../src-main/engine/learning/prompt-shape.ts';
import { GRAM_BITS } from '../../../../src-main/engine/learning/scan-prompt.ts';

/** Any code units, broken surrogates too. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 300 }).map((units) => String.fromCharCode(...units)),
);

describe('features of a prompt', () => {
  test('are the same for the same text, whatever the text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(readPrompt(text)).toEqual(readPrompt(text));
      }),
    );
  });

  test('are ascending 18-bit hashes, each once, with a count of at least 1, and finite figures', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { grams, counts, shape } = readPrompt(text);
        expect(counts).toHaveLength(grams.length);
        expect([...grams]).toEqual([...new Set(grams)].sort((one, other) => one - other));
        expect(grams.every((gram) => gram < 2 ** GRAM_BITS)).toBe(true);
        expect(counts.every((count) => count >= 1)).toBe(true);
        expect(shape).toHaveLength(SHAPE_SIZE);
        expect(shape.every(Number.isFinite)).toBe(true);
      }),
    );
  });

  test('of the empty text have no grams', () => {
    expect(readPrompt('').grams).toHaveLength(0);
  });

  test('count a word that comes back as 1 + ln(count)', () => {
    expect([...new Set(readPrompt('tide').counts)]).toEqual([1]);
    expect(Math.max(...readPrompt('tide tide tide').counts)).toBeCloseTo(1 + Math.log(3), 6);
  });

  test('tell how a text begins and how it ends', () => {
    const middle = 'one two three four five six';
    const [one, other] = [readPrompt(`translate ${middle} translate`), readPrompt(`${middle} translate translate`)];
    expect(other.grams).not.toEqual(one.grams);
    expect(readPrompt('stop').grams).toHaveLength(3);
  });

  test('do not tell capitals from small letters in words, but in form', () => {
    const [small, large] = [readPrompt('prove the lemma'), readPrompt('PROVE THE LEMMA')];
    expect(large.grams).toEqual(small.grams);
    expect(large.shape).not.toEqual(small.shape);
  });

  test('tell the order of words', () => {
    expect(readPrompt('dog bites man').grams).not.toEqual(readPrompt('man bites dog').grams);
  });

  test('take head and tail of a long text and leave out its middle', () => {
    const [head, tail] = ['h '.repeat(1300), 't '.repeat(700)];
    const middles = ['one middle '.repeat(400), 'something else '.repeat(900)];
    const [one, other] = middles.map((middle) => readPrompt(head + middle + tail));
    expect(other).toEqual(one);
  });
});
