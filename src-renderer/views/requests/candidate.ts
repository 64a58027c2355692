import type { RequestView } from '../../../src-shared/control.ts';
import type { RouteAnswer } from '../../../src-shared/optimizer.ts';

export const PART_NAMES = ['quality', 'preference', 'latency', 'cost', 'energy', 'pressure'] as const;
export type PartName = (typeof PART_NAMES)[number];

/** A model that was, or would be, chosen from; null figures are unknown. Money and worth in nano-dollars. */
export interface PicturedCandidate {
  endpointId: string;
  /** null: the model is gone since, and nobody knows. */
  track: 'local' | 'cloud' | null;
  score: number | null;
  parts: Readonly<Record<PartName, number | null>>;
  propensity: number | null;
  firstTokenMs: number | null;
  tokensPerSecond: number | null;
  quality: number | null;
  qualitySd: number | null;
  costNanoUsd: number | null;
  /** Calls behind the predictions; null: it was not kept. */
  observations: number | null;
  isChosen: boolean;
  hasAnswered: boolean;
}

type TrackOf = (endpointId: string) => 'local' | 'cloud' | null;

/** As they were when the request was decided. Best first. */
export function candidatesOf({ decision, attempts }: RequestView, trackOf: TrackOf): PicturedCandidate[] {
  if (decision === null) return [];
  const asked = new Map(attempts.map((attempt) => [`${attempt.providerId}/${attempt.model}`, attempt.track]));
  return decision.candidates.map((candidate, index) => ({
    ...candidate,
    track: asked.get(candidate.endpointId) ?? trackOf(candidate.endpointId),
    observations: null,
    isChosen: index === 0,
    hasAnswered: decision.answeredBy === candidate.endpointId,
  }));
}

/** As they are now. */
export function candidatesNow({ candidates }: RouteAnswer): PicturedCandidate[] {
  return candidates.map(({ endpoint, ...candidate }, index) => ({
    ...candidate,
    endpointId: endpoint,
    isChosen: index === 0,
    hasAnswered: false,
  }));
}
