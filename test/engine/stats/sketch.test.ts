import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Sketch, sketchKey, sketchValue } from '../../../src-main/engine/stats/sketch.ts';
import { haveFixtures, readFixture } from './fixtures.ts';
import { drawNormal, seededRandom } from './mersenne-twister.ts';

const SHARES = [0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1];
const values = fc.array(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), { minLength: 1, maxLength: 200 });

function sketchOf(given: readonly number[]): Sketch {
  const sketch = new Sketch();
  for (const value of given) sketch.add(value);
  return sketch;
}

/** What the sketch promises to come near to: the value at the rank, without interpolation. */
function lowerQuantile(given: readonly number[], share: number): number {
  const sorted = Float64Array.from(given).sort();
  return sorted[Math.floor(share * (sorted.length - 1))] ?? NaN;
}

function expectWithin(told: number | null, truth: number): void {
  expect(Math.abs((told ?? NaN) - truth)).toBeLessThanOrEqual(0.01 * truth * (1 + 1e-9));
}

describe('a sketch of a distribution', () => {
  test.skipIf(!haveFixtures)('puts values into the bins of DDSketch', () => {
    const numbers = z.array(z.number());
    const { inputs, expected } = readFixture(
      'ddsketch_mapping',
      z.object({
        inputs: z.object({ values: numbers }),
        expected: z.object({ key: numbers, estimate: numbers }),
      }),
    );
    expect(inputs.values.map(sketchKey)).toEqual(expected.key);
    expected.key.forEach((key, index) => {
      expect(sketchValue(key) / (expected.estimate[index] ?? NaN)).toBeCloseTo(1, 9);
    });
  });

  test('tells every quantile within 1 %', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (given, share) => {
        expectWithin(sketchOf(given).quantile(share), lowerQuantile(given, share));
      }),
    );
  });

  test('tells the quantiles of ten thousand log-normal latencies within 1 %', () => {
    const random = seededRandom(7);
    const given = Array.from({ length: 10_000 }, () => Math.exp(6 + drawNormal(random)));
    const sketch = sketchOf(given);
    for (const share of SHARES) expectWithin(sketch.quantile(share), lowerQuantile(given, share));
    expect(sketch.count).toBe(10_000);
    expect(sketch.mean).toBeCloseTo(given.reduce((sum, value) => sum + value, 0) / 10_000, 6);
  });

  test('merged from slices is the sketch of everything', () => {
    fc.assert(
      fc.property(fc.array(values, { maxLength: 6 }), (slices) => {
        const merged = new Sketch();
        for (const slice of slices) merged.merge(sketchOf(slice));
        const whole = sketchOf(slices.flat());
        expect({ ...merged.toState(), sum: 0 }).toEqual({ ...whole.toState(), sum: 0 });
        expect(merged.mean ?? 0).toBeCloseTo(whole.mean ?? 0, -2);
      }),
    );
  });

  test('leaves the merged one as it was, and can be merged with itself', () => {
    const sketch = sketchOf([1, 10, 100]);
    new Sketch().merge(sketch);
    expect(sketch.count).toBe(3);
    sketch.merge(sketch);
    expect(sketch.count).toBe(6);
    expectWithin(sketch.quantile(0.5), 10);
  });

  test('knows zero', () => {
    const sketch = sketchOf([0, 0, 0, 5]);
    expect(sketch.quantile(0.5)).toBe(0);
    expectWithin(sketch.quantile(1), 5);
    expect(sketchOf([0]).quantile(1)).toBe(0);
  });

  test('of nothing knows nothing', () => {
    expect(new Sketch().quantile(0.5)).toBeNull();
    expect(new Sketch().mean).toBeNull();
  });

  test.each([NaN, -1, Infinity, -Infinity])('refuses %s', (wrong) => {
    const sketch = sketchOf([3]);
    expect(sketch.add(wrong)).toBe(false);
    expect(sketch.count).toBe(1);
    expect(sketch.mean).toBe(3);
  });

  test('asked for a share beyond 1 is a bug', () => {
    expect(() => sketchOf([1]).quantile(95)).toThrow(RangeError);
  });

  test('stays small whatever comes', () => {
    const sketch = new Sketch();
    for (let exponent = -300; exponent <= 300; exponent += 0.01) sketch.add(10 ** exponent);
    expect(sketch.toState().counts.length).toBeLessThanOrEqual(2_073);
    expectWithin(sketch.quantile(1), 1e12);
  });

  test('comes back from its state, through JSON', () => {
    fc.assert(
      fc.property(values, (given) => {
        const sketch = sketchOf([0, ...given]);
        const restored = Sketch.fromState(JSON.parse(JSON.stringify(sketch.toState())));
        expect(restored?.toState()).toEqual(sketch.toState());
        expect(restored?.count).toBe(sketch.count);
        for (const share of SHARES) expect(restored?.quantile(share)).toBe(sketch.quantile(share));
      }),
    );
    expect(Sketch.fromState(new Sketch().toState())?.quantile(0.5)).toBeNull();
  });

  test.each([
    null,
    'text',
    {},
    { version: 2, zeros: 0, sum: 0, lowestKey: 0, counts: [] },
    { version: 1, zeros: 0, sum: 0, lowestKey: 0, counts: [1, -1] },
    { version: 1, zeros: 0, sum: 0, lowestKey: 0, counts: [null] },
    { version: 1, zeros: -1, sum: 0, lowestKey: 0, counts: [] },
    { version: 1, zeros: 0, sum: null, lowestKey: 0, counts: [] },
    { version: 1, zeros: 0, sum: 0, lowestKey: 0.5, counts: [1] },
    { version: 1, zeros: 0, sum: 0, lowestKey: 1e9, counts: [1] },
  ])('does not come back from a damaged or newer state: %j', (state) => {
    expect(Sketch.fromState(state)).toBeNull();
  });
});
