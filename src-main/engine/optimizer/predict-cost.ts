import type { TokenUsage } from '../protocols/chat-event.ts';
import type { CallCost } from '../spend/cost-of-call.ts';

/** Integer nano-dollars; null: no price is known. */
export interface PredictedCost {
  costNanoUsd: number | null;
  /** What the call may cost at most, to be reserved. */
  costCeilingNanoUsd: number | null;
}

/** Prompt tokens are an estimate before the call, and the upstream's count may be that much higher. */
const PROMPT_MARGIN = 1.25;

/**
 * What a call will cost, and what it may cost at most: nothing cached, a longer prompt than counted, every output token that
 * the request allows, and the dearest of the two kinds of output where thinking is priced apart. Without a limit in the
 * request, the 95th percentile. `costOf` prices usage as the ledger does, so both agree to the nano-dollar.
 */
export function predictCost(call: {
  costOf: (usage: TokenUsage) => CallCost;
  promptTokens: number;
  /** undefined: a quarter more than expected. */
  mostPromptTokens?: number | undefined;
  /** The part of `promptTokens` in the upstream's prompt cache. */
  cachedTokens: number;
  outputTokens: number;
  outputTokensP95: number;
  /** The lower one of the request's and the model's own limit; null: none. */
  maxOutputTokens: number | null;
}): PredictedCost {
  const { costOf, promptTokens, cachedTokens } = call;
  const { costNanoUsd, price } = costOf({
    inputTokens: promptTokens,
    cachedInputTokens: Math.min(cachedTokens, promptTokens),
    cacheWriteTokens: null,
    cacheWrite1hTokens: null,
    outputTokens: Math.round(call.outputTokens),
    reasoningTokens: null,
  });
  if (costNanoUsd === null || price === null) return { costNanoUsd, costCeilingNanoUsd: costNanoUsd };
  const most = Math.ceil(call.maxOutputTokens ?? call.outputTokensP95);
  const isThinkingDearer = price.reasoning !== null && price.reasoning > (price.output ?? 0);
  const ceiling = costOf({
    inputTokens: call.mostPromptTokens ?? Math.ceil(promptTokens * PROMPT_MARGIN),
    cachedInputTokens: null,
    cacheWriteTokens: null,
    cacheWrite1hTokens: null,
    outputTokens: most,
    reasoningTokens: isThinkingDearer ? most : null,
  });
  return { costNanoUsd, costCeilingNanoUsd: ceiling.costNanoUsd };
}
