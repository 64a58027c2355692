import type { AttemptView, RequestView } from '../../../src-shared/control.ts';

/** One call on the request's time axis; places and widths are percent of the whole. */
export interface TimelineRow {
  attempt: AttemptView;
  left: number;
  /** Until the first content, and from it to the end. */
  waiting: number;
  answering: number;
  endedMs: number;
}
export interface Timeline {
  spanMs: number;
  /** Percent before the first call: reading, deciding, and waiting for a free place. */
  before: number;
  rows: readonly TimelineRow[];
}

/** Lays the calls of a request beside each other in time, so that races and second tries can be seen. */
export function toTimeline({ durationMs, attempts }: RequestView): Timeline {
  const ends = attempts.map((attempt) => attempt.startedMs + attempt.durationMs);
  const spanMs = Math.max(durationMs, ...ends, 1);
  const share = (ms: number) => (Math.max(0, ms) / spanMs) * 100;
  const rows = attempts.map((attempt, index) => {
    const endedMs = ends[index] ?? attempt.startedMs;
    const firstMs = Math.min(attempt.firstContentMs ?? endedMs, endedMs);
    return {
      attempt,
      left: share(attempt.startedMs),
      waiting: share(firstMs - attempt.startedMs),
      answering: share(endedMs - firstMs),
      endedMs,
    };
  });
  return { spanMs, before: share(Math.min(spanMs, ...attempts.map(({ startedMs }) => startedMs))), rows };
}
