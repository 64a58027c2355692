import type { JsonObject } from './json.ts';

/**
 * Everything that can go wrong with a request, declared once. `code` is public API: it stands in error bodies, in the
 * log and in the request record. `status` is the HTTP status on every surface unless the upstream's own is relayed.
 * `retryable` says whether the same request may succeed when sent again unchanged.
 */
export const FAILURES = {
  invalid_request: { status: 400, retryable: false },
  unsupported_feature: { status: 400, retryable: false },
  context_too_long: { status: 400, retryable: false },
  unauthorized: { status: 401, retryable: false },
  forbidden: { status: 403, retryable: false },
  unknown_model: { status: 404, retryable: false },
  not_found: { status: 404, retryable: false },
  method_not_allowed: { status: 405, retryable: false },
  request_timeout: { status: 408, retryable: true },
  payload_too_large: { status: 413, retryable: false },
  unsupported_media_type: { status: 415, retryable: false },
  rate_limited: { status: 429, retryable: true },
  /** The client hung up; nobody reads the answer. 499 is nginx's number for it. */
  cancelled: { status: 499, retryable: false },
  internal: { status: 500, retryable: false },
  /** The provider refused our key, our account or our payment (401, 402, 403). */
  credential_refused: { status: 502, retryable: false },
  upstream_unreachable: { status: 502, retryable: true },
  upstream_error: { status: 502, retryable: true },
  /** The upstream's stream or body stopped before its end. */
  upstream_truncated: { status: 502, retryable: true },
  /** The upstream sent something that is not its protocol. */
  upstream_garbled: { status: 502, retryable: true },
  /** The upstream answered, but not what was asked for: its answer was thrown away to ask another endpoint. */
  answer_rejected: { status: 502, retryable: true },
  queue_full: { status: 503, retryable: true },
  overloaded: { status: 503, retryable: true },
  /** No endpoint may or can serve this request now. */
  no_endpoint: { status: 503, retryable: true },
  upstream_timeout: { status: 504, retryable: true },
} as const satisfies Record<string, { status: number; retryable: boolean }>;

export type FailureCode = keyof typeof FAILURES;

/** One thing that went wrong, in words for the person who reads it: what happened, why, and what to do. */
export interface Failure {
  code: FailureCode;
  message: string;
  /** HTTP status when it is not the code's own (an upstream's status that is relayed). */
  status?: number;
  /** Path of the offending field in the request body, such as `messages[2].content`. */
  param?: string;
  /** Response headers to relay verbatim, lower-case names: retry-after, retry-after-ms, x-should-retry, x-ratelimit-*. */
  headers?: Record<string, string>;
  /** The upstream's own error body, relayed as it is when the surface speaks the upstream's protocol. */
  upstreamBody?: JsonObject;
}

/** The HTTP status a failure is answered with. */
export function statusOf(failure: Failure): number {
  return failure.status ?? FAILURES[failure.code].status;
}

/** Thrown by request parsers: the client's body is not what its protocol says. Always a 4xx, never our fault. */
export class InvalidRequest extends Error {
  readonly failure: Failure;

  constructor(message: string, param?: string, code: FailureCode = 'invalid_request') {
    super(message);
    this.name = 'InvalidRequest';
    this.failure = param === undefined ? { code, message } : { code, message, param };
  }
}

/** Thrown by reply parsers: the upstream's body is not what its protocol says. */
export class GarbledReply extends Error {
  override readonly name = 'GarbledReply';
}
