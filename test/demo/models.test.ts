import fc from 'fast-check';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { embedText } from '../../src-main/demo/embed-text.ts';
import { fillSchema } from '../../src-main/demo/fill-schema.ts';
import { findQuestion, isRight } from '../../src-main/demo/known-questions.ts';
import { createSeededRandom } from '../../src-main/demo/seeded-random.ts';
import { splitTokens } from '../../src-main/demo/split-tokens.ts';
import type { JsonObject } from '../../src-main/engine/protocols/json.ts';

describe('tokens', () => {
  test('joined are the text again, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => splitTokens(text).join('') === text));
  });

  test('are pieces of words with the blanks before them', () => {
    expect(splitTokens('Extraordinary: 2026 🌍')).toEqual(['Extrao', 'rdinar', 'y', ':', ' 202', '6', ' 🌍']);
  });
});

describe('luck', () => {
  test('depends on the keys alone', () => {
    const draw = (...keys: (string | number)[]): number[] => Array.from({ length: 3 }, createSeededRandom(...keys));
    expect(draw(1, 'a')).toEqual(draw(1, 'a'));
    expect(draw(1, 'a')).not.toEqual(draw(2, 'a'));
    expect(draw(1, 'a')).not.toEqual(draw(1, 'b'));
  });

  test('is spread evenly over [0, 1)', () => {
    const draws = Array.from({ length: 10_000 }, (_, index) => createSeededRandom(7, `question ${index}`)());
    for (const draw of draws) expect(draw >= 0 && draw < 1).toBe(true);
    const tenths = Array.from(
      { length: 10 },
      (_, tenth) => draws.filter((draw) => Math.floor(draw * 10) === tenth).length,
    );
    // 1000 expected in each, standard deviation 30: five of them either way.
    for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});

describe('known questions', () => {
  test('sums are worked out', () => {
    const numbers = fc.integer({ min: -999, max: 999 });
    fc.assert(
      fc.property(numbers, fc.nat(999), (one, other) => {
        expect(findQuestion(`What is ${one} + ${other}?`)?.answer).toBe(String(one + other));
        expect(findQuestion(`What is ${one} * ${other}?`)?.answer).toBe(String(one * other));
        expect(findQuestion(`What is ${one} - ${other}?`)?.answer).toBe(String(one - other));
      }),
    );
  });

  test.each([
    ['What is the capital of France?', 'Paris'],
    ['what is the capital of france', 'Paris'],
    ['Tell me the chemical symbol of gold.', 'Au'],
    ['How many legs has a spider?', '8'],
  ])('%s %s', (prompt, answer) => expect(findQuestion(prompt)?.answer).toBe(answer));

  test('of which nobody knows the answer are none', () => {
    expect(findQuestion('What is the capital of Atlantis?')).toBeNull();
    expect(isRight({ prompt: 'Why?', reply: 'Because.' })).toBeNull();
  });

  test.each([
    ['What is 17 + 25?', '17 + 25 = 42.', true],
    ['What is 17 + 25?', '{"answer":42}', true],
    ['What is 17 + 25?', '17 + 25 = 43.', false],
    ['What is 17 + 25?', '142', false],
    ['What is 17 - 25?', 'It is -8', true],
    ['What is 17 - 25?', 'It is 8', false],
    ['What is 8 - 0?', 'It is -8', false],
    ['What is 5 * 1?', '5 * 1 = 6.', false],
    ['What is the capital of Peru?', 'Lima, of course', true],
    ['What is the capital of Peru?', 'The capital of Peru is Oslo.', false],
  ])('%s "%s" is right: %s', (prompt, reply, verdict) => expect(isRight({ prompt, reply })).toBe(verdict));

  test('take none of their wrong answers for right', () => {
    for (const prompt of ['What is 17 + 25?', 'What is the capital of Norway?', 'How many legs has a hen?']) {
      const question = findQuestion(prompt);
      const wrong = question?.wrongAnswers.map((answer) => question.sentence(answer)) ?? [];
      expect(wrong.length).toBeGreaterThan(2);
      for (const reply of wrong) expect(isRight({ prompt, reply })).toBe(false);
    }
  });
});

describe('filled schemas', () => {
  const hints = { number: 42, answer: 'forty-two', subject: 'Lisbon' };

  test.each<[string, JsonObject]>([
    [
      'a flat object',
      {
        type: 'object',
        properties: { city: { type: 'string' }, days: { type: 'integer' } },
        required: ['city', 'days'],
      },
    ],
    ['lists', { type: 'array', items: { type: 'number', minimum: 50 }, minItems: 3 }],
    [
      'choices',
      { type: 'object', properties: { unit: { enum: ['C', 'F'] }, kind: { const: 7 } }, required: ['unit', 'kind'] },
    ],
    ['alternatives', { anyOf: [{ type: 'boolean' }, { type: 'null' }] }],
    ['types that may be null', { type: ['null', 'string'] }],
    [
      'references',
      {
        type: 'object',
        properties: { at: { $ref: '#/$defs/place' } },
        required: ['at'],
        $defs: { place: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } },
      },
    ],
  ])('fit %s', (_name, schema) => {
    const fits = new Ajv({ strict: false }).compile(schema);
    expect(fits(fillSchema(schema, hints)), JSON.stringify(fits.errors)).toBe(true);
  });

  test('hold the answer where the answer is asked for', () => {
    const properties = { answer: { type: 'string' }, city: { type: 'string' }, sum: { type: 'number' } };
    const filled = fillSchema({ type: 'object', properties }, hints);
    expect(filled).toEqual({ answer: 'forty-two', city: 'Lisbon', sum: 42 });
  });

  test('that contain themselves come to an end', () => {
    const schema = { type: 'object', properties: { next: { $ref: '#' } } };
    expect(JSON.stringify(fillSchema(schema, hints))).toMatch(/null/u);
  });
});

test('texts that share words have vectors that are near each other', () => {
  const near = (one: string, other: string): number => {
    const [left, right] = [embedText(one), embedText(other)];
    return left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
  };
  expect(near('the red train leaves', 'the red train leaves')).toBeCloseTo(1);
  expect(near('the red train leaves', 'the red train stops')).toBeGreaterThan(
    near('the red train leaves', 'some soup'),
  );
});
