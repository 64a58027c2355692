import type { Decision, RouteRefusal, ScoredCandidate } from '../routing/decision.ts';
import type { CandidateRecord, DecisionRecord } from '../store/records.ts';

const MOST_TOLD = 12;

/** A decision as it is kept: numbers and names. */
export function toDecisionRecord(
  decision: Decision,
  ending: { answeredBy: string | null; reward: number | null; signal: string | null },
): DecisionRecord {
  const { strategy, actsAs, kind, path, explored, escalated, keptPrivate } = decision;
  return {
    strategy,
    actsAs,
    kind,
    path,
    explored,
    escalated,
    keptPrivate,
    answeredBy: ending.answeredBy,
    reward: ending.reward,
    signal: ending.signal,
    candidates: firstOf(decision.candidates).map(toCandidateRecord),
    refusals: firstOf(decision.refusals).map(toRefusalRecord),
  };
}

function firstOf<Item>(items: readonly Item[]): readonly Item[] {
  return items.length > MOST_TOLD ? items.slice(0, MOST_TOLD) : items;
}

function toRefusalRecord({ endpointId, why }: RouteRefusal): DecisionRecord['refusals'][number] {
  return { endpointId, why };
}

function toCandidateRecord({ endpoint, prediction, parts, score, propensity }: ScoredCandidate): CandidateRecord {
  return {
    endpointId: endpoint.id,
    score,
    parts,
    propensity,
    firstTokenMs: prediction.firstTokenMs.mean,
    tokensPerSecond: prediction.tokensPerSecond.mean,
    quality: prediction.quality.mean,
    qualitySd: prediction.quality.sd,
    costNanoUsd: prediction.costNanoUsd,
    energyJoules: prediction.energyJoules,
  };
}
