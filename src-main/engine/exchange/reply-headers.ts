import type { Path } from '../store/records.ts';
import type { Attempt } from './attempt.ts';
import type { Job } from './job.ts';

const NANO_USD = 1e9;

/** What is known of an answer when its headers leave. */
interface Delivery {
  /** Whose answer it is, or may become; null: nobody was called. */
  attempt: Attempt | null;
  path: Path | null;
  /** null: not known yet, or never. */
  costNanoUsd: number | null;
  nowMs: number;
}

/**
 * What every answer tells of itself: which request, where it went and why, what it cost and how long we took. The cost
 * of a stream is not known when its headers leave; it stands in the request's record.
 */
export function replyHeaders(job: Job, attempts: readonly Attempt[], delivery: Delivery): string[] {
  const { attempt } = delivery;
  const headers = ['x-pointsman-request-id', job.id, 'x-pointsman-cache', 'off'];
  if (attempt === null) return headers;
  const { endpoint } = attempt;
  headers.push(
    'x-pointsman-track',
    endpoint.track,
    'x-pointsman-path',
    delivery.path ?? endpoint.track,
    'x-pointsman-model',
    headerText(endpoint.id),
    'x-pointsman-reason',
    headerText(reasonOf(job, attempt, delivery.path)),
    'x-pointsman-overhead-ms',
    overheadMs({ job, attempts, attempt, nowMs: delivery.nowMs }).toFixed(2),
  );
  if (delivery.costNanoUsd !== null) headers.push('x-pointsman-cost-usd', String(delivery.costNanoUsd / NANO_USD));
  if (attempt.adjusted.length > 0) headers.push('x-pointsman-adjusted', headerText(attempt.adjusted.join('; ')));
  return headers;
}

/** The reason is the first candidate's: who else answered, did so because of what happened then. */
function reasonOf({ route }: Job, attempt: Attempt, path: Path | null): string {
  if (attempt.endpoint === route.candidates[0]) return route.reason;
  return path === 'parallel'
    ? `${route.reason}; then another leg was faster`
    : path === 'cascade'
      ? `${route.reason}; then its answer was not good enough`
      : `${route.reason}; then failed over`;
}

/**
 * Arrival to the first call, the wait for a place at the endpoint that answered, and from the moment its answer could be
 * sent to now. Waiting for upstreams, also for those that failed before or were slower, is not ours.
 */
export function overheadMs(parts: {
  job: Job;
  /** In the order they were started. */
  attempts: readonly Attempt[];
  attempt: Attempt;
  nowMs: number;
}): number {
  const { job, attempts, attempt, nowMs } = parts;
  const { headMs, readyMs } = attempt.reply;
  const toFirstCall = (attempts[0] ?? attempt).startedMs - job.arrivedMs;
  const inQueue = (attempt.sentMs ?? nowMs) - attempt.startedMs;
  const after = headMs === null ? 0 : Math.max(0, nowMs - (readyMs ?? headMs));
  return Math.max(0, toFirstCall + inQueue + after);
}

const UNSAFE = /[^\x20-\x7e]/;

/** Header values are Latin-1 without control characters; anything beyond is percent-encoded. */
function headerText(text: string): string {
  return UNSAFE.test(text) ? encodeURI(text) : text;
}
