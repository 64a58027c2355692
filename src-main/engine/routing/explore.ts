import type { ExplorationAllowance, ScoredCandidate } from './decision.ts';
import { expectedTimeOf } from './expected-time.ts';

/** Alternatives considered at most, in the order of their scores: more would each be seen too rarely to learn from. */
const MOST_ALTERNATIVES = 6;
/** Even what seems known is looked at now and then: things change. */
const LEAST_DOUBT = 0.02;
const LEAST_HOPE = 0.05;
/** Standard deviations that an upper bound is above the mean. */
const HOPE = 2;

/** Which candidate is taken. `propensities` has, by place, the probability that each would have been. */
export interface Exploration {
  chosen: number;
  propensities: readonly number[];
}

/**
 * Takes the best candidate (place 0), or with probability `rate` one of the alternatives that the allowance can pay for.
 * Among those it draws in proportion to doubt times hope (the standard deviation of the quality and its upper bound):
 * where least is known and most can be won. An old favourite that is overdue has a probability of its own besides. The
 * probabilities given are those drawn by, exactly.
 */
export function explore(candidates: readonly ScoredCandidate[], allowance: ExplorationAllowance | null): Exploration {
  const propensities: number[] = [];
  for (let place = 0; place < candidates.length; place += 1) propensities.push(place === 0 ? 1 : 0);
  const best = candidates[0];
  const rate = allowance === null ? 0 : Math.min(1, allowance.rate);
  if (allowance === null || best === undefined || !(rate > 0)) return { chosen: 0, propensities };
  let explored = weighAlternatives(candidates, allowance, propensities) ? shareOut(rate, propensities) : 0;
  const overdue = overdueOf(candidates, best, allowance);
  if (overdue !== null) {
    const own = Math.min(1 - explored, overdue.rate);
    propensities[overdue.place] = (propensities[overdue.place] ?? 0) + own;
    explored += own;
  }
  propensities[0] = 1 - explored;
  return { chosen: draw(propensities, explored, allowance.draws), propensities };
}

/** Puts the weight of each alternative in its place. False: there is none. */
function weighAlternatives(
  candidates: readonly ScoredCandidate[],
  allowance: ExplorationAllowance,
  weights: number[],
): boolean {
  let found = 0;
  for (let place = 1; place < candidates.length && found < MOST_ALTERNATIVES; place += 1) {
    const candidate = candidates[place];
    const best = candidates[0];
    if (candidate === undefined || best === undefined || !isAffordable(candidate, best, allowance)) continue;
    weights[place] = interestOf(candidate);
    found += 1;
  }
  return found > 0;
}

/** Turns the weights of the alternatives into probabilities that add up to this one, which it gives back. */
function shareOut(rate: number, weights: number[]): number {
  let total = 0;
  for (let place = 1; place < weights.length; place += 1) total += weights[place] ?? 0;
  for (let place = 1; place < weights.length; place += 1) weights[place] = (rate * (weights[place] ?? 0)) / total;
  return rate;
}

/** The old favourite's place, and the probability of its own; null: there is none that may be tried. */
function overdueOf(
  candidates: readonly ScoredCandidate[],
  best: ScoredCandidate,
  allowance: ExplorationAllowance,
): { place: number; rate: number } | null {
  const { overdue } = allowance;
  if (overdue === undefined || !(overdue.rate > 0)) return null;
  const place = candidates.findIndex(({ endpoint }) => endpoint.id === overdue.endpointId);
  const candidate = candidates[place];
  if (place < 1 || candidate === undefined || !isAffordable(candidate, best, allowance)) return null;
  return { place, rate: overdue.rate };
}

function draw(propensities: readonly number[], rate: number, [whether, whom]: readonly [number, number]): number {
  if (!(whether < rate)) return 0;
  let left = whom * rate;
  let last = 0;
  for (let place = 1; place < propensities.length; place += 1) {
    const propensity = propensities[place] ?? 0;
    if (propensity === 0) continue;
    last = place;
    left -= propensity;
    if (left < 0) break;
  }
  return last;
}

/**
 * Of unknown price nothing is tried with a budget to keep. Heat, noise and battery count at what they are worth to the
 * strategy in force: who saves them does not want them spent on trying out.
 */
function isAffordable(candidate: ScoredCandidate, best: ScoredCandidate, allowance: ExplorationAllowance): boolean {
  const cost = candidate.prediction.costNanoUsd;
  if (cost === null) return false;
  const extraCost = cost - (best.prediction.costNanoUsd ?? 0) + wearOf(candidate) - wearOf(best);
  const extraMs = wholeMs(candidate) - wholeMs(best);
  return extraCost <= allowance.extraCostNanoUsd && extraMs <= allowance.extraLatencyMs;
}

/** Nano-dollars, 0 or more. */
function wearOf({ parts }: ScoredCandidate): number {
  return -parts.energy - parts.pressure;
}

function wholeMs({ prediction }: ScoredCandidate): number {
  const { firstMs, generationMs } = expectedTimeOf(prediction);
  return firstMs + generationMs;
}

function interestOf({ prediction: { quality } }: ScoredCandidate): number {
  const doubt = quality.sd > LEAST_DOUBT ? Math.min(1, quality.sd) : LEAST_DOUBT;
  const hope = quality.mean + HOPE * doubt;
  return doubt * (hope > LEAST_HOPE ? Math.min(1, hope) : LEAST_HOPE);
}
