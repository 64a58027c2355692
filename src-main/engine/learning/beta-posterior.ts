/** What is believed of a share of successes: Beta(alpha, beta), both above 0. */
export interface BetaPosterior {
  readonly alpha: number;
  readonly beta: number;
}

/** Nothing is known: every share is as likely. */
export const UNIFORM: BetaPosterior = { alpha: 1, beta: 1 };

/** However long a history is, as a prior it counts as this many observations: it may be of other traffic. */
const MOST_PRIOR_OBSERVATIONS = 20;

/** A prior from what is known beforehand: a mean in [0, 1] and how many observations it rests on (capped at 20). */
export function toPrior(history: { mean: number; count: number }): BetaPosterior {
  const count = Math.min(Math.max(0, history.count), MOST_PRIOR_OBSERVATIONS);
  return { alpha: 1 + count * history.mean, beta: 1 + count * (1 - history.mean) };
}

export function betaMean({ alpha, beta }: BetaPosterior): number {
  return alpha / (alpha + beta);
}

/** Standard deviation: how far the mean may be off. */
export function betaDeviation({ alpha, beta }: BetaPosterior): number {
  const total = alpha + beta;
  return Math.sqrt((alpha * beta) / (total + 1)) / total;
}
