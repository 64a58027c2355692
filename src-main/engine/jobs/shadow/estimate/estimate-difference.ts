import type { Interval } from '../../../../../src-shared/jobs.ts';
import { Z_95 } from '../../../stats/wilson-interval.ts';

const FEWEST_PAIRS = 20;

/**
 * How much better one model answers than another, from prompts that both answered (paired, normal 95 % interval). Without
 * weights: it compares the models on what was drawn. null: too few.
 */
export function estimateDifference(pairs: readonly { one: number; other: number }[]): Interval | null {
  const count = pairs.length;
  if (count < FEWEST_PAIRS) return null;
  const differences = pairs.map(({ one, other }) => one - other);
  const mean = differences.reduce((sum, each) => sum + each, 0) / count;
  const variance = differences.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (count - 1);
  const half = Z_95 * Math.sqrt(variance / count);
  return { mean, low: mean - half, high: mean + half };
}
