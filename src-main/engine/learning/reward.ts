/** What a reward is made of. A changed definition gets a new version, and what was learned with the old one is set aside. */
export interface RewardDefinition {
  version: number;
  weights: Readonly<Record<RewardPart, number>>;
  /** At `best` or below the part is 1, at `worst` or above 0, between them by the logarithm. Never taken from a window. */
  latencyMs: Anchors;
  costNanoUsd: Anchors;
  /** An answer below this quality is worth nothing, however fast and cheap it was. */
  qualityFloor: number;
}

type RewardPart = 'quality' | 'latency' | 'cost' | 'feedback';

interface Anchors {
  best: number;
  worst: number;
}

/** Half marks at the default targets: a latency of 2 s, and a third of a cent. */
export const REWARD: RewardDefinition = {
  version: 1,
  weights: { quality: 0.5, latency: 0.2, cost: 0.2, feedback: 0.1 },
  latencyMs: { best: 200, worst: 20_000 },
  costNanoUsd: { best: 100_000, worst: 100_000_000 },
  qualityFloor: 0.2,
};

/** One request as it went. null: unknown, which leaves the part out; a number that cannot be true counts as unknown. */
export interface RewardedOutcome {
  succeeded: boolean;
  /** 0 to 1. */
  quality: number | null;
  latencyMs: number | null;
  costNanoUsd: number | null;
  /** A person's word, -1 to 1. */
  feedback: number | null;
}

/**
 * The composite reward in [0, 1]: the weighted mean of the parts that are known. A failed call and an answer below the floor
 * get 0, so that nothing is won by failing fast or answering rubbish cheaply. null: it succeeded and nothing is known of it.
 */
export function rewardOf(outcome: RewardedOutcome, definition: RewardDefinition = REWARD): number | null {
  if (!outcome.succeeded) return 0;
  const quality = knownWithin(outcome.quality, 0, 1);
  if (quality !== null && quality < definition.qualityFloor) return 0;
  const feedback = knownWithin(outcome.feedback, -1, 1);
  const parts: Readonly<Record<RewardPart, number | null>> = {
    quality,
    latency: logUtility(outcome.latencyMs, definition.latencyMs),
    cost: logUtility(outcome.costNanoUsd, definition.costNanoUsd),
    feedback: feedback === null ? null : (feedback + 1) / 2,
  };
  return weightedMean(parts, definition.weights);
}

const PARTS = ['quality', 'latency', 'cost', 'feedback'] as const satisfies readonly RewardPart[];

function weightedMean(
  parts: Readonly<Record<RewardPart, number | null>>,
  weights: Readonly<Record<RewardPart, number>>,
): number | null {
  let total = 0;
  let weight = 0;
  for (const part of PARTS) {
    const value = parts[part];
    if (value === null) continue;
    total += weights[part] * value;
    weight += weights[part];
  }
  // The rounding of sums like 0.5 + 0.2 + 0.2 + 0.1 may end a bit above 1.
  return weight === 0 ? null : Math.min(1, total / weight);
}

function logUtility(amount: number | null, { best, worst }: Anchors): number | null {
  if (amount === null || !(amount >= 0)) return null;
  if (amount <= best) return 1;
  return Math.max(0, 1 - Math.log(amount / best) / Math.log(worst / best));
}

function knownWithin(value: number | null, low: number, high: number): number | null {
  return value === null || Number.isNaN(value) ? null : Math.min(high, Math.max(low, value));
}
