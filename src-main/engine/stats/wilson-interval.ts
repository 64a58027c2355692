/** A number that is estimated, with the interval that holds it. */
export interface Estimate {
  value: number;
  low: number;
  high: number;
}

/** Standard deviations of the normal distribution that hold 95 % of it. */
export const Z_95 = 1.959963984540054;

/**
 * Wilson's score interval of a binomial share (E. B. Wilson, JASA 22, 1927): honest for few trials and near 0 and 1, where
 * the textbook interval is not. `deviations` is 1.96 for 95 %. null: there were no trials.
 */
export function wilsonInterval(successes: number, trials: number, deviations = Z_95): Estimate | null {
  if (!(trials > 0) || successes < 0 || successes > trials) return null;
  return wilsonOfShare(successes / trials, trials, deviations);
}

/** The same for a share in [0, 1] that was seen in so many independent draws, above 0 and not always a whole number. */
export function wilsonOfShare(share: number, draws: number, deviations = Z_95): Estimate {
  const square = deviations ** 2;
  const centre = (share + square / (2 * draws)) / (1 + square / draws);
  const half =
    (deviations / (1 + square / draws)) * Math.sqrt((share * (1 - share)) / draws + square / (4 * draws ** 2));
  return { value: share, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
