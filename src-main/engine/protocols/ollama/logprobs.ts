import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** Ollama leaves `bytes` and `top_logprobs` out when it has none; our form always has both, as OpenAI's does. */
export function parseLogprobs(value: JsonValue | undefined): JsonValue[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isJsonObject).map((entry) => ({
    ...parseToken(entry),
    top_logprobs: Array.isArray(entry.top_logprobs) ? entry.top_logprobs.filter(isJsonObject).map(parseToken) : [],
  }));
}

/** Back to Ollama's form. */
export function printLogprobs(content: readonly JsonValue[]): JsonValue[] {
  return content.filter(isJsonObject).map(({ top_logprobs: top, ...token }) => {
    const printed = printToken(token);
    if (Array.isArray(top) && top.length > 0) printed.top_logprobs = top.filter(isJsonObject).map(printToken);
    return printed;
  });
}

function parseToken({ token, logprob, bytes }: JsonObject): JsonObject {
  return { token: token ?? '', logprob: logprob ?? 0, bytes: bytes ?? null };
}

function printToken({ bytes, ...token }: JsonObject): JsonObject {
  return bytes === null || bytes === undefined ? token : { ...token, bytes };
}
