import { describe, expect, test } from 'vitest';
import { drawBestArm, drawBeta } from '../../../src-main/engine/learning/beta-draws.ts';
import { betaDeviation, betaMean, toPrior, UNIFORM } from '../../../src-main/engine/learning/beta-posterior.ts';
import { seededRandom } from '../stats/mersenne-twister.ts';

const DRAWS = 20_000;

describe('draws from a Beta distribution', () => {
  test.each([
    [1, 1],
    [0.5, 0.5],
    [0.2, 3],
    [11, 91],
    [400, 122],
    [1e5, 2e5],
  ])('Beta(%s, %s) have its mean and deviation', (alpha, beta) => {
    const random = seededRandom(42);
    const draws = Array.from({ length: DRAWS }, () => drawBeta({ alpha, beta }, random));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / DRAWS;
    const deviation = Math.sqrt(draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / (DRAWS - 1));
    const expected = betaDeviation({ alpha, beta });
    // Four standard errors.
    expect(Math.abs(mean - betaMean({ alpha, beta }))).toBeLessThan((4 * expected) / Math.sqrt(DRAWS));
    expect(deviation / expected).toBeCloseTo(1, 1);
  });

  test('have the distribution of Beta(2, 3): F(1/2) = 11/16', () => {
    const random = seededRandom(1);
    const below = Array.from({ length: DRAWS }, () => drawBeta({ alpha: 2, beta: 3 }, random)).filter((x) => x < 0.5);
    expect(Math.abs(below.length / DRAWS - 0.6875)).toBeLessThan(4 * Math.sqrt((0.6875 * 0.3125) / DRAWS));
  });

  test('are 0 or 1 and never NaN for parameters near 0', () => {
    const random = seededRandom(5);
    for (let draw = 0; draw < 1000; draw += 1) {
      const value = drawBeta({ alpha: 1e-3, beta: 1e-3 }, random);
      expect(value >= 0 && value <= 1).toBe(true);
    }
  });

  test('come from sources that give exactly 0', () => {
    const zeroFirst = [0, 0, 0.3];
    const random = seededRandom(8);
    expect(drawBeta(UNIFORM, () => zeroFirst.shift() ?? random())).toBeGreaterThanOrEqual(0);
  });

  test('choose each of two equal arms half of the time', () => {
    const random = seededRandom(2);
    let second = 0;
    for (let draw = 0; draw < DRAWS; draw += 1) second += drawBestArm([UNIFORM, UNIFORM], random);
    expect(Math.abs(second / DRAWS - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / DRAWS));
  });
});

describe('a prior from history', () => {
  test('has about its mean', () => {
    expect(toPrior({ mean: 0.75, count: 8 })).toEqual({ alpha: 7, beta: 3 });
  });

  test('counts as twenty observations at most, and as none when there is none', () => {
    expect(toPrior({ mean: 0.5, count: 5000 })).toEqual({ alpha: 11, beta: 11 });
    expect(toPrior({ mean: 0.5, count: 0 })).toEqual(UNIFORM);
  });

  test('of nothing is as uncertain as the uniform distribution: 1 / √12', () => {
    expect(betaDeviation(UNIFORM)).toBeCloseTo(1 / Math.sqrt(12), 12);
  });
});
