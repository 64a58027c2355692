/** True for a number that can be an amount of something: finite and not below zero. Fractions count (forgetting makes them). */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < Infinity;
}
