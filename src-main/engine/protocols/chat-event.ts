import type { Failure } from './failure.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { ChatPart } from './chat-request.ts';

/**
 * Tokens of one call as the upstream counted them. `null` is "not told", never zero.
 * Inclusive arithmetic: `inputTokens` contains cached and cache-write tokens, `outputTokens` contains reasoning tokens.
 */
export interface TokenUsage {
  inputTokens: number | null;
  /** Read from the upstream's prompt cache; a subset of `inputTokens`. */
  cachedInputTokens: number | null;
  /** Written to the upstream's prompt cache with any lifetime; a subset of `inputTokens`. */
  cacheWriteTokens: number | null;
  /** The part of `cacheWriteTokens` written with a one-hour lifetime (Anthropic). */
  cacheWrite1hTokens: number | null;
  outputTokens: number | null;
  /** A subset of `outputTokens`. */
  reasoningTokens: number | null;
}

export const UNKNOWN_USAGE: TokenUsage = {
  inputTokens: null,
  cachedInputTokens: null,
  cacheWriteTokens: null,
  cacheWrite1hTokens: null,
  outputTokens: null,
  reasoningTokens: null,
};

/** Why generation ended. `load` and `unload` are Ollama's answers to an empty request and never leave that protocol. */
export type FinishReason =
  | 'stop'
  | 'stop_sequence'
  | 'length'
  | 'tool_calls'
  | 'content_filter'
  | 'pause'
  | 'context_length'
  | 'load'
  | 'unload';

/** Ollama's own timings, in nanoseconds; kept so that an Ollama surface can show them. */
export interface EngineTimings {
  totalNs?: number;
  loadNs?: number;
  promptEvalNs?: number;
  evalNs?: number;
}

/**
 * One step of an answer while it is being made. Order: `start`, then content in any interleaving, then exactly one
 * `finish` or one `error`, which ends the stream. Tool `index` counts 0, 1, 2… over the whole answer.
 */
export type ChatEvent =
  /** `id` and `model` as the upstream gave them; `usage` when it is already told here (Anthropic's message_start). */
  | { type: 'start'; id?: string; model?: string; usage?: TokenUsage }
  | { type: 'text'; text: string }
  | { type: 'thinking'; text: string }
  | { type: 'thinking_signature'; signature: string }
  | { type: 'redacted_thinking'; data: string }
  | { type: 'tool_call'; index: number; id: string; name: string }
  /** A piece of the JSON text of the arguments of call `index`. */
  | { type: 'tool_arguments'; index: number; text: string }
  | { type: 'logprobs'; content: JsonValue[] }
  | { type: 'finish'; reason: FinishReason; stopSequence?: string; usage: TokenUsage; timings?: EngineTimings }
  | { type: 'error'; failure: Failure };

/** A whole answer that was not streamed. */
export interface ChatResult {
  id?: string;
  model?: string;
  /** Only text, thinking, redacted_thinking and tool_call parts, in the order the upstream gave them. */
  parts: ChatPart[];
  finishReason: FinishReason;
  stopSequence?: string;
  usage: TokenUsage;
  timings?: EngineTimings;
  logprobs?: JsonValue[];
  /** Ollama `context` of `/api/generate`, and whatever else only the same protocol understands. */
  extra?: JsonObject;
}
