import type { TokenUsage } from '../chat-event.ts';
import type { JsonObject } from '../json.ts';

/** Counts to show when the upstream told none: the format demands numbers, and 0 would be a lie. */
export interface EstimatedUsage {
  inputTokens: () => number;
  outputTokens: () => number;
}

/**
 * Usage as message_delta carries it. `input_tokens` excludes what the cache fields count; those are left out when
 * nobody told them.
 */
export function printUsage(usage: TokenUsage, estimated: EstimatedUsage): JsonObject {
  const { cachedInputTokens, cacheWriteTokens, reasoningTokens } = usage;
  const inputTokens = usage.inputTokens ?? estimated.inputTokens();
  const printed: JsonObject = {
    input_tokens: Math.max(0, inputTokens - (cachedInputTokens ?? 0) - (cacheWriteTokens ?? 0)),
    output_tokens: usage.outputTokens ?? estimated.outputTokens(),
  };
  if (cachedInputTokens !== null) printed.cache_read_input_tokens = cachedInputTokens;
  if (cacheWriteTokens !== null) printed.cache_creation_input_tokens = cacheWriteTokens;
  if (reasoningTokens !== null) printed.output_tokens_details = { thinking_tokens: reasoningTokens };
  return printed;
}

/** Usage as a whole message carries it: also says how long cache entries live. */
export function printMessageUsage(usage: TokenUsage, estimated: EstimatedUsage): JsonObject {
  const printed = printUsage(usage, estimated);
  const { cacheWriteTokens, cacheWrite1hTokens } = usage;
  if (cacheWrite1hTokens === null) return printed;
  const fiveMinutes = Math.max(0, (cacheWriteTokens ?? cacheWrite1hTokens) - cacheWrite1hTokens);
  printed.cache_creation = {
    ephemeral_1h_input_tokens: cacheWrite1hTokens,
    ephemeral_5m_input_tokens: fiveMinutes,
  };
  return printed;
}
