import type { Interval } from '../../../../../src-shared/jobs.ts';

/** 97.5 % point of the normal distribution. */
export const Z_95 = 1.959963984540054;

/**
 * Wilson's 95 % score interval for a share seen in `count` independent draws, which need not be a whole number (J. Amer.
 * Statist. Assoc. 22, 1927). `share` in [0, 1], `count` above 0.
 */
export function wilsonInterval(share: number, count: number): Interval {
  const square = Z_95 ** 2;
  const middle = (share + square / (2 * count)) / (1 + square / count);
  const half = (Z_95 / (1 + square / count)) * Math.sqrt((share * (1 - share)) / count + square / (4 * count ** 2));
  return { mean: share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
