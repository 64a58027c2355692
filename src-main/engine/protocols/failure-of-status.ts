import type { FailureCode } from './failure.ts';

const CODE_BY_STATUS: Readonly<Record<number, FailureCode>> = {
  401: 'credential_refused',
  402: 'credential_refused',
  403: 'credential_refused',
  404: 'unknown_model',
  408: 'upstream_timeout',
  413: 'payload_too_large',
  429: 'rate_limited',
  503: 'overloaded',
  504: 'upstream_timeout',
  529: 'overloaded',
};

/** What an error status of an upstream means, whichever protocol it speaks. */
export function failureOfStatus(status: number): FailureCode {
  return CODE_BY_STATUS[status] ?? (status >= 400 && status < 500 ? 'invalid_request' : 'upstream_error');
}
