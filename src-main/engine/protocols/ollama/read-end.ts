import type { EngineTimings, FinishReason, TokenUsage } from '../chat-event.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { omitUndefined } from '../omit-undefined.ts';

/** Why Ollama stopped. It never says "tool_calls": calls came in an earlier chunk, and `length` stays `length`. */
export function readFinishReason(chunk: JsonObject, calledTools: boolean): FinishReason {
  const reason = chunk.done_reason;
  if (reason === 'length' || reason === 'load' || reason === 'unload') return reason;
  return calledTools ? 'tool_calls' : 'stop';
}

/**
 * Token counts of the last chunk. Ollama leaves zeros out, so a count that is absent is unknown (older versions do not
 * tell the prompt of a cached one), except where nothing can have been counted: a load, or an answer without content.
 * `prompt_eval_cached_count` (0.34) is a subset of `prompt_eval_count`.
 */
export function readUsage(chunk: JsonObject, generated: boolean): TokenUsage {
  const loadOnly = chunk.done_reason === 'load' || chunk.done_reason === 'unload';
  return {
    inputTokens: numberOf(chunk.prompt_eval_count) ?? (loadOnly ? 0 : null),
    cachedInputTokens: numberOf(chunk.prompt_eval_cached_count) ?? null,
    cacheWriteTokens: null,
    cacheWrite1hTokens: null,
    outputTokens: numberOf(chunk.eval_count) ?? (generated ? null : 0),
    reasoningTokens: null,
  };
}

/** Nanoseconds, as far as they are told. */
export function readTimings(chunk: JsonObject): EngineTimings {
  return omitUndefined({
    totalNs: numberOf(chunk.total_duration),
    loadNs: numberOf(chunk.load_duration),
    promptEvalNs: numberOf(chunk.prompt_eval_duration),
    evalNs: numberOf(chunk.eval_duration),
  });
}

function numberOf(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
