/** So many tries in a row may fail; the next one ends the run. */
export const MOST_RETRIES = 5;

const FIRST_DELAY_MS = 60_000;

/**
 * Milliseconds to wait before the try after the given number of failed ones (at least 1): one minute, doubling, somewhere
 * in the upper half of it, so that what failed together is not tried together. `random` in [0, 1).
 */
export function backOff(failures: number, random: () => number): number {
  return Math.round(FIRST_DELAY_MS * 2 ** (failures - 1) * (0.5 + random() / 2));
}
