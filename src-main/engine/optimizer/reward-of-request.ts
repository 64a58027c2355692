import { REWARD, rewardOf, type RewardDefinition } from '../learning/reward.ts';
import type { DecisionPolicy } from '../routing/decision.ts';
import type { Evidence } from './evidence.ts';
import type { RequestResult } from './request-report.ts';

/** Anchors lie a decade below and above the person's own targets. */
const DECADE = 10;

/** The composite reward of a request as it went, against the latency and the cost that the person aims at. */
export function rewardOfRequest(ending: {
  result: RequestResult;
  success: boolean;
  evidence: Evidence | null;
  constraints: DecisionPolicy['constraints'];
}): number | null {
  const { result, evidence, constraints } = ending;
  const costs = result.calls.map(({ costNanoUsd }) => costNanoUsd);
  const isKnown = costs.every((cost) => cost !== null);
  return rewardOf(
    {
      succeeded: ending.success,
      quality: evidence?.quality ?? null,
      latencyMs: result.firstTokenMs,
      costNanoUsd: isKnown ? costs.reduce((sum, cost) => sum + cost, 0) : null,
      feedback: null,
    },
    rewardDefinitionFor(constraints),
  );
}

/** The person's targets as anchors. What learners keep is quality alone, so moved anchors make nothing learned wrong. */
export function rewardDefinitionFor(constraints: DecisionPolicy['constraints']): RewardDefinition {
  const { targetLatencyMs, maxCostPerRequestNanoUsd: cap } = constraints;
  return {
    ...REWARD,
    latencyMs: { best: targetLatencyMs / DECADE, worst: targetLatencyMs * DECADE },
    costNanoUsd: cap === null || cap === 0 ? REWARD.costNanoUsd : { best: cap / DECADE ** 2, worst: cap * DECADE },
  };
}
