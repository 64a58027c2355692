/** Draws from distributions by uniform numbers in [0, 1). */
export type Uniform = () => number;

/** Standard normal (Box and Muller, 1958). Always takes two numbers. */
export function drawNormal(uniform: Uniform): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
  return radius * Math.cos(2 * Math.PI * uniform());
}

/** Log-normal by its median and the standard deviation of its logarithm. */
export function drawAround(median: number, spread: number, uniform: Uniform): number {
  return median * Math.exp(spread * drawNormal(uniform));
}

/** Exponential by its mean: the time to the next of events that do not know of each other. */
export function drawWait(mean: number, uniform: Uniform): number {
  return -mean * Math.log(1 - uniform());
}

/** Of a list that is not empty. */
export function pick<Item>(items: readonly Item[], uniform: Uniform): Item {
  const item = items[Math.floor(uniform() * items.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

export function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
