import type { DecisionInput } from '../routing/decision.ts';
import type { Estimate, Prediction } from '../routing/estimate.ts';
import type { RequestProfile } from '../routing/request-profile.ts';

const UNKNOWN: Estimate = { mean: NaN, sd: NaN, observations: 0 };

/** Nothing is expected of anybody: for decisions without predictions. */
export const UNKNOWN_PREDICTION: Prediction = {
  firstTokenMs: UNKNOWN,
  firstTokenP95Ms: NaN,
  queueMs: 0,
  loadMs: 0,
  tokensPerSecond: UNKNOWN,
  outputTokens: UNKNOWN,
  costNanoUsd: null,
  costCeilingNanoUsd: null,
  energyJoules: null,
  quality: UNKNOWN,
  success: UNKNOWN,
};

/** What nobody looked into. */
export const NO_PROFILE: RequestProfile = {
  kind: 'chat',
  promptTokens: 0,
  maxOutputTokens: null,
  turns: 0,
  toolTurns: 0,
  toolCount: 0,
  hasImages: false,
  wantsJson: false,
  language: null,
  codeShare: 0,
  digitShare: 0,
  isQuestion: false,
  text: '',
};

type Rules = Pick<
  DecisionInput,
  | 'virtual'
  | 'endpoints'
  | 'needs'
  | 'pins'
  | 'policy'
  | 'app'
  | 'machine'
  | 'blocked'
  | 'unsupported'
  | 'predict'
  | 'overBudget'
>;

/** The input of a decision that only follows the rules: nothing is predicted but what `predict` says, nothing explored. */
export function plainInput(rules: Rules): DecisionInput {
  return { ...rules, profile: NO_PROFILE, conversation: null, exploration: null, checkable: false };
}
