import { z } from 'zod';
import type { CandidateView, DecisionView } from '../../../src-shared/decisions.ts';
import type { CandidateRecord, DecisionRecord } from './records.ts';
import { integerOrNull, roundProbability, roundTo } from './stored-numbers.ts';

/** So many of each are kept; the rest is counted. */
export const KEPT_CANDIDATES = 12;
export const KEPT_REFUSALS = 12;
const KEPT_REASON_LENGTH = 120;

const figure = z.number().nullable();

/** A candidate as a row of figures, in the order of `CandidateView`. */
const candidateRow = z.tuple([
  z.string(),
  ...([figure, figure, figure, figure, figure, figure] as const),
  ...([figure, figure, figure, figure, figure, figure, figure] as const),
]);

const detail = z.object({
  c: z.array(candidateRow),
  /** A reason, then the endpoints that it held for. */
  r: z.array(z.tuple([z.string()], z.string())),
  /** Candidates and refusals that were too many. */
  more: z.tuple([z.int(), z.int()]).default([0, 0]),
});
type Detail = z.infer<typeof detail>;

export type DecisionDetail = Pick<DecisionView, 'candidates' | 'refusals' | 'omittedCandidates' | 'omittedRefusals'>;

/** Candidates and refusals as short JSON: rows of rounded figures, and each reason once. About 100 bytes a candidate. */
export function printDecisionDetail({ candidates, refusals }: DecisionRecord): string {
  const c = candidates.slice(0, KEPT_CANDIDATES).map(toRow);
  const kept: Detail = { c, r: groupByReason(refusals.slice(0, KEPT_REFUSALS)), more: [0, 0] };
  const more: Detail['more'] = [candidates.length - c.length, Math.max(0, refusals.length - KEPT_REFUSALS)];
  return JSON.stringify(more[0] + more[1] === 0 ? { c: kept.c, r: kept.r } : { ...kept, more });
}

/** Throws when the text is none of ours. */
export function parseDecisionDetail(text: string): DecisionDetail {
  const { c, r, more } = detail.parse(JSON.parse(text));
  return {
    candidates: c.map(toCandidate),
    refusals: r.flatMap(([why, ...endpointIds]) => endpointIds.map((endpointId) => ({ endpointId, why }))),
    omittedCandidates: more[0],
    omittedRefusals: more[1],
  };
}

function toRow(candidate: CandidateRecord): Detail['c'][number] {
  const { parts } = candidate;
  return [
    candidate.endpointId,
    integerOrNull(parts.quality),
    integerOrNull(parts.latency),
    integerOrNull(parts.cost),
    integerOrNull(parts.energy),
    integerOrNull(parts.pressure),
    integerOrNull(parts.preference),
    roundProbability(candidate.propensity),
    integerOrNull(candidate.firstTokenMs),
    roundTo(candidate.tokensPerSecond, 10),
    roundTo(candidate.quality, 10_000),
    roundTo(candidate.qualitySd, 10_000),
    integerOrNull(candidate.costNanoUsd),
    roundTo(candidate.energyJoules, 100),
  ];
}

function toCandidate(row: Detail['c'][number]): CandidateView {
  const [endpointId, quality, latency, cost, energy, pressure, preference, ...predicted] = row;
  const [propensity, firstTokenMs, tokensPerSecond, goodAnswer, qualitySd, costNanoUsd, energyJoules] = predicted;
  const parts = { quality, latency, cost, energy, pressure, preference };
  return {
    endpointId,
    score: sumOf(Object.values(parts)),
    parts,
    propensity,
    firstTokenMs,
    tokensPerSecond,
    quality: goodAnswer,
    qualitySd,
    costNanoUsd,
    energyJoules,
  };
}

function sumOf(parts: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const part of parts) {
    if (part === null) return null;
    sum += part;
  }
  return sum;
}

function groupByReason(refusals: DecisionRecord['refusals']): Detail['r'] {
  const groups = new Map<string, Detail['r'][number]>();
  for (const { endpointId, why } of refusals) {
    const reason = why.slice(0, KEPT_REASON_LENGTH);
    const group = groups.get(reason);
    if (group === undefined) groups.set(reason, [reason, endpointId]);
    else group.push(endpointId);
  }
  return [...groups.values()];
}
