import { FAILURES, type Failure } from '../protocols/failure.ts';
import type { Attempt } from './attempt.ts';

/**
 * One failure for a request none of whose attempts succeeded. A single attempt's failure stands as it is, the upstream's
 * own words and retry headers included; several are told one by one under the status of the most hopeful one.
 */
export function summariseFailures(attempts: readonly Attempt[]): Failure {
  const failures = attempts.flatMap((attempt) =>
    attempt.failure === null ? [] : [{ id: attempt.endpoint.id, failure: attempt.failure }],
  );
  const [first] = failures;
  if (first === undefined) return { code: 'no_endpoint', message: 'No endpoint can serve this request now.' };
  if (failures.length === 1) return first.failure;
  const main = failures.find(({ failure }) => FAILURES[failure.code].retryable) ?? first;
  const told = failures.map(({ id, failure }) => `${id}: ${failure.message}`).join(' ');
  const summary: Failure = { code: main.failure.code, message: `All ${failures.length} attempts failed. ${told}` };
  if (main.failure.status !== undefined) summary.status = main.failure.status;
  if (main.failure.headers !== undefined) summary.headers = main.failure.headers;
  return summary;
}
