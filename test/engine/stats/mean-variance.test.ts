import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { MeanVariance } from '../../../src-main/engine/stats/mean-variance.ts';
import { haveFixtures, readFixture } from './fixtures.ts';

/** The definition, in two passes: weights, their mean, and the unbiased variance for reliability weights. */
function byDefinition(values: readonly number[], retention: number) {
  const weights = values.map((_, index) => retention ** (values.length - 1 - index));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const squared = weights.reduce((sum, weight) => sum + weight ** 2, 0);
  const mean = values.reduce((sum, value, index) => sum + value * (weights[index] ?? 0), 0) / total;
  const squares = values.reduce((sum, value, index) => sum + (value - mean) ** 2 * (weights[index] ?? 0), 0);
  return { mean, deviation: Math.sqrt(squares / (total - squared / total)), effectiveCount: total ** 2 / squared };
}

function fed(values: readonly number[], retention: number): MeanVariance {
  const estimate = new MeanVariance({ retention });
  for (const value of values) estimate.add(value);
  return estimate;
}

describe('mean and deviation with forgetting', () => {
  test.skipIf(!haveFixtures)('has the bias-corrected moving mean of pandas (adjust=True)', () => {
    const numbers = z.array(z.number());
    const { inputs, expected } = readFixture(
      'ewma',
      z.object({
        inputs: z.object({ x: numbers, alpha: z.number() }),
        expected: z.object({ adjust_true_bias_corrected: numbers }),
      }),
    );
    const estimate = new MeanVariance({ retention: 1 - inputs.alpha });
    inputs.x.forEach((value, index) => {
      estimate.add(value);
      expect((estimate.mean ?? NaN) / (expected.adjust_true_bias_corrected[index] ?? NaN)).toBeCloseTo(1, 12);
    });
  });

  test('without forgetting is the sample mean, deviation and size', () => {
    const estimate = fed([2, 4, 4, 4, 5, 5, 7, 9], 1);
    expect(estimate.mean).toBe(5);
    expect(estimate.deviation).toBeCloseTo(Math.sqrt(32 / 7), 12);
    expect(estimate.effectiveCount).toBe(8);
    expect(estimate.standardError).toBeCloseTo(Math.sqrt(32 / 7 / 8), 12);
  });

  test('in one pass is what the definition says', () => {
    const values = fc.array(fc.double({ min: -1000, max: 1000, noNaN: true }), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.double({ min: 0.5, max: 1, noNaN: true }), (given, retention) => {
        const estimate = fed(given, retention);
        const expected = byDefinition(given, retention);
        expect(estimate.mean).toBeCloseTo(expected.mean, 6);
        expect(estimate.deviation).toBeCloseTo(expected.deviation, 5);
        expect(estimate.effectiveCount).toBeCloseTo(expected.effectiveCount, 6);
      }),
    );
  });

  test('follows a change and stops growing surer', () => {
    const estimate = fed([...new Array<number>(500).fill(1), ...new Array<number>(300).fill(9)], 0.98);
    expect(estimate.mean).toBeCloseTo(9, 1);
    // (1 + 0.98) / (1 − 0.98) in the limit.
    expect(estimate.effectiveCount).toBeCloseTo(99, 1);
  });

  test('begins with what is believed beforehand, which gives way to what is seen', () => {
    const estimate = new MeanVariance({ retention: 1, prior: { mean: 100, deviation: 10, count: 5 } });
    expect(estimate.mean).toBe(100);
    expect(estimate.deviation).toBeCloseTo(10, 12);
    expect(estimate.effectiveCount).toBe(5);
    for (let index = 0; index < 95; index += 1) estimate.add(200);
    expect(estimate.mean).toBeCloseTo(195, 9);
  });

  test('of one value has a mean and no deviation, of none nothing', () => {
    expect(new MeanVariance({ retention: 1 }).mean).toBeNull();
    expect(new MeanVariance({ retention: 1 }).effectiveCount).toBe(0);
    expect(new MeanVariance({ retention: 1 }).standardError).toBeNull();
    expect(fed([3], 0.9).mean).toBe(3);
    expect(fed([3], 0.9).deviation).toBeNull();
  });

  test.each([NaN, Infinity])('refuses %s', (wrong) => {
    const estimate = fed([1, 2], 1);
    expect(estimate.add(wrong)).toBe(false);
    expect(estimate.mean).toBe(1.5);
  });

  test('comes back from its state', () => {
    const estimate = fed([1, 5, 2], 0.9);
    const restored = MeanVariance.fromState({ retention: 0.9 }, JSON.parse(JSON.stringify(estimate.toState())));
    restored?.add(4);
    estimate.add(4);
    expect(restored?.toState()).toEqual(estimate.toState());
  });

  test.each([
    null,
    [],
    { version: 2, mean: 0, weight: 0, squaredWeight: 0, squares: 0 },
    { version: 1, mean: null, weight: 0, squaredWeight: 0, squares: 0 },
    { version: 1, mean: 0, weight: 1, squaredWeight: 0, squares: 0 },
    { version: 1, mean: 0, weight: 1, squaredWeight: 1, squares: -1 },
  ])('does not come back from %j', (state) => {
    expect(MeanVariance.fromState({ retention: 1 }, state)).toBeNull();
  });
});
