import type { Aim } from './aim.ts';
import type { ScoredCandidate } from './decision.ts';
import { expectedTimeOf } from './expected-time.ts';
import { chanceOf, latencyPart, STREAMED_SHARE, worthOf } from './score.ts';

/** Below this chance of a good local answer most tries are waste. */
const LIKELY_ENOUGH = 0.6;
/** Of bad answers, the checks (emptiness, truncation, refusal, schema, tool arguments) see about half: an assumption. */
const CAUGHT_SHARE = 0.5;

/**
 * What it is worth in nano-dollars to try the local answer, check it, and ask the cloud only if it fails. Nothing can be
 * shown before the check: the whole local answer is waited for. null: the local model is not likely enough to do it.
 */
export function cascadeScore(local: ScoredCandidate, cloud: ScoredCandidate, aim: Aim): number | null {
  const good = probabilityOf(local, aim);
  if (good < LIKELY_ENOUGH) return null;
  const rejected = CAUGHT_SHARE * (1 - good);
  const kept = 1 - rejected;
  const first = expectedTimeOf(local.prediction);
  const second = expectedTimeOf(cloud.prediction);
  const heldMs = first.firstMs + first.generationMs;
  const later = rejected * (second.firstMs + second.generationMs * STREAMED_SHARE);
  return (
    worthOf(good + rejected * probabilityOf(cloud, aim), aim) +
    latencyPart(heldMs, later, aim) +
    rejected * cloud.parts.cost +
    local.parts.energy +
    local.parts.pressure +
    kept * local.parts.preference +
    rejected * cloud.parts.preference
  );
}

function probabilityOf({ prediction }: ScoredCandidate, { weights }: Aim): number {
  return chanceOf(prediction.quality, weights.caution) * chanceOf(prediction.success, 0);
}
