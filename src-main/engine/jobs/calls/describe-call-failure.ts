import { failureOfStatus } from '../../protocols/failure-of-status.ts';
import type { FailureCode } from '../../protocols/failure.ts';

const WORDS: Partial<Record<FailureCode, string>> = {
  credential_refused: 'did not accept the key or the account: look at them on the page of providers',
  unknown_model: 'does not have this model any more',
  payload_too_large: 'cannot take a prompt that long',
  rate_limited: 'asks for a pause: it is tried again later',
  overloaded: 'is overloaded: it is tried again later',
};

/** What an error status means for a job: whether trying again later can help, in one sentence and without the server's words. */
export function describeCallFailure(
  status: number,
  providerName: string,
): { code: FailureCode; sentence: string; willPass: boolean } {
  const code = failureOfStatus(status);
  const words = WORDS[code] ?? (code === 'invalid_request' ? 'refused the request' : 'failed');
  const willPass = code === 'rate_limited' || code === 'upstream_timeout' || status >= 500;
  return { code, sentence: `${providerName} ${words} (status ${status}).`, willPass };
}
