import { UNKNOWN_USAGE, type TokenUsage } from '../chat-event.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** Reads the `usage` of a Response: inclusive, as ours. */
export function parseResponseUsage(value: JsonValue | undefined): TokenUsage {
  if (!isJsonObject(value)) return UNKNOWN_USAGE;
  return {
    inputTokens: count(value.input_tokens),
    cachedInputTokens: count(field(value.input_tokens_details, 'cached_tokens')),
    cacheWriteTokens: count(field(value.input_tokens_details, 'cache_write_tokens')),
    cacheWrite1hTokens: null,
    outputTokens: count(value.output_tokens),
    reasoningTokens: count(field(value.output_tokens_details, 'reasoning_tokens')),
  };
}

/** The `usage` of a Response; null when the upstream did not tell both sums, because 0 would be a lie. */
export function printResponseUsage(usage: TokenUsage): JsonObject | null {
  const { inputTokens, outputTokens } = usage;
  if (inputTokens === null || outputTokens === null) return null;
  return {
    input_tokens: inputTokens,
    input_tokens_details: {
      cached_tokens: usage.cachedInputTokens ?? 0,
      cache_write_tokens: usage.cacheWriteTokens ?? 0,
    },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens ?? 0 },
    total_tokens: inputTokens + outputTokens,
  };
}

function count(value: JsonValue | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

function field(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(value) ? value[name] : undefined;
}
