import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { drawBestArm } from '../../../src-main/engine/learning/beta-draws.ts';
import { betaMean, UNIFORM, type BetaPosterior } from '../../../src-main/engine/learning/beta-posterior.ts';
import {
  probabilitiesOfBeingBest,
  probabilityOfBeating,
} from '../../../src-main/engine/learning/beta-probabilities.ts';
import { haveFixtures, readFixture } from '../stats/fixtures.ts';
import { seededRandom } from '../stats/mersenne-twister.ts';

const shape = fc.double({ min: 1, max: 300, noNaN: true });
const posterior = fc.record({ alpha: shape, beta: shape });

/** Evan Miller's closed form of P(B > A); only for whole alphas of B. */
function closedForm(a: BetaPosterior, b: BetaPosterior): number {
  let sum = 0;
  for (let i = 0; i < b.alpha; i += 1) {
    sum += Math.exp(
      logBeta(a.alpha + i, a.beta + b.beta) - Math.log(b.beta + i) - logBeta(1 + i, b.beta) - logBeta(a.alpha, a.beta),
    );
  }
  return sum;
}

/** Whole numbers only. */
function logBeta(a: number, b: number): number {
  return logFactorial(a - 1) + logFactorial(b - 1) - logFactorial(a + b - 1);
}

function logFactorial(n: number): number {
  let sum = 0;
  for (let factor = 2; factor <= n; factor += 1) sum += Math.log(factor);
  return sum;
}

describe('the probability that one arm beats another', () => {
  test.skipIf(!haveFixtures).each(['1_1_1_1', '11_91_16_86', '21_81_26_76', '201_1801_251_1751'])(
    'is that of the closed form and of quadrature: %s',
    (name) => {
      const { inputs, expected } = readFixture(
        `prob_B_beats_A_${name}`,
        z.object({
          inputs: z.object({ aA: z.number(), bA: z.number(), aB: z.number(), bB: z.number() }),
          expected: z.object({ p_B_gt_A: z.number(), postmean_A: z.number() }),
        }),
      );
      const a = { alpha: inputs.aA, beta: inputs.bA };
      const b = { alpha: inputs.aB, beta: inputs.bB };
      expect(probabilityOfBeating(b, a) / expected.p_B_gt_A).toBeCloseTo(1, 7);
      expect(closedForm(a, b) / expected.p_B_gt_A).toBeCloseTo(1, 7);
      expect(betaMean(a)).toBeCloseTo(expected.postmean_A, 12);
    },
  );

  test('is the closed form for whole parameters', () => {
    const whole = fc.integer({ min: 1, max: 60 });
    const arm = fc.record({ alpha: whole, beta: whole });
    fc.assert(
      fc.property(arm, arm, (a, b) => {
        expect(probabilityOfBeating(b, a)).toBeCloseTo(closedForm(a, b), 5);
      }),
    );
  });

  test('against a uniform arm is the mean, whole parameters or not', () => {
    fc.assert(
      fc.property(posterior, (arm) => {
        expect(probabilityOfBeating(arm, UNIFORM)).toBeCloseTo(betaMean(arm), 5);
      }),
    );
  });

  test('holds for arms that are known very well', () => {
    expect(probabilityOfBeating({ alpha: 6e6, beta: 4e6 }, { alpha: 4e6, beta: 6e6 })).toBeCloseTo(1, 9);
    expect(probabilityOfBeating({ alpha: 6e6, beta: 4e6 }, UNIFORM)).toBeCloseTo(0.6, 5);
  });
});

describe('the probabilities of being the best', () => {
  test('are certainty for one arm and nothing for none', () => {
    expect(probabilitiesOfBeingBest([UNIFORM])).toEqual([1]);
    expect(probabilitiesOfBeingBest([])).toEqual([]);
  });

  test('are shares of one that follow their arms', () => {
    fc.assert(
      fc.property(fc.array(posterior, { minLength: 2, maxLength: 8 }), (arms) => {
        const shares = probabilitiesOfBeingBest(arms);
        expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
        expect(probabilitiesOfBeingBest(arms.toReversed()).toReversed()).toEqual(
          shares.map((share): unknown => expect.closeTo(share, 9)),
        );
      }),
    );
  });

  test('are how often draws choose each arm', () => {
    const arms = [UNIFORM, { alpha: 40.5, beta: 12.3 }, { alpha: 39, beta: 13 }, { alpha: 3, beta: 9 }];
    const random = seededRandom(11);
    const draws = 40_000;
    const chosen = arms.map(() => 0);
    for (let draw = 0; draw < draws; draw += 1) {
      const arm = drawBestArm(arms, random);
      chosen[arm] = (chosen[arm] ?? 0) + 1;
    }
    probabilitiesOfBeingBest(arms).forEach((share, arm) => {
      const error = Math.abs((chosen[arm] ?? 0) / draws - share);
      expect(error).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / draws) + 1e-4);
    });
  });
});
