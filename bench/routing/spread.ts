/** Mean and sample deviation; null for the deviation of fewer than two values. */
export interface Spread {
  mean: number;
  sd: number | null;
  count: number;
}

export function toSpread(values: readonly number[]): Spread {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count < 2) return { mean, sd: null, count };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / (count - 1)), count };
}
