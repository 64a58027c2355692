/** Larger counts are rare. */
const SIZE = 512;

const TABLE = Float32Array.from({ length: SIZE }, (_, count) => Math.log1p(count));

/**
 * ln(1 + count) of a whole number, rounded to 32 bits like all figures of form; looked up where it can be, because `log1p`
 * costs as much as ten look-ups.
 */
export function logOnePlus(count: number): number {
  return count < SIZE ? (TABLE[count] ?? 0) : Math.fround(Math.log1p(count));
}
