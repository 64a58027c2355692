import { findLogFault, type LogFault, type LoggedChoice } from './off-policy-log.ts';

/** Heavier weights are cut to this: a little bias for much less variance. How many were cut is told. */
const HEAVIEST_WEIGHT = 20;
/** Fewer effective rows than this prove nothing. */
const ENOUGH_ROWS = 100;
/** 97.5 % point of the normal distribution. */
const Z_95 = 1.959963984540054;

/** The mean reward that a policy would have had. `interval` covers the truth in 95 of 100 logs, when there is enough. */
export interface PolicyValue {
  value: number;
  standardError: number;
  interval: readonly [low: number, high: number];
}

export interface OffPolicyReport {
  /** Rows that were used. */
  rows: number;
  /** Rows that could not be used, by reason. */
  refused: Readonly<Record<LogFault, number>>;
  clippedWeights: number;
  /** (Σw)² / Σw² of the uncut weights: so many rows of the policy's own traffic would tell as much. */
  effectiveRows: number;
  /**
   * True: the policy does things that the log could not show, because they had no chance of happening. Then the weights do not
   * average 1, the estimates lean low (the doubly robust one on its model), and no number of rows mends it.
   */
  missesSupport: boolean;
  /** Enough effective rows, and nothing missing. */
  enoughEvidence: boolean;
  /** What was really earned. The estimates are null below two rows. */
  observed: PolicyValue | null;
  inversePropensity: PolicyValue | null;
  selfNormalised: PolicyValue | null;
  /** null also when a row lacks predictions. */
  doublyRobust: PolicyValue | null;
}

/**
 * What another policy would have earned on logged traffic: inverse propensity scores (Horvitz & Thompson 1952), the same
 * self-normalised (Swaminathan & Joachims 2015), and doubly robust (Dudík, Langford, Li 2011).
 */
export function evaluatePolicy(log: readonly LoggedChoice[]): OffPolicyReport {
  const refused: Record<LogFault, number> = { propensity: 0, reward: 0, probabilities: 0, predictions: 0 };
  const used: WeightedRow[] = [];
  for (const row of log) {
    const fault = findLogFault(row);
    if (fault === null) used.push(weigh(row));
    else refused[fault] += 1;
  }
  const effectiveRows = effectiveCount(used);
  const missesSupport = averagesBelowOne(used.map(({ uncut }) => uncut));
  return {
    rows: used.length,
    refused,
    clippedWeights: used.filter(({ uncut }) => uncut > HEAVIEST_WEIGHT).length,
    effectiveRows,
    missesSupport,
    enoughEvidence: effectiveRows >= ENOUGH_ROWS && !missesSupport,
    observed: meanOf(used.map(({ reward }) => reward)),
    inversePropensity: meanOf(used.map(({ weight, reward }) => weight * reward)),
    selfNormalised: selfNormalised(used),
    doublyRobust: doublyRobust(used),
  };
}

interface WeightedRow {
  reward: number;
  weight: number;
  uncut: number;
  /** Reward that the model expects of the chosen arm, and of the target policy; null without predictions. */
  expected: { ofChosen: number; ofTarget: number } | null;
}

function weigh({ chosen, propensity, reward, targetProbabilities, predictedRewards }: LoggedChoice): WeightedRow {
  const uncut = (targetProbabilities[chosen] ?? 0) / propensity;
  const expected =
    predictedRewards === null
      ? null
      : {
          ofChosen: predictedRewards[chosen] ?? 0,
          ofTarget: predictedRewards.reduce((sum, each, arm) => sum + each * (targetProbabilities[arm] ?? 0), 0),
        };
  return { reward, weight: Math.min(uncut, HEAVIEST_WEIGHT), uncut, expected };
}

function effectiveCount(rows: readonly WeightedRow[]): number {
  const sum = rows.reduce((total, { uncut }) => total + uncut, 0);
  const squares = rows.reduce((total, { uncut }) => total + uncut ** 2, 0);
  return squares === 0 ? 0 : sum ** 2 / squares;
}

/** Four standard errors and a rounding below 1: not by chance. */
function averagesBelowOne(weights: readonly number[]): boolean {
  const mean = meanOf(weights);
  return mean !== null && mean.value + 4 * mean.standardError < 0.99;
}

function meanOf(values: readonly number[]): PolicyValue | null {
  const { length } = values;
  if (length < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (length - 1);
  return withInterval(mean, Math.sqrt(variance / length));
}

/** A ratio of two means; its standard error by the delta method (Owen 2013, section 9.2). */
function selfNormalised(rows: readonly WeightedRow[]): PolicyValue | null {
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  if (rows.length < 2 || total === 0) return null;
  const value = rows.reduce((sum, { weight, reward }) => sum + weight * reward, 0) / total;
  const squares = rows.reduce((sum, { weight, reward }) => sum + (weight * (reward - value)) ** 2, 0);
  return withInterval(value, Math.sqrt(squares) / total);
}

function doublyRobust(rows: readonly WeightedRow[]): PolicyValue | null {
  const values: number[] = [];
  for (const { reward, weight, expected } of rows) {
    if (expected === null) return null;
    values.push(expected.ofTarget + weight * (reward - expected.ofChosen));
  }
  return meanOf(values);
}

function withInterval(value: number, standardError: number): PolicyValue {
  return { value, standardError, interval: [value - Z_95 * standardError, value + Z_95 * standardError] };
}
