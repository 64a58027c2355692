import type { Attempt } from './attempt.ts';
import type { Job } from './job.ts';

const NANO_USD = 1e9;

/**
 * What every answer tells of itself: which request, where it went and why, what it cost and how long we took. The cost
 * of a stream is not known when its headers leave; it stands in the request's record.
 */
export function replyHeaders(
  job: Job,
  attempt: Attempt | null,
  booked: { costNanoUsd: number | null; nowMs: number },
): string[] {
  const headers = ['x-pointsman-request-id', job.id, 'x-pointsman-cache', 'off'];
  if (attempt === null) return headers;
  const { endpoint } = attempt;
  headers.push(
    'x-pointsman-track',
    endpoint.track,
    'x-pointsman-path',
    endpoint.track,
    'x-pointsman-model',
    headerText(endpoint.id),
    'x-pointsman-reason',
    headerText(attempt.endpoint === job.candidates[0] ? job.reason : `${job.reason}; then failed over`),
    'x-pointsman-overhead-ms',
    overheadMs(job, attempt, booked.nowMs).toFixed(2),
  );
  if (booked.costNanoUsd !== null) headers.push('x-pointsman-cost-usd', String(booked.costNanoUsd / NANO_USD));
  if (attempt.adjusted.length > 0) headers.push('x-pointsman-adjusted', headerText(attempt.adjusted.join('; ')));
  return headers;
}

/** Arrival to the (last) call, plus the upstream's first byte to now; waiting for the upstream is not ours. */
export function overheadMs(job: Job, attempt: Attempt, nowMs: number): number {
  const before = (attempt.sentMs ?? nowMs) - job.arrivedMs;
  const after = attempt.headMs === null ? 0 : Math.max(0, nowMs - (attempt.firstContentMs ?? attempt.headMs));
  return Math.max(0, before + after);
}

const UNSAFE = /[^\x20-\x7e]/;

/** Header values are Latin-1 without control characters; anything beyond is percent-encoded. */
function headerText(text: string): string {
  return UNSAFE.test(text) ? encodeURI(text) : text;
}
