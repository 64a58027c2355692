import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addPairedRow,
  createDifferenceSums,
  effectiveOutcomes,
  readDifference,
  type DifferenceSums,
  type PairedRow,
} from '../../../src-main/engine/learning/paired-difference.ts';

const ARMS = 3;
const arm = fc.nat({ max: ARMS - 1 });
const value = fc.double({ min: -10, max: 10, noNaN: true });
const arbitraryRow: fc.Arbitrary<PairedRow> = fc.record({
  propensity: fc.double({ min: 0.01, max: 1, noNaN: true }),
  chosen: arm,
  outcome: fc.option(value),
  trust: fc.double({ min: 0, max: 5, noNaN: true }),
  expected: fc.array(value, { minLength: ARMS, maxLength: ARMS }),
  one: arm,
  other: arm,
});

function sumUp(rows: readonly PairedRow[]): DifferenceSums {
  return rows.reduce(addPairedRow, createDifferenceSums());
}

describe('the difference of two policies', () => {
  it('is exactly zero between a policy and itself, whatever the log says', () => {
    fc.assert(
      fc.property(fc.array(arbitraryRow, { minLength: 2 }), (rows) => {
        const alone = rows.map((row) => ({ ...row, other: row.one }));
        expect(readDifference(sumUp(alone))).toEqual({ mean: 0, low: 0, high: 0 });
      }),
    );
  });

  it('changes its sign and nothing else when the two change places', () => {
    fc.assert(
      fc.property(fc.array(arbitraryRow, { minLength: 2 }), (rows) => {
        const there = readDifference(sumUp(rows));
        const back = readDifference(sumUp(rows.map((row) => ({ ...row, one: row.other, other: row.one }))));
        expect(back?.mean).toBeCloseTo(-(there?.mean ?? NaN), 6);
        expect(back?.low).toBeCloseTo(-(there?.high ?? NaN), 4);
      }),
    );
  });

  it('is true on average over what the log could have chosen, however wrong the model is', () => {
    const chances = fc
      .array(fc.integer({ min: 1, max: 100 }), { minLength: ARMS, maxLength: ARMS })
      .map((parts) => parts.map((part) => part / parts.reduce((sum, each) => sum + each, 0)));
    const truths = fc.array(value, { minLength: ARMS, maxLength: ARMS });
    fc.assert(
      fc.property(chances, truths, truths, arm, arm, (propensities, truth, expected, one, other) => {
        const mean = propensities.reduce((sum, propensity, chosen) => {
          const row = { propensity, chosen, outcome: truth[chosen] ?? 0, trust: 1, expected, one, other };
          return sum + propensity * addPairedRow(createDifferenceSums(), row).sum;
        }, 0);
        expect(mean).toBeCloseTo((truth[one] ?? 0) - (truth[other] ?? 0), 8);
      }),
    );
  });

  it('goes on from sums that were written down', () => {
    fc.assert(
      fc.property(fc.array(arbitraryRow), fc.array(arbitraryRow), (before, after) => {
        const kept = JSON.parse(JSON.stringify(sumUp(before))) as DifferenceSums;
        expect(after.reduce(addPairedRow, kept)).toEqual(sumUp([...before, ...after]));
      }),
    );
  });

  it('tells the mean and its interval of known rows', () => {
    const row = { propensity: 0.5, trust: 1, expected: [1, 0], one: 0, other: 1 };
    const sums = sumUp([
      { ...row, chosen: 0, outcome: 2 },
      { ...row, chosen: 1, outcome: 0 },
      { ...row, chosen: 0, outcome: null },
    ]);
    // Terms 1 + 2 · (2 − 1) = 3, 1 − 2 · 0 = 1, and 1.
    expect(readDifference(sums)?.mean).toBeCloseTo(5 / 3, 12);
    expect(sums).toMatchObject({ rows: 3, seenOne: 1, seenOther: 1 });
    expect(effectiveOutcomes(sums)).toBe(2);
  });

  it('is as uncertain as Student’s t of the outcomes that tell, however many rows agree', () => {
    const row = { propensity: 0.5, trust: 1, expected: [0, 0], one: 0, other: 1 };
    const told = Array.from({ length: 21 }, (_, place) => ({ ...row, chosen: 0, outcome: place % 3 }));
    const agreeing = Array.from({ length: 979 }, () => ({ ...row, other: 0, chosen: 0, outcome: 1 }));
    const found = readDifference(sumUp([...told, ...agreeing]));
    // Terms 0, 2 and 4, seven times each. R: qt(0.975, 20) = 2.085963.
    const [mean, squares] = [42 / 1000, 7 * (4 + 16)];
    const deviation = Math.sqrt((squares - 1000 * mean ** 2) / 999 / 1000);
    expect(((found?.high ?? NaN) - mean) / deviation).toBeCloseTo(2.085963, 2);
    expect(found?.mean).toBeCloseTo(mean, 12);
  });

  it('is not known from fewer than two rows', () => {
    expect(readDifference(createDifferenceSums())).toBeNull();
  });
});
