import type { AwaySummary, RunView } from '../../../../src-shared/jobs.ts';
import type { JobReader } from '../../store/job-reader.ts';
import type { StoredRun } from '../../store/job-run.ts';
import type { AbsenceWatch } from './absence-watch.ts';
import { toAwaySummary } from './away-summary.ts';

/** Where nobody's coming and going can be seen, a summary is of this long. */
const DEFAULT_SUMMARY_MS = 86_400_000;

/** What was done since `sinceMs`; null: while somebody was last away, or in the last day where nobody knows. */
export function readSummary(parts: {
  sinceMs: number | null;
  nowMs: number;
  reader: Pick<JobReader, 'runsSince' | 'findings' | 'proposals' | 'openings'>;
  absences: Pick<AbsenceWatch, 'last' | 'openedAtMs'>;
  /** Runs that have not ended. */
  open: readonly StoredRun[];
  toView: (run: StoredRun) => RunView;
}): AwaySummary {
  const { sinceMs, nowMs, reader, absences, open, toView } = parts;
  const absence = sinceMs === null ? absences.last : null;
  const fromMs = sinceMs ?? absence?.beganAtMs ?? nowMs - DEFAULT_SUMMARY_MS;
  const toMs = Math.max(fromMs, absence?.endedAtMs ?? nowMs);
  const ended = reader.runsSince(fromMs).filter(({ workedAtMs, endedAtMs }) => (workedAtMs ?? endedAtMs ?? 0) <= toMs);
  const atWork = open.filter(
    ({ workedAtMs, startedAtMs }) => (workedAtMs ?? -1) >= fromMs && (startedAtMs ?? Infinity) <= toMs,
  );
  return toAwaySummary({
    ...{ fromMs, toMs },
    runs: [...ended, ...atWork].map(toView),
    findings: reader.findings(),
    proposals: reader.proposals(),
    openings: reader
      .openings(fromMs, toMs)
      // The one that still goes on.
      .map((each) => (each.openedAtMs === absences.openedAtMs ? { ...each, endedAtMs: nowMs } : each)),
  });
}
