/** How many tokens each measured answer may have. */
export const OUTPUT_TOKENS = 64;

const SHORT_TOKENS = 512;
const LONG_TOKENS = 4_096;
/** Tokenizers differ: a prompt may become so much longer than it was meant to be. */
const MARGIN = 1.25;
/** What a chat template puts around a prompt. */
const AROUND_TOKENS = 32;

export interface ContextPlan {
  /** Prompt lengths to measure, the shorter first. */
  promptTokens: readonly number[];
  /** The window that all of them fit into: one for all, because another one means loading anew. */
  windowTokens: number;
}

/** A short prompt and a long one, as far as the model's window (null: unknown) has room for them. */
export function planContexts(windowTokens: number | null): ContextPlan {
  const most = windowTokens ?? Infinity;
  const room = Math.max(16, Math.floor((most - OUTPUT_TOKENS - AROUND_TOKENS) / MARGIN));
  const short = Math.min(SHORT_TOKENS, room);
  const long = Math.min(LONG_TOKENS, room);
  // Two that hardly differ tell no more than one.
  const promptTokens = long < 2 * short ? [short] : [short, long];
  const wanted = Math.ceil(Math.max(...promptTokens) * MARGIN) + OUTPUT_TOKENS + AROUND_TOKENS;
  return { promptTokens, windowTokens: Math.min(most, wanted) };
}
