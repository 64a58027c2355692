import type { SpendQuery } from '../../../src-shared/spend.ts';
import { QUARTER_HOUR_MS, quarterHourOf } from './quarter-hours.ts';

const HOUR_MS = 4 * QUARTER_HOUR_MS;
const DAY_MS = 24 * HOUR_MS;

/** Start and end in Unix milliseconds; the end is not part of it. */
export type Bucket = readonly [startMs: number, endMs: number];

/**
 * The whole buckets that a span of time touches. Days are local ones, 23 to 25 hours long where the clocks change; hours
 * are counted from the start of the local day, which in some zones lies within an hour of the world's.
 */
export function spendBuckets(
  span: Pick<SpendQuery, 'fromMs' | 'toMs' | 'bucket'> & { dayStartOf: (timeMs: number) => number },
): Bucket[] {
  const { fromMs, toMs, bucket, dayStartOf } = span;
  if (bucket === 'quarter') return evenBuckets(quarterHourOf(fromMs), toMs, QUARTER_HOUR_MS);
  const dayStartMs = dayStartOf(fromMs);
  if (bucket === 'day') return dayBuckets(dayStartMs, toMs, dayStartOf);
  return evenBuckets(dayStartMs + Math.floor((fromMs - dayStartMs) / HOUR_MS) * HOUR_MS, toMs, HOUR_MS);
}

function evenBuckets(firstMs: number, toMs: number, lengthMs: number): Bucket[] {
  const buckets: Bucket[] = [];
  for (let startMs = firstMs; startMs < toMs; startMs += lengthMs) buckets.push([startMs, startMs + lengthMs]);
  return buckets;
}

function dayBuckets(firstMs: number, toMs: number, dayStartOf: (timeMs: number) => number): Bucket[] {
  const buckets: Bucket[] = [];
  for (let startMs = firstMs; startMs < toMs;) {
    // A day and a half later it is the next day, however long this one is.
    const nextMs = dayStartOf(startMs + 1.5 * DAY_MS);
    const endMs = nextMs > startMs ? nextMs : startMs + DAY_MS;
    buckets.push([startMs, endMs]);
    startMs = endMs;
  }
  return buckets;
}
