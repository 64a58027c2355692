import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkAgainstSchema } from '../../../src-main/engine/learning/check-against-schema.ts';
import type { JsonValue } from '../../../src-main/engine/protocols/json.ts';

const PERSON = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string' },
    age: { type: ['integer', 'null'] },
    mood: { enum: ['good', 'bad'] },
    tags: { type: 'array', items: { type: 'string' } },
  },
  additionalProperties: false,
};

describe('a value that fits its schema', () => {
  test.each<[JsonValue]>([
    [{ name: 'Ada' }],
    [{ name: 'Ada', age: null, mood: 'bad', tags: [] }],
    [{ name: '', age: 36.0, tags: ['a', 'b'] }],
  ])('has no problem: %j', (value) => {
    expect(checkAgainstSchema(value, PERSON)).toBeNull();
  });
});

describe('a value that does not fit', () => {
  test.each<[string, JsonValue]>([
    ['$ is not an object', 'Ada'],
    ['$ is not an object', ['Ada']],
    ['$ is not an object', null],
    ['$.name is missing', {}],
    ['$.name is not a string', { name: 3 }],
    ['$.age is not an integer or null', { name: 'Ada', age: 1.5 }],
    ['$.mood is not one of the allowed values', { name: 'Ada', mood: 'so-so' }],
    ['$.tags[1] is not a string', { name: 'Ada', tags: ['a', null] }],
    ['$["e-mail"] should not be there', { name: 'Ada', 'e-mail': 'x' }],
  ])('has its first problem told: %s', (problem, value) => {
    expect(checkAgainstSchema(value, PERSON)).toBe(problem);
  });

  test('by deep equality with what is allowed, whatever the order of keys', () => {
    const schema = { enum: [{ a: 1, b: [2, null] }] };
    expect(checkAgainstSchema({ b: [2, null], a: 1 }, schema)).toBeNull();
    expect(checkAgainstSchema({ b: [2], a: 1 }, schema)).not.toBeNull();
    expect(checkAgainstSchema({ a: 1 }, schema)).not.toBeNull();
  });
});

describe('what is not understood', () => {
  test.each<[JsonValue, JsonValue]>([
    ['no schema at all', null],
    [5, { type: 'money' }],
    [5, { anyOf: [{ type: 'string' }] }],
    [{ x_a: 1 }, { patternProperties: { '^x_': {} }, additionalProperties: false }],
    [[1, 'a'], { items: [{ type: 'string' }] }],
    [[1, 'a'], { prefixItems: [{ type: 'number' }], items: { type: 'string' } }],
    [{ a: 1 }, { required: true }],
    [null, { type: 'string', nullable: true }],
  ])('is ignored, not refused: %j against %j', (value, schema) => {
    expect(checkAgainstSchema(value, schema)).toBeNull();
  });

  test('names of things that every object has are not there unless they are', () => {
    expect(checkAgainstSchema({}, { required: ['toString'] })).toBe('$.toString is missing');
    expect(checkAgainstSchema({ constructor: 1 }, { properties: {}, additionalProperties: false })).toBe(
      '$.constructor should not be there',
    );
    expect(checkAgainstSchema(1, { type: 'toString' })).toBeNull();
  });

  test('is what lies too deep to look', () => {
    let value: JsonValue = 'wrong';
    let schema: JsonValue = { type: 'number' };
    for (let depth = 0; depth < 5000; depth += 1) {
      value = [value];
      schema = { items: schema };
    }
    expect(checkAgainstSchema(value, schema)).toBeNull();
  });
});

describe('beside a full validator', () => {
  const key = fc.constantFrom('a', 'b', 'c');
  const scalar = fc.constantFrom<JsonValue[]>(null, true, false, 0, 1, -2, 1.5, 1e300, '', 'a', 'b');
  const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { arbitrary: scalar, weight: 3 },
      { arbitrary: fc.array(tie('value'), { maxLength: 3 }), weight: 2 },
      { arbitrary: fc.dictionary(key, tie('value'), { maxKeys: 3, noNullPrototype: true }), weight: 3 },
    ),
  }));
  const type = fc.constantFrom('string', 'number', 'integer', 'boolean', 'null', 'array', 'object');
  const { schema } = fc.letrec<{ schema: JsonValue }>((tie) => ({
    schema: fc.oneof(
      { maxDepth: 3 },
      { arbitrary: fc.boolean(), weight: 1 },
      {
        arbitrary: fc.record(
          {
            type: fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 5 })),
            enum: fc.uniqueArray(value, { minLength: 1, maxLength: 4, selector: (each) => JSON.stringify(each) }),
            required: fc.uniqueArray(key),
            properties: fc.dictionary(key, tie('schema'), { noNullPrototype: true }),
            items: tie('schema'),
            additionalProperties: tie('schema'),
          },
          { requiredKeys: [] },
        ),
        weight: 6,
      },
    ),
  }));

  test('agrees with ajv about everything it knows', () => {
    let fits = 0;
    let runs = 0;
    fc.assert(
      fc.property(schema, fc.array(value, { minLength: 4, maxLength: 12 }), (rule, values) => {
        const validate = new Ajv({ strict: false }).compile(typeof rule === 'boolean' ? rule : Object(rule));
        for (const each of values) {
          const fitting = validate(each);
          expect(checkAgainstSchema(each, rule) === null).toBe(fitting);
          runs += 1;
          if (fitting) fits += 1;
        }
      }),
      { numRuns: 100 },
    );
    // Both answers were really compared, however the draws fell.
    expect(fits).toBeGreaterThan(0);
    expect(fits).toBeLessThan(runs);
  });
});
