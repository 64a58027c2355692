import type { CandidateView } from '../../../src-shared/decisions.ts';
import type { Evaluation } from '../../../src-shared/optimizer.ts';
import { evaluatePolicy, type OffPolicyReport, type PolicyValue } from '../learning/off-policy-evaluation.ts';
import type { LoggedChoice } from '../learning/off-policy-log.ts';
import { rewardOf, type RewardDefinition } from '../learning/reward.ts';
import type { Track } from '../routing/endpoint.ts';
import type { LoggedDecision } from '../store/logged-decisions.ts';

/** How another policy is judged: by what it would have done with the candidates of that moment. */
export interface PolicyQuestion {
  /** `greedy`, `always-local`, `always-cloud`, or an endpoint id. Where its choice was no candidate, it takes the best. */
  policy: string;
  /** null: this endpoint is not known any more. */
  trackOf: (endpointId: string) => Track | null;
  /** What the logged rewards were made by. */
  definition: RewardDefinition;
}

const WORDS: Readonly<Record<string, string>> = {
  greedy: 'always taking the best by score',
  'always-local': 'staying local wherever possible',
  'always-cloud': 'going to the cloud wherever possible',
};

/** Goes through the log in portions and says what the policy would have earned. */
export async function evaluateLog(
  log: AsyncIterable<readonly LoggedDecision[]>,
  question: PolicyQuestion,
): Promise<Evaluation> {
  const rows: LoggedChoice[] = [];
  let decisions = 0;
  for await (const portion of log) {
    for (const decision of portion) {
      decisions += 1;
      const row = toRow(decision, question);
      if (row !== null) rows.push(row);
    }
  }
  const report = evaluatePolicy(rows);
  return {
    policy: question.policy,
    decisions,
    refused: decisions - report.rows,
    logged: report.observed?.value ?? null,
    ips: toEstimate(report.inversePropensity),
    snips: toEstimate(report.selfNormalised),
    doublyRobust: toEstimate(report.doublyRobust),
    effectiveSampleSize: report.effectiveRows,
    enough: report.enoughEvidence,
    sentence: sentenceOf(question.policy, report),
  };
}

/** null: nothing is known of how it went. */
function toRow(decision: LoggedDecision, question: PolicyQuestion): LoggedChoice | null {
  const { candidates, propensity } = decision;
  const chosen = candidates.findIndex(({ endpointId }) => endpointId === decision.chosen);
  const reward = rewardWithFeedback(decision, candidates[chosen], question.definition);
  if (chosen === -1 || reward === null) return null;
  const taken = choiceOf(candidates, question);
  return {
    chosen,
    propensity,
    reward,
    targetProbabilities: candidates.map((_each, place) => (place === taken ? 1 : 0)),
    predictedRewards: predictedRewards(candidates, question.definition),
  };
}

/** A person's word outweighs what was guessed of the quality; latency and cost are then those predicted. */
function rewardWithFeedback(
  { reward, feedback }: LoggedDecision,
  chosen: CandidateView | undefined,
  definition: RewardDefinition,
): number | null {
  const said = feedback.at(-1)?.value;
  if (said === undefined || chosen === undefined) return reward;
  const { firstTokenMs: latencyMs, costNanoUsd } = chosen;
  return rewardOf({ succeeded: true, quality: said, latencyMs, costNanoUsd, feedback: 2 * said - 1 }, definition);
}

/** Place of the candidate that the policy would have taken. */
function choiceOf(candidates: readonly CandidateView[], { policy, trackOf }: PolicyQuestion): number {
  const track = policy === 'always-local' ? 'local' : policy === 'always-cloud' ? 'cloud' : null;
  let best = 0;
  let wanted = -1;
  for (const [place, { endpointId }] of candidates.entries()) {
    if (scoreAt(candidates, place) > scoreAt(candidates, best)) best = place;
    if (endpointId !== policy && (track === null || trackOf(endpointId) !== track)) continue;
    if (wanted === -1 || scoreAt(candidates, place) > scoreAt(candidates, wanted)) wanted = place;
  }
  return wanted === -1 ? best : wanted;
}

function scoreAt(candidates: readonly CandidateView[], place: number): number {
  return candidates[place]?.score ?? -Infinity;
}

/** What the predictions of that moment make of each candidate by the same definition of reward; null: one is unknown. */
function predictedRewards(candidates: readonly CandidateView[], definition: RewardDefinition): number[] | null {
  const rewards: number[] = [];
  for (const { quality, firstTokenMs, costNanoUsd } of candidates) {
    const outcome = { succeeded: true, quality, latencyMs: firstTokenMs, costNanoUsd, feedback: null };
    const reward = rewardOf(outcome, definition);
    if (reward === null) return null;
    rewards.push(reward);
  }
  return rewards;
}

function toEstimate(value: PolicyValue | null): Evaluation['ips'] {
  if (value === null) return null;
  const [low, high] = value.interval;
  return { mean: value.value, low, high };
}

function sentenceOf(policy: string, report: OffPolicyReport): string {
  const what = WORDS[policy] ?? `always taking ${policy}`;
  if (report.rows === 0) return `There are no routed requests yet to judge "${what}" by.`;
  const value = report.doublyRobust ?? report.selfNormalised;
  if (report.missesSupport) {
    return `What was logged cannot judge "${what}": too often its choice was never tried. Exploring (optimizer.exploration) makes it possible.`;
  }
  if (!report.enoughEvidence || value === null) {
    return `Not enough evidence to judge "${what}": only ${Math.floor(report.effectiveRows)} of ${report.rows} decisions speak of it, and 100 are needed.`;
  }
  const [low, high] = value.interval;
  const was = report.observed?.value ?? 0;
  const verdict = low > was ? 'better than' : high < was ? 'worse than' : 'not clearly different from';
  return `By what was logged, ${what} would have been ${verdict} what was done.`;
}
