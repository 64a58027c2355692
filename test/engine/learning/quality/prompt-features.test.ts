import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gramOf, weightOf } from '../../../../src-main/engine/learning/gram-terms.ts';
import { addUnit, EMPTY_HASH } from '../../../../src-main/engine/learning/hash-text.ts';
import { readPrompt } from '../../../../src-main/engine/learning/prompt-features.ts';
import { SHAPE_SIZE } from '../../../../src-main/engine/learning/prompt-shape.ts';
import { GRAM_BITS } from '../../../../src-main/engine/learning/read-grams.ts';

/** Any code units, broken surrogates too. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 300 }).map((units) => String.fromCharCode(...units)),
);

function gramsOf(text: string): number[] {
  return readPrompt(text).terms.map(gramOf);
}

function weightsOf(text: string): number[] {
  return readPrompt(text).terms.map(weightOf);
}

/** FNV-1a of all numbers. */
function fingerprint(text: string): number {
  const { terms, shape } = readPrompt(text);
  const bits = new Uint32Array(Float32Array.of(...terms.map(weightOf), ...shape).buffer);
  const hash = [...terms.map(gramOf), ...bits].reduce(addUnit, EMPTY_HASH);
  return hash >>> 0;
}

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
        const { shape } = readPrompt(text);
        const [grams, weights] = [gramsOf(text), weightsOf(text)];
        expect(grams).toEqual([...new Set(grams)].sort((one, other) => one - other));
        expect(grams.every((gram) => gram < 2 ** GRAM_BITS)).toBe(true);
        expect(weights.every((weight) => weight >= 1)).toBe(true);
        expect(shape).toHaveLength(SHAPE_SIZE);
        expect(shape.every(Number.isFinite)).toBe(true);
      }),
    );
  });

  test('of the empty text have no grams', () => {
    expect(gramsOf('')).toHaveLength(0);
  });

  test('count a word that comes back as 1 + ln(count)', () => {
    expect([...new Set(weightsOf('tide'))]).toEqual([1]);
    expect(Math.max(...weightsOf('tide tide tide'))).toBeCloseTo(1 + Math.log(3), 6);
  });

  test('tell how a text begins and how it ends', () => {
    const middle = 'one two three four five six';
    const [one, other] = [gramsOf(`translate ${middle} translate`), gramsOf(`${middle} translate translate`)];
    expect(other).not.toEqual(one);
    expect(gramsOf('stop')).toHaveLength(3);
  });

  test('do not tell capitals from small letters in words, but in form', () => {
    const [small, large] = [readPrompt('prove the lemma'), readPrompt('PROVE THE LEMMA')];
    expect(gramsOf('PROVE THE LEMMA')).toEqual(gramsOf('prove the lemma'));
    expect(large.shape).not.toEqual(small.shape);
  });

  test('tell the order of words', () => {
    expect(gramsOf('dog bites man')).not.toEqual(gramsOf('man bites dog'));
  });

  test('take head and tail of a long text and leave out its middle', () => {
    const [head, tail] = ['h '.repeat(1300), 't '.repeat(700)];
    const middles = ['one middle '.repeat(400), 'something else '.repeat(900)];
    const [one, other] = middles.map((middle) => readPrompt(head + middle + tail));
    expect(other).toEqual(one);
  });

  /** What was learned is kept by these figures: when they change, the version of the learner's state has to. */
  test('stay what they are', () => {
    const { terms, shape } = readPrompt('Is it not so? Is it?');
    expect(terms.map(gramOf)).toEqual([
      ...[43845, 51394, 53256, 58539, 74976, 79208, 91297, 91384, 109722],
      ...[118655, 134209, 226431, 248165],
    ]);
    const twice = Math.fround(1 + Math.log(2));
    expect(terms.map(weightOf)).toEqual([1, 1, 1, 1, twice, 1, 1, twice, 1, 1, 1, 1, twice]);
    expect(shape.map((figure) => Number(figure.toFixed(4)))).toEqual([
      ...[3.0445, 1.9459, 2.1667, 3, 3.0445, 3.0445, 0, 0, 0, 1, 0.3333, 1, 1, 0, 0],
      ...[0.1, 0, 0, 0.25, 0, 0, 0, 0, 0, 1.0986, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ]);
    const texts = [
      'Prove: 12 < x², never {a; b}\n\nΩ \ud83d',
      'one two THREE four '.repeat(80),
      'a, b_c $5 '.repeat(400),
    ];
    expect(texts.map(fingerprint)).toEqual([1496937912, 2632190826, 1103488274]);
  });
});
