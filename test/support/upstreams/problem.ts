import type { ProviderKind } from '../../../src-shared/catalogue.ts';
import type { JsonObject } from '../../../src-main/engine/protocols/json.ts';
import { jsonReply, type Script } from './script.ts';

/** An error in meaning; every kind of upstream puts it into its own envelope. */
export interface Problem {
  /** Default 500. */
  status?: number;
  message?: string;
  /** OpenAI and Anthropic `error.type`; default by status. */
  type?: string;
  /** OpenAI `error.code`; default by status. */
  code?: string | null;
  /** Such as `retry-after`. */
  headers?: Record<string, string>;
}

/** The upstream refuses the request in its own error form. */
export function problem(what: Problem): Script {
  return (asked) =>
    jsonReply(printProblem(asked.kind, what), { status: what.status ?? 500, headers: what.headers ?? {} });
}

/** The body of an error answer; the same object stands in a stream that fails half-way. */
export function printProblem(kind: ProviderKind, what: Problem): JsonObject {
  const status = what.status ?? 500;
  const message = what.message ?? `simulated failure ${status}`;
  if (kind === 'ollama') return { error: message };
  if (kind === 'anthropic') {
    const type = what.type ?? ANTHROPIC_TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
    return { type: 'error', error: { type, message }, request_id: 'req_upstream' };
  }
  const usual = OPENAI_TYPES[status] ?? { type: status < 500 ? 'invalid_request_error' : 'server_error', code: null };
  const code = what.code === undefined ? usual.code : what.code;
  return { error: { message, type: what.type ?? usual.type, param: null, code } };
}

const ANTHROPIC_TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

const OPENAI_TYPES: Readonly<Record<number, { type: string; code: string | null }>> = {
  401: { type: 'invalid_request_error', code: 'invalid_api_key' },
  402: { type: 'insufficient_quota', code: 'insufficient_quota' },
  403: { type: 'invalid_request_error', code: 'unsupported_country_region_territory' },
  404: { type: 'invalid_request_error', code: 'model_not_found' },
  429: { type: 'requests', code: 'rate_limit_exceeded' },
};
