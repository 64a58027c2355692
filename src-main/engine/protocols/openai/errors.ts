import type { Failure, FailureCode } from '../failure.ts';
import { isJsonObject, type JsonObject } from '../json.ts';

/** OpenAI's `type` words. Everything that is not the client's doing is an `api_error`. */
const ERROR_TYPES: Partial<Record<FailureCode, string>> = {
  invalid_request: 'invalid_request_error',
  unsupported_feature: 'invalid_request_error',
  context_too_long: 'invalid_request_error',
  method_not_allowed: 'invalid_request_error',
  request_timeout: 'invalid_request_error',
  payload_too_large: 'invalid_request_error',
  unsupported_media_type: 'invalid_request_error',
  unauthorized: 'authentication_error',
  forbidden: 'permission_error',
  unknown_model: 'not_found_error',
  not_found: 'not_found_error',
  rate_limited: 'rate_limit_error',
};

/** The body of an error response. An upstream's own body goes on as it is when it has the OpenAI shape already. */
export function printOpenAiError(failure: Failure): JsonObject {
  const { code, message, param, upstreamBody } = failure;
  if (upstreamBody !== undefined && hasOpenAiShape(upstreamBody)) return upstreamBody;
  return { error: { message, type: ERROR_TYPES[code] ?? 'api_error', param: param ?? null, code } };
}

/** The event that ends a stream with an error; clients read `error` in the data of an event without a name. */
export function printOpenAiStreamError(failure: Failure): string {
  return `data: ${JSON.stringify(printOpenAiError(failure))}\n\n`;
}

/**
 * Reads the error body of an OpenAI-style server. Seen: `{error: {message, code, param}}`, `{error: "text"}`,
 * `{detail: "text"}` and `{detail: [{msg}]}` (FastAPI), `{message}`, an array around any of these (Gemini), plain text.
 */
export function parseOpenAiError(status: number, body: unknown): { message: string; code?: string; param?: string } {
  const source = Array.isArray(body) ? (body[0] as unknown) : body;
  const error = isJsonObject(source) && isJsonObject(source.error) ? source.error : source;
  const message = messageOf(error) ?? `The provider answered with status ${status}.`;
  if (!isJsonObject(error)) return { message };
  const { code, param } = error;
  return {
    message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
    ...(typeof param === 'string' ? { param } : {}),
  };
}

/** What went wrong according to an error event inside a stream that had begun with status 200. */
export function parseOpenAiStreamError(body: JsonObject): Failure {
  const { message, code } = parseOpenAiError(200, body);
  const detail = isJsonObject(body.error) ? body.error : body;
  const type = typeof detail.type === 'string' ? detail.type : '';
  const failure: Failure = { code: streamErrorCode(`${type} ${code ?? ''}`), message };
  return hasOpenAiShape(body) ? { ...failure, upstreamBody: body } : failure;
}

/** Words in `type` and `code` that tell more than "it failed". */
const STREAM_ERROR_CODES: readonly [RegExp, FailureCode][] = [
  [/context_length|context_too_long/, 'context_too_long'],
  [/rate_limit|\b429\b/, 'rate_limited'],
  [/overloaded|unavailable|\b503\b|\b529\b/, 'overloaded'],
];

function streamErrorCode(words: string): FailureCode {
  return STREAM_ERROR_CODES.find(([pattern]) => pattern.test(words))?.[1] ?? 'upstream_error';
}

/** Anthropic's envelope looks the same but for its own `type`, and lacks what OpenAI's clients need. */
function hasOpenAiShape(body: JsonObject): boolean {
  return body.type !== 'error' && isJsonObject(body.error) && typeof body.error.message === 'string';
}

function messageOf(error: unknown): string | undefined {
  if (typeof error === 'string') return error.trim() === '' ? undefined : error;
  if (Array.isArray(error)) return messageOf(error[0]);
  if (!isJsonObject(error)) return undefined;
  return messageOf(error.message) ?? messageOf(error.error) ?? messageOf(error.detail) ?? messageOf(error.msg);
}
