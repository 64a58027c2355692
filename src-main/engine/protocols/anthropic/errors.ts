import { statusOf, type Failure, type FailureCode } from '../failure.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { lookUp } from '../look-up.ts';

/** `error.type` of each failure (platform.claude.com/docs/en/api/errors). */
const TYPES: Readonly<Record<FailureCode, string>> = {
  invalid_request: 'invalid_request_error',
  unsupported_feature: 'invalid_request_error',
  context_too_long: 'invalid_request_error',
  unauthorized: 'authentication_error',
  forbidden: 'permission_error',
  unknown_model: 'not_found_error',
  not_found: 'not_found_error',
  method_not_allowed: 'invalid_request_error',
  request_timeout: 'timeout_error',
  payload_too_large: 'request_too_large',
  unsupported_media_type: 'invalid_request_error',
  rate_limited: 'rate_limit_error',
  cancelled: 'api_error',
  internal: 'api_error',
  credential_refused: 'api_error',
  upstream_unreachable: 'api_error',
  upstream_error: 'api_error',
  upstream_truncated: 'api_error',
  upstream_garbled: 'api_error',
  answer_rejected: 'api_error',
  queue_full: 'overloaded_error',
  overloaded: 'overloaded_error',
  no_endpoint: 'overloaded_error',
  upstream_timeout: 'timeout_error',
};

/** Anthropic says "overloaded" with 529 where others say 503; its clients retry both. */
export function anthropicStatusOf(failure: Failure): number {
  const status = statusOf(failure);
  return status === 503 ? 529 : status;
}

/** The error body of this surface; an upstream's own body goes on verbatim when it has the same shape. */
export function printAnthropicError(failure: Failure, requestId?: string): JsonObject {
  const { upstreamBody } = failure;
  if (upstreamBody !== undefined && isAnthropicError(upstreamBody)) return upstreamBody;
  const error = { type: TYPES[failure.code], message: failure.message };
  return requestId === undefined ? { type: 'error', error } : { type: 'error', error, request_id: requestId };
}

/** The event that ends a stream with an error. */
export function printAnthropicStreamError(failure: Failure): string {
  return `event: error\ndata: ${JSON.stringify(printAnthropicError(failure))}\n\n`;
}

function isAnthropicError(body: JsonObject): boolean {
  const { type, error } = body;
  return type === 'error' && isJsonObject(error) && typeof error.type === 'string' && typeof error.message === 'string';
}

const CODES: Readonly<Record<string, FailureCode>> = {
  invalid_request_error: 'invalid_request',
  authentication_error: 'credential_refused',
  permission_error: 'credential_refused',
  billing_error: 'credential_refused',
  not_found_error: 'unknown_model',
  request_too_large: 'payload_too_large',
  rate_limit_error: 'rate_limited',
  overloaded_error: 'overloaded',
  timeout_error: 'upstream_timeout',
};

/**
 * Message and type of an error body, whatever its shape: Anthropic's own, OpenAI's `{error: {message}}`,
 * `{error: "text"}`, `{message}`, plain text. `body` is parsed JSON, or the text when it is none.
 */
export function parseAnthropicError(status: number, body: unknown): { message: string; type?: string } {
  const { message, type } = describe(body);
  const words = message === '' ? `The provider answered with HTTP status ${status}.` : message;
  return type === undefined ? { message: words } : { message: words, type };
}

/** The failure that an `event: error` stands for (HTTP status 200 is already out). */
export function parseStreamError(data: JsonObject): Failure {
  const { message, type } = describe(data);
  const code = lookUp(CODES, type ?? '') ?? 'upstream_error';
  return {
    code: code === 'invalid_request' && isTooLong(message) ? 'context_too_long' : code,
    message: message === '' ? 'The provider ended its answer with an error.' : message,
    upstreamBody: data,
  };
}

/** Anthropic's words for a prompt over the context window: "prompt is too long: N tokens > M maximum" and the like. */
function isTooLong(message: string): boolean {
  return /prompt is too long|exceeds? (the )?context/i.test(message);
}

function describe(body: unknown): { message: string; type?: string } {
  if (typeof body === 'string') return { message: body.trim().slice(0, 500) };
  if (!isJsonObject(body)) return { message: '' };
  const error = isJsonObject(body.error) ? body.error : body;
  const message = typeof body.error === 'string' ? body.error : error.message;
  const text = typeof message === 'string' ? message : '';
  return typeof error.type === 'string' ? { message: text, type: error.type } : { message: text };
}
