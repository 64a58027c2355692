import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/**
 * Log-probabilities of chat form (`[{token, logprob, top_logprobs}]`) in the older form of `/v1/completions`, which has
 * parallel arrays. `offset` is the number of characters of the answer before the first token.
 */
export function toCompletionLogprobs(content: readonly JsonValue[], offset: number): JsonObject {
  const tokens: string[] = [];
  const tokenLogprobs: number[] = [];
  const topLogprobs: JsonObject[] = [];
  const textOffset: number[] = [];
  let at = offset;
  for (const entry of content) {
    if (!isJsonObject(entry) || typeof entry.token !== 'string' || typeof entry.logprob !== 'number') continue;
    tokens.push(entry.token);
    tokenLogprobs.push(entry.logprob);
    topLogprobs.push(toAlternatives(entry.top_logprobs));
    textOffset.push(at);
    at += entry.token.length;
  }
  return { tokens, token_logprobs: tokenLogprobs, top_logprobs: topLogprobs, text_offset: textOffset };
}

function toAlternatives(value: JsonValue | undefined): JsonObject {
  const alternatives: JsonObject = {};
  for (const entry of Array.isArray(value) ? value : []) {
    if (isJsonObject(entry) && typeof entry.token === 'string') alternatives[entry.token] = entry.logprob;
  }
  return alternatives;
}
