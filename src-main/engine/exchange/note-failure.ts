import type { Failure, FailureCode } from '../protocols/failure.ts';
import type { Attempt } from './attempt.ts';
import { retryAfterMs } from './classify-failure.ts';
import type { ExchangeContext } from './context.ts';

/** Failures that say something about the endpoint: they are counted against it, and another endpoint is tried. */
const COUNTED: ReadonlySet<FailureCode> = new Set([
  'upstream_error',
  'upstream_timeout',
  'upstream_unreachable',
  'upstream_truncated',
  'upstream_garbled',
  'overloaded',
]);
/** Failures that say something about the way there, or this one answer: another endpoint is tried, nothing is counted. */
const ELSEWHERE: ReadonlySet<FailureCode> = new Set([
  'rate_limited',
  'queue_full',
  'credential_refused',
  'answer_rejected',
]);
/** How long an endpoint is left alone after a 429 that names no time. */
const DEFAULT_LIMIT_MS = 1_000;

/** May another endpoint do what this one could not? Not where the request itself was at fault. */
export function mayGoElsewhere({ code }: Failure): boolean {
  return COUNTED.has(code) || ELSEWHERE.has(code);
}

/** Tells breaker, lane and provider of a failed attempt what they should know. */
export function noteFailure(context: ExchangeContext, requestId: string, attempt: Attempt, failure: Failure): void {
  const { lanes, providers, clock, log } = context;
  const lane = lanes.of(attempt.endpoint);
  const { status } = attempt.reply;
  if (attempt.pass !== null) {
    if (COUNTED.has(failure.code) && attempt.sentMs !== null) lanes.failed(lane, attempt.pass);
    else lane.breaker.ended(attempt.pass);
  }
  if (failure.code === 'credential_refused') providers.reportCredential(attempt.endpoint.providerId, status ?? 401);
  if (failure.code === 'rate_limited') lanes.limited(lane, retryAfterMs(failure, clock.nowMs()) ?? DEFAULT_LIMIT_MS);
  log.warn({ requestId, endpoint: attempt.endpoint.id, code: failure.code, status }, 'an attempt failed');
}
