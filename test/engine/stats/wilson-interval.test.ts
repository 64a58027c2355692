import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wilsonInterval } from '../../../src-main/engine/stats/wilson-interval.ts';

describe('Wilson’s interval', () => {
  // Newcombe, Statistics in Medicine 17 (1998), table I, method 3; the last two by n / (n + 1.959964²).
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
    [2, 2, 0.3424, 1],
    [2000, 2000, 0.9981, 1],
  ])('of %i in %i is as published', (successes, trials, low, high) => {
    const interval = wilsonInterval(successes, trials);
    expect(interval?.low).toBeCloseTo(low, 4);
    expect(interval?.high).toBeCloseTo(high, 4);
  });

  test('of nothing is unknown', () => {
    expect(wilsonInterval(0, 0)).toBeNull();
    expect(wilsonInterval(3, 2)).toBeNull();
  });

  test('lies in [0, 1], holds the share, and is the mirror image for failures', () => {
    const counts = fc.tuple(fc.nat(10_000), fc.nat(10_000)).filter(([ok, failed]) => ok + failed > 0);
    fc.assert(
      fc.property(counts, ([ok, failed]) => {
        const interval = wilsonInterval(ok, ok + failed);
        const mirrored = wilsonInterval(failed, ok + failed);
        if (interval === null || mirrored === null) throw new Error('there were trials');
        expect(interval.low).toBeGreaterThanOrEqual(0);
        expect(interval.high).toBeLessThanOrEqual(1);
        expect(interval.low).toBeLessThanOrEqual(interval.value + 1e-12);
        expect(interval.high).toBeGreaterThanOrEqual(interval.value - 1e-12);
        expect(interval.low).toBeCloseTo(1 - mirrored.high, 10);
      }),
    );
  });
});
