import type { Aim } from './aim.ts';
import type { ScoredCandidate } from './decision.ts';

const NANO_USD = 1e9;
/** The logistic curve with this slope stands in for the normal one; it is off by less than 0.01 (Bowling et al. 2009). */
const LOGISTIC_SLOPE = 1.702;

/**
 * How alike two scores are, 0 to 1: twice the probability that the one with the lower score is really the better, by the
 * uncertainty of both qualities and first-token times. 1: nobody could tell; 0: certain.
 */
export function similarity(one: ScoredCandidate, other: ScoredCandidate, aim: Aim): number {
  const difference = Math.abs(one.score - other.score);
  if (difference === 0) return 1;
  const deviation = Math.sqrt(varianceOf(one, aim) + varianceOf(other, aim));
  return deviation > 0 ? 2 / (1 + Math.exp((LOGISTIC_SLOPE * difference) / deviation)) : 0;
}

function varianceOf({ prediction: { quality, firstTokenMs } }: ScoredCandidate, { weights }: Aim): number {
  const ofQuality = known(quality.sd) * weights.answerUsd * NANO_USD;
  const ofWaiting = (known(firstTokenMs.sd) / 1000) * weights.secondUsd * NANO_USD;
  return ofQuality * ofQuality + ofWaiting * ofWaiting;
}

function known(deviation: number): number {
  return deviation > 0 && deviation < Infinity ? deviation : 0;
}
