/**
 * What the names of models tell about the fields they take, where servers refuse a request for a field too much or one
 * too few. Every other model gets the fields that most OpenAI-style servers know.
 */

/** OpenAI's reasoning models want `max_completion_tokens` and refuse `max_tokens`; most others know only the latter. */
export function wantsMaxCompletionTokens(model: string): boolean {
  return /^(o1|o3|o4|gpt-5)/.test(model);
}

/** OpenAI's models without reasoning refuse `reasoning_effort`. */
export function refusesReasoningEffort(model: string): boolean {
  return /^(gpt-3|gpt-4|chatgpt)/.test(model);
}

/** Models whose own providers want to see their earlier thinking again; most other servers refuse the field. */
export function wantsThinkingBack(model: string): boolean {
  return /^(deepseek|kimi|glm)/.test(model);
}

/** OpenAI's own models under their own names; a prefix such as `openai/` means that somebody else serves them. */
export function isServedByOpenAi(model: string): boolean {
  return /^(o\d|gpt-\d|chatgpt)/.test(model);
}
