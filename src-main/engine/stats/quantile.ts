/**
 * Sample quantile with linear interpolation (type 7 of Hyndman & Fan 1996; the default of R and numpy). Sorts a copy.
 * `null` when there is no value or one of them is NaN. `share` is in [0, 1]; anything else is a bug and throws.
 */
export function quantile(values: readonly number[], share: number): number | null {
  if (values.some(Number.isNaN)) return null;
  return quantileOfSorted(Float64Array.from(values).sort(), share);
}

/** The same for values that are already in ascending order and hold no NaN. */
export function quantileOfSorted(sorted: ArrayLike<number>, share: number): number | null {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`a quantile is asked for with a share in [0, 1], not ${share}`);
  const position = share * (sorted.length - 1);
  const index = Math.floor(position);
  const below = sorted[index];
  if (below === undefined) return null;
  const above = sorted[index + 1];
  const fraction = position - index;
  // Not `below + fraction * (above - below)` for a fraction of 0: infinite neighbours would make NaN of it.
  return above === undefined || fraction === 0 ? below : below + fraction * (above - below);
}
