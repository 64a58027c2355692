import type { JudgeQuality } from './judge-quality.ts';

type Rates = Pick<JudgeQuality, 'ofGood' | 'ofBad'>;

/**
 * A verdict freed of its judge's errors: its expectation is the truth. May lie outside [0, 1], and belongs into means only.
 * Rogan & Gladen, "Estimating prevalence from the results of a screening test", Am. J. Epidemiology 107 (1978).
 */
export function correctVerdict(value: number, { ofGood, ofBad }: Rates): number {
  return (value - ofBad.mean) / (ofGood.mean - ofBad.mean);
}

/**
 * How likely the answer is as good, given the verdict and what share of answers is (Bayes): on average as high as that share,
 * so that a learner is not drawn to either side by its judge's errors. In [0, 1].
 */
export function likelihoodOfGood(value: number, rates: Rates, usual: number): number {
  const ofGood = weightOf(value, rates.ofGood.mean) * usual;
  const ofBad = weightOf(value, rates.ofBad.mean) * (1 - usual);
  return ofGood + ofBad === 0 ? usual : ofGood / (ofGood + ofBad);
}

/** A verdict in between is half of each. */
function weightOf(value: number, mean: number): number {
  return value * mean + (1 - value) * (1 - mean);
}

/**
 * How much a verdict tells a learner, in [0, 1]: so many verdicts of a judge without error are worth one of this judge, as the
 * variance of a corrected verdict shows (the square of its skill). Undecided ones tell nothing.
 */
export function weightOfVerdict(value: number, { ofGood, ofBad }: Rates): number {
  if (value === 0.5) return 0;
  return Math.min(1, Math.max(0, ofGood.mean - ofBad.mean)) ** 2;
}
