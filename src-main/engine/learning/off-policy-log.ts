/** One choice as it was logged, beside what another policy would have done. The lists run over the arms of that moment. */
export interface LoggedChoice {
  /** Index of the chosen arm. */
  chosen: number;
  /** The probability with which it was chosen. */
  propensity: number;
  reward: number;
  /** The other policy's probability of each arm; adds up to 1. */
  targetProbabilities: readonly number[];
  /** Reward that a model expects of each arm, without having seen this row's; null: there is no model. */
  predictedRewards: readonly number[] | null;
}

/** Why a row cannot be used: the field that makes no sense. */
export type LogFault = 'propensity' | 'reward' | 'probabilities' | 'predictions';

/** null: the row can be used. A propensity of 0 says that what happened was impossible, so the log is wrong there. */
export function findLogFault(row: LoggedChoice): LogFault | null {
  const { chosen, propensity, reward, targetProbabilities, predictedRewards } = row;
  if (!(propensity > 0 && propensity <= 1)) return 'propensity';
  if (!Number.isFinite(reward)) return 'reward';
  if (!isDistribution(targetProbabilities) || targetProbabilities[chosen] === undefined) return 'probabilities';
  if (predictedRewards === null) return null;
  const complete = predictedRewards.length === targetProbabilities.length && predictedRewards.every(Number.isFinite);
  return complete ? null : 'predictions';
}

/** Logged probabilities were rounded somewhere on their way. */
const ROUNDING = 1e-3;

function isDistribution(probabilities: readonly number[]): boolean {
  const sum = probabilities.reduce((total, each) => total + each, 0);
  return probabilities.every((each) => each >= 0) && Math.abs(sum - 1) <= ROUNDING;
}
