import type { TokenUsage } from '../chat-event.ts';
import { isJsonObject, type JsonValue } from '../json.ts';

/**
 * Collects the `usage` objects of one answer. Their counts are cumulative and never fall, so the largest one told holds;
 * some servers repeat an input count as 0 in message_delta.
 */
export class UsageTally {
  #input: number | null = null;
  #cacheRead: number | null = null;
  #cacheWrite: number | null = null;
  #cacheWrite1h: number | null = null;
  #output: number | null = null;
  #thinking: number | null = null;

  add(usage: JsonValue | undefined): void {
    if (!isJsonObject(usage)) return;
    this.#input = largest(this.#input, usage.input_tokens);
    this.#cacheRead = largest(this.#cacheRead, usage.cache_read_input_tokens);
    this.#cacheWrite = largest(this.#cacheWrite, usage.cache_creation_input_tokens);
    this.#output = largest(this.#output, usage.output_tokens);
    this.#cacheWrite1h = largest(this.#cacheWrite1h, field(usage.cache_creation, 'ephemeral_1h_input_tokens'));
    this.#thinking = largest(this.#thinking, field(usage.output_tokens_details, 'thinking_tokens'));
  }

  /** In our inclusive arithmetic: Anthropic's `input_tokens` leaves out what was read from and written to the cache. */
  get usage(): TokenUsage {
    const cacheTokens = (this.#cacheRead ?? 0) + (this.#cacheWrite ?? 0);
    return {
      inputTokens: this.#input === null ? null : this.#input + cacheTokens,
      cachedInputTokens: this.#cacheRead,
      cacheWriteTokens: this.#cacheWrite,
      cacheWrite1hTokens: this.#cacheWrite1h,
      outputTokens: this.#output,
      reasoningTokens: this.#thinking,
    };
  }
}

/** The usage of an answer that came in one piece. */
export function parseUsage(value: JsonValue | undefined): TokenUsage {
  const tally = new UsageTally();
  tally.add(value);
  return tally.usage;
}

function largest(known: number | null, told: JsonValue | undefined): number | null {
  if (typeof told !== 'number') return known;
  return known === null ? told : Math.max(known, told);
}

function field(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(value) ? value[name] : undefined;
}
