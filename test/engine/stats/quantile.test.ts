import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { quantile, quantileOfSorted } from '../../../src-main/engine/stats/quantile.ts';
import { haveFixtures, readFixture } from './fixtures.ts';

const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), { minLength: 1 });
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('a quantile', () => {
  test.skipIf(!haveFixtures)("is numpy's and R's default (type 7), not the nearest rank", () => {
    const { inputs, expected } = readFixture(
      'quantile_types',
      z.object({
        inputs: z.object({ x: z.array(z.number()), p: z.array(z.number()) }),
        expected: z.object({ type7_linear: z.array(z.number()) }),
      }),
    );
    inputs.p.forEach((p, index) => {
      expect(quantile(inputs.x, p)).toBeCloseTo(expected.type7_linear[index] ?? NaN, 12);
    });
  });

  test('does not mind the order and leaves the values as they were', () => {
    const given = [50, 15, 40, 20, 35];
    expect(quantile(given, 0.5)).toBe(35);
    expect(given).toEqual([50, 15, 40, 20, 35]);
  });

  test('of numbers is by size, not by their digits', () => {
    expect(quantile([9, 10, 100], 1)).toBe(100);
  });

  test('of nothing, or of something that is no number, is unknown', () => {
    expect(quantile([], 0.5)).toBeNull();
    expect(quantile([1, NaN, 3], 0.5)).toBeNull();
    expect(quantileOfSorted([], 0)).toBeNull();
  });

  test('of infinite values is infinite, never NaN', () => {
    expect(quantile([Infinity, Infinity, 1], 0.5)).toBe(Infinity);
  });

  test.each([-0.1, 1.1, NaN])('with a share of %s is a bug', (wrong) => {
    expect(() => quantile([1], wrong)).toThrow(RangeError);
  });

  test('lies between the smallest and the largest value and grows with the share', () => {
    fc.assert(
      fc.property(values, share, share, (given, one, other) => {
        const low = quantile(given, Math.min(one, other)) ?? NaN;
        const high = quantile(given, Math.max(one, other)) ?? NaN;
        const slack = 1e-6;
        expect(low).toBeGreaterThanOrEqual(Math.min(...given) - slack);
        expect(high).toBeLessThanOrEqual(Math.max(...given) + slack);
        expect(high).toBeGreaterThanOrEqual(low - slack);
      }),
    );
  });
});
