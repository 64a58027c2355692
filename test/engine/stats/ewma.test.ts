import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Ewma, smoothingFactor, tauOfHalfLife } from '../../../src-main/engine/stats/ewma.ts';
import { haveFixtures, readFixture } from './fixtures.ts';

describe('a moving average over time', () => {
  test.skipIf(!haveFixtures)('of values at even times is the usual one (pandas, adjust=False)', () => {
    const numbers = z.array(z.number());
    const { inputs, expected } = readFixture(
      'ewma',
      z.object({
        inputs: z.object({ x: numbers, alpha: z.number() }),
        expected: z.object({ adjust_false: numbers }),
      }),
    );
    const ewma = new Ewma({ tauMs: -1000 / Math.log(1 - inputs.alpha) });
    inputs.x.forEach((value, index) => {
      ewma.add(value, index * 1000);
      expect((ewma.value ?? NaN) / (expected.adjust_false[index] ?? NaN)).toBeCloseTo(1, 12);
    });
  });

  test.skipIf(!haveFixtures)('knows half-lives as pandas does', () => {
    const { inputs, expected } = readFixture(
      'ewma_alpha_conversions',
      z.object({
        inputs: z.object({ halflife: z.tuple([z.number()]) }),
        expected: z.object({ alpha_halflife: z.tuple([z.number()]) }),
      }),
    );
    const tauMs = tauOfHalfLife(inputs.halflife[0]);
    expect(smoothingFactor({ elapsedMs: 1, tauMs })).toBeCloseTo(expected.alpha_halflife[0], 12);
  });

  test('of values at uneven times weighs each by the time since the one before', () => {
    const ewma = new Ewma({ tauMs: 1000 });
    ewma.add(10, 0);
    ewma.add(20, 1000);
    // 1 − e^−1 = 0.63212…
    expect(ewma.value).toBeCloseTo(16.321205588285577, 12);
    ewma.add(0, 1500);
    // × e^−0.5
    expect(ewma.value).toBeCloseTo(16.321205588285577 * Math.exp(-0.5), 12);
  });

  test('does not depend on how often the same value is told', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1, max: 1000, noNaN: true }), { minLength: 1 }), (gaps) => {
        const often = new Ewma({ tauMs: 500 });
        const once = new Ewma({ tauMs: 500 });
        often.add(0, 0);
        once.add(0, 0);
        let atMs = 0;
        for (const gap of gaps) often.add(7, (atMs += gap));
        once.add(7, atMs);
        expect(often.value).toBeCloseTo(once.value ?? NaN, 9);
      }),
    );
  });

  test('starts with its first value, not with 0', () => {
    const ewma = new Ewma({ tauMs: 1000 });
    expect(ewma.value).toBeNull();
    ewma.add(250, 5);
    expect(ewma.value).toBe(250);
  });

  test('goes on when the clock jumps back', () => {
    const ewma = new Ewma({ tauMs: 1000 });
    ewma.add(10, 3_600_000);
    ewma.add(20, 0);
    expect(ewma.value).toBe(10);
    ewma.add(20, 1000);
    expect(ewma.value).toBeCloseTo(16.321205588285577, 12);
  });

  test.each([
    [NaN, 0],
    [Infinity, 0],
    [1, NaN],
  ])('refuses %s at %s', (value, atMs) => {
    const ewma = new Ewma({ tauMs: 1000 });
    ewma.add(5, 0);
    expect(ewma.add(value, atMs)).toBe(false);
    expect(ewma.value).toBe(5);
  });

  test('comes back from its state', () => {
    const ewma = new Ewma({ tauMs: 1000 });
    expect(ewma.toState()).toBeNull();
    ewma.add(10, 100);
    const restored = Ewma.fromState({ tauMs: 1000 }, JSON.parse(JSON.stringify(ewma.toState())));
    ewma.add(20, 900);
    restored?.add(20, 900);
    expect(restored?.value).toBe(ewma.value);
  });

  test.each([null, 3, {}, { value: null, atMs: 0 }, { value: 1 }])('does not come back from %j', (state) => {
    expect(Ewma.fromState({ tauMs: 1 }, state)).toBeNull();
  });
});
