import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createUniformDraws } from '../../../src-main/engine/optimizer/uniform-draws.ts';

/** A port that gives these bytes, over and over. */
function seeded(...bytes: number[]) {
  return { bytes: (count: number) => Uint8Array.from({ length: count }, (_each, at) => bytes[at % bytes.length] ?? 0) };
}

function take(count: number, draw: () => number): number[] {
  return Array.from({ length: count }, draw);
}

describe('uniform draws', () => {
  test('are the same for the same seed and others for another', () => {
    const draws = take(50, createUniformDraws(seeded(1, 2, 3)));
    expect(take(50, createUniformDraws(seeded(1, 2, 3)))).toEqual(draws);
    expect(take(50, createUniformDraws(seeded(1, 2, 4)))).not.toEqual(draws);
  });

  test('ask the port for a seed once', () => {
    let asked = 0;
    const draw = createUniformDraws({ bytes: (count) => new Uint8Array(count).fill((asked += 1)) });
    take(1_000, draw);
    expect(asked).toBe(1);
  });

  test('lie in [0, 1), whatever the seed', () => {
    const seed = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(seed, (bytes) => {
        const draws = take(200, createUniformDraws({ bytes: () => bytes }));
        expect(draws.every((draw) => draw >= 0 && draw < 1)).toBe(true);
        // A seed of zeros too must not get stuck.
        expect(new Set(draws).size).toBeGreaterThan(100);
      }),
      { numRuns: 200 },
    );
  });

  // With 20 cells and 20,000 draws, chi-square with 19 degrees of freedom is above 43.8 once in a thousand seeds (R: qchisq(0.999, 19)).
  test('fall evenly, and no draw tells the next', () => {
    const draw = createUniformDraws(seeded(7, 11, 13, 17));
    take(20, draw);
    const cells = new Array<number>(20).fill(0);
    const pairs = new Array<number>(100).fill(0);
    for (let count = 0; count < 20_000; count += 1) {
      const [one, other] = [draw(), draw()];
      cells[Math.floor(one * 20)] = (cells[Math.floor(one * 20)] ?? 0) + 1;
      const place = Math.floor(one * 10) * 10 + Math.floor(other * 10);
      pairs[place] = (pairs[place] ?? 0) + 1;
    }
    expect(chiSquare(cells, 1_000)).toBeLessThan(43.8);
    // qchisq(0.999, 99)
    expect(chiSquare(pairs, 200)).toBeLessThan(148.2);
  });
});

function chiSquare(counts: readonly number[], expected: number): number {
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}
