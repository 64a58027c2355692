import { FAILURES, type Failure } from '../protocols/failure.ts';
import type { Attempt } from './attempt.ts';

/** A candidate that was not called, and why. */
export interface SkippedCandidate {
  endpointId: string;
  why: string;
}

/**
 * One failure for a request that nobody served. A single attempt's failure stands as it is, the upstream's own words and
 * retry headers included; several are told one by one under the status of the most hopeful one, those that were not
 * called after them. When nobody may be called at all, that is a rule's doing: `forbidden`.
 */
export function summariseFailures(attempts: readonly Attempt[], skipped: readonly SkippedCandidate[]): Failure {
  const failures = attempts.flatMap((attempt) =>
    attempt.failure === null ? [] : [{ id: attempt.endpoint.id, failure: attempt.failure }],
  );
  const notCalled = skipped.map(({ endpointId, why }) => `${endpointId} was not called: ${sentence(why)}`);
  const [first] = failures;
  if (first === undefined) return nobodyCalled(notCalled);
  if (failures.length === 1 && notCalled.length === 0) return first.failure;
  const main = failures.find(({ failure }) => FAILURES[failure.code].retryable) ?? first;
  const told = [...failures.map(({ id, failure }) => `${id}: ${failure.message}`), ...notCalled].join(' ');
  const count = failures.length === 1 ? 'The only attempt' : `All ${failures.length} attempts`;
  const summary: Failure = { code: main.failure.code, message: `${count} failed. ${told}` };
  if (main.failure.status !== undefined) summary.status = main.failure.status;
  if (main.failure.headers !== undefined) summary.headers = main.failure.headers;
  return summary;
}

function nobodyCalled(notCalled: readonly string[]): Failure {
  return notCalled.length === 0
    ? { code: 'no_endpoint', message: 'No endpoint can serve this request now.' }
    : { code: 'forbidden', message: `No model may be called for this request now. ${notCalled.join(' ')}` };
}

function sentence(why: string): string {
  return why.endsWith('.') ? why : `${why}.`;
}
