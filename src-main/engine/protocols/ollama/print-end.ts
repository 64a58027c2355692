import type { EngineTimings, FinishReason, TokenUsage } from '../chat-event.ts';
import type { JsonObject } from '../json.ts';
import { omitUndefined } from '../omit-undefined.ts';

/** What every finished answer has: a `ChatResult`, or the `finish` event. */
export interface End {
  reason: FinishReason;
  usage: TokenUsage;
  timings?: EngineTimings;
}

/** Everything that is not named here is `stop`, tool calls too: Ollama has no other word. */
const DONE_REASONS: Partial<Record<FinishReason, string>> = {
  length: 'length',
  context_length: 'length',
  load: 'load',
  unload: 'unload',
};

/**
 * The fields that mark an answer's end. Durations nobody told are 0, since clients compute with them; token counts
 * nobody told are left out, since 0 would be wrong.
 */
export function printEnd({ reason, usage, timings }: End): JsonObject {
  return omitUndefined({
    done: true,
    done_reason: DONE_REASONS[reason] ?? 'stop',
    total_duration: timings?.totalNs ?? 0,
    load_duration: timings?.loadNs ?? 0,
    prompt_eval_count: usage.inputTokens ?? undefined,
    prompt_eval_cached_count: usage.cachedInputTokens ?? undefined,
    prompt_eval_duration: timings?.promptEvalNs ?? 0,
    eval_count: usage.outputTokens ?? undefined,
    eval_duration: timings?.evalNs ?? 0,
  });
}
