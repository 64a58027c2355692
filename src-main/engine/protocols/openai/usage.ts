import { UNKNOWN_USAGE, type TokenUsage } from '../chat-event.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/**
 * Reads `usage`. Cached tokens stand in `prompt_tokens_details.cached_tokens` (OpenAI), `prompt_cache_hit_tokens`
 * (DeepSeek) or `cache_read_input_tokens` (proxies in front of Anthropic); `prompt_tokens` contains them everywhere.
 */
export function parseUsage(value: JsonValue | undefined): TokenUsage {
  if (!isJsonObject(value)) return UNKNOWN_USAGE;
  const prompt = isJsonObject(value.prompt_tokens_details) ? value.prompt_tokens_details : {};
  const completion = isJsonObject(value.completion_tokens_details) ? value.completion_tokens_details : {};
  return {
    inputTokens: firstCount(value.prompt_tokens),
    cachedInputTokens: firstCount(prompt.cached_tokens, value.prompt_cache_hit_tokens, value.cache_read_input_tokens),
    cacheWriteTokens: firstCount(prompt.cache_write_tokens, value.cache_creation_input_tokens),
    cacheWrite1hTokens: null,
    outputTokens: firstCount(value.completion_tokens),
    reasoningTokens: firstCount(completion.reasoning_tokens, value.reasoning_tokens),
  };
}

/** `usage` of an answer; null when prompt or completion tokens are not known, because 0 would be a lie. */
export function printUsage(usage: TokenUsage): JsonObject | null {
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens } = usage;
  if (inputTokens === null || outputTokens === null) return null;
  const printed: JsonObject = {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
  if (cachedInputTokens !== null || cacheWriteTokens !== null) {
    printed.prompt_tokens_details = {
      ...(cachedInputTokens === null ? {} : { cached_tokens: cachedInputTokens }),
      ...(cacheWriteTokens === null ? {} : { cache_write_tokens: cacheWriteTokens }),
    };
  }
  if (reasoningTokens !== null) printed.completion_tokens_details = { reasoning_tokens: reasoningTokens };
  return printed;
}

function firstCount(...candidates: (JsonValue | undefined)[]): number | null {
  for (const value of candidates) {
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  }
  return null;
}
