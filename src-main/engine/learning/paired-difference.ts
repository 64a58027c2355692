/** 97.5 % point of the normal distribution. */
const Z_95 = 1.959963984540054;

/** Plain values, to be kept and gone on with. */
export interface DifferenceSums {
  rows: number;
  sum: number;
  squares: number;
  /** Of what each row's outcome was weighed with, where the two differ: sum of sizes, and of their squares. */
  sizes: number;
  sizeSquares: number;
  /** Rows that showed what came of the one's choice, and of the other's. */
  seenOne: number;
  seenOther: number;
}

export interface Difference {
  /** A row, in its own unit; the one less the other. */
  mean: number;
  low: number;
  high: number;
}

export function createDifferenceSums(): DifferenceSums {
  return { rows: 0, sum: 0, squares: 0, sizes: 0, sizeSquares: 0, seenOne: 0, seenOther: 0 };
}

/** One row of the log, as two policies that always know what they take would have treated it. */
export interface PairedRow {
  /** The probability with which `chosen` was chosen. */
  propensity: number;
  chosen: number;
  /** What came of it; null: nobody knows, and whether one does has nothing to do with how good it was. */
  outcome: number | null;
  /** How much the outcome is to be trusted, on average 1 for each arm. */
  trust: number;
  /** What a model that has not seen this row expects of each arm. */
  expected: readonly number[];
  /** Which arm each policy takes. Both must have had a chance of being chosen. */
  one: number;
  other: number;
}

/**
 * Adds a row of the doubly robust estimate (Dudík, Langford, Li 2011) of the difference of two policies. Where they agree it is 0
 * exactly; where they do not, the log's outcome corrects the model by the inverse of its chance. Uncut, so without bias.
 */
export function addPairedRow(sums: DifferenceSums, row: PairedRow): DifferenceSums {
  const { chosen, propensity, outcome, trust, expected, one, other } = row;
  const next = { ...sums, rows: sums.rows + 1 };
  if (one === other) return next;
  const sign = chosen === one ? 1 : chosen === other ? -1 : 0;
  const weight = outcome === null ? 0 : (sign * trust) / propensity;
  const surprise = weight === 0 ? 0 : (outcome ?? 0) - (expected[chosen] ?? 0);
  const term = (expected[one] ?? 0) - (expected[other] ?? 0) + weight * surprise;
  next.sum += term;
  next.squares += term * term;
  next.sizes += Math.abs(weight);
  next.sizeSquares += weight * weight;
  if (weight > 0) next.seenOne += 1;
  if (weight < 0) next.seenOther += 1;
  return next;
}

/**
 * The mean difference of a row with its 95 % interval; null below two rows. As wide as Student's t makes it with the outcomes that
 * tell: agreeing rows are certain, and many of them do not make a few outcomes many.
 */
export function readDifference(sums: DifferenceSums): Difference | null {
  const { rows, sum, squares } = sums;
  if (rows < 2) return null;
  const mean = sum / rows;
  const variance = Math.max(0, squares - rows * mean * mean) / (rows - 1);
  const half = studentT(Math.max(1, effectiveOutcomes(sums) - 1)) * Math.sqrt(variance / rows);
  return { mean, low: mean - half, high: mean + half };
}

/** 97.5 % point by degrees of freedom; within 0.2 % from ten on (Abramowitz & Stegun 26.7.5, two terms). */
function studentT(freedom: number): number {
  const z = Z_95;
  return z + (z ** 3 + z) / (4 * freedom) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2);
}

/** (Σ|w|)² / Σw²: so many outcomes, all weighed alike, would say as much. */
export function effectiveOutcomes({ sizes, sizeSquares }: DifferenceSums): number {
  return sizeSquares === 0 ? 0 : sizes ** 2 / sizeSquares;
}
