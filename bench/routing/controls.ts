import { toCurveFigures, type CurveFigures, type CurvePoint } from './gain-curve.ts';
import { mulberry32, shuffledOrder } from './mulberry32.ts';
import type { ReplayRow } from './read-set.ts';
import { HalfSums, staticQuality } from './replay.ts';
import { BUDGETS } from './replay-task.ts';

/** Draws of the random control for each seed and budget: its mean has to be sharp enough to tell 0.50 from 0.51. */
const RANDOM_DRAWS = 20;

/** A coin with the budget as its probability of strong. */
export function randomControl(rows: readonly ReplayRow[], seed: number): CurveFigures[] {
  const order = shuffledOrder(rows.length, seed);
  const fixed = staticQuality(rows, order);
  return Array.from({ length: RANDOM_DRAWS }, (_, draw) => {
    const random = mulberry32(seed * 1000 + 500 + draw);
    const points = BUDGETS.map((share) => routed(rows, order, () => random() < share));
    return toCurveFigures(points, fixed);
  });
}

/** The oracle's curve bends sharply: it is measured at every percent. */
const ORACLE_SHARES = Array.from({ length: 99 }, (_, at) => (at + 1) / 100);

/** Knows both outcomes and sends the prompts that gain most to strong. */
export function oracleControl(rows: readonly ReplayRow[]): CurveFigures {
  const order = Int32Array.from(rows.keys());
  const ranked = order.toSorted((one, other) => gainOf(rows[other]) - gainOf(rows[one]));
  const points = ORACLE_SHARES.map((share) => {
    let taken = 0;
    return routed(rows, ranked, () => taken++ < Math.round(share * rows.length));
  });
  return toCurveFigures(points, staticQuality(rows, order));
}

function gainOf(row: ReplayRow | undefined): number {
  return row === undefined ? 0 : row.strong - row.weak;
}

function routed(rows: readonly ReplayRow[], order: Int32Array, toStrong: () => boolean): CurvePoint {
  const sums = new HalfSums(order.length);
  for (const at of order) {
    const strong = toStrong();
    sums.add({ strong, quality: (strong ? rows[at]?.strong : rows[at]?.weak) ?? 0 });
  }
  return sums.result().whole;
}
