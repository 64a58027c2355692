import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sortGrams } from '../../../../src-main/engine/learning/sort-grams.ts';

const anyGram = fc.integer({ min: 0, max: 2 ** 18 - 1 });
const anyGrams = fc.oneof(
  fc.array(anyGram, { maxLength: 300 }),
  fc.array(anyGram, { maxLength: 4_000, size: 'max' }),
  // Few of them, so that they come back again and again; and all of them in one bucket.
  fc.array(fc.constantFrom(0, 1, 2 ** 17, 2 ** 18 - 1), { maxLength: 300 }),
  fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 300 }),
);

test('grams are sorted as the library does it, however many they are', () => {
  fc.assert(
    fc.property(anyGrams, (grams) => {
      const into = new Uint32Array(grams.length + 1).fill(7);
      sortGrams(Uint32Array.of(...grams, 5), grams.length, into);
      expect([...into]).toEqual([...Uint32Array.from(grams).sort(), 7]);
    }),
  );
});
