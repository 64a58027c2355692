import type { Prediction } from './estimate.ts';

/** Milliseconds to the first content, and from there to the end of the answer. Always finite and not negative. */
export interface ExpectedTime {
  firstMs: number;
  generationMs: number;
}

/** What a prediction that is no number is held to be: bad enough to come last, finite so that the order holds. */
const WORST_FIRST_MS = 600_000;
const WORST_TOKENS_PER_SECOND = 1;
const MOST_OUTPUT_TOKENS = 200_000;
/** Length of an answer of which nothing is known: the usual chat answer. */
const TYPICAL_OUTPUT_TOKENS = 400;

/** How long an answer is expected to take, by times, speed and length predicted. */
export function expectedTimeOf({ firstTokenMs, tokensPerSecond, outputTokens }: Prediction): ExpectedTime {
  const first = firstTokenMs.mean;
  const speed = tokensPerSecond.mean;
  const length = outputTokens.mean;
  const tokens = length >= 0 ? Math.min(length, MOST_OUTPUT_TOKENS) : TYPICAL_OUTPUT_TOKENS;
  return {
    firstMs: Number.isNaN(first) ? WORST_FIRST_MS : Math.min(WORST_FIRST_MS, Math.max(0, first)),
    generationMs: (tokens / (speed > WORST_TOKENS_PER_SECOND ? speed : WORST_TOKENS_PER_SECOND)) * 1000,
  };
}
