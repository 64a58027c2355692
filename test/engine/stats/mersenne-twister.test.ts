import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { haveFixtures, readFixture } from './fixtures.ts';
import { seededRandom } from './mersenne-twister.ts';

describe.skipIf(!haveFixtures)('the seeded source of the simulations', () => {
  test('is the one of numpy, bit for bit', () => {
    const { inputs, expected } = readFixture(
      'mt19937_numpy_parity',
      z.object({ inputs: z.object({ seed: z.number() }), expected: z.array(z.number()) }),
    );
    const random = seededRandom(inputs.seed);
    expect(expected.map(random)).toEqual(expected);
  });
});
