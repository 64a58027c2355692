import type { JobName } from '../../../src-shared/jobs.ts';
import type { FindingDraft, JobResult, ProposalDraft } from '../jobs/job-kind.ts';
import type { StoredRun } from './job-run.ts';

/** What one unit found; written together with the run's checkpoint after it, or not at all. */
export interface UnitFindings {
  results: readonly JobResult[];
  findings: readonly FindingDraft[];
  /** See UnitOutcome. */
  resolves: readonly string[];
  proposals: readonly ProposalDraft[];
}

/** The same without what was made of a request (null: of any) that is erased. */
export function withoutRequest<Found extends Pick<UnitFindings, 'results'>>(
  found: Found,
  erased: string | null,
): Found {
  const isErased = (requestId: string | null) => requestId !== null && (erased === null || requestId === erased);
  return { ...found, results: found.results.filter(({ requestId }) => !isErased(requestId)) };
}

/** Of one job; `job` '' is for all of them. */
export interface JobState {
  job: JobName | '';
  paused: boolean;
  pausedUntilMs: number | null;
  nextDueAtMs: number | null;
}

/** When somebody was away, as far as background work could run meanwhile. */
export interface Absence {
  beganAtMs: number;
  /** null: still. */
  endedAtMs: number | null;
  /** When a notice told what was done; null: none has. */
  toldAtMs: number | null;
}

/** A step of background work that must be written down, in the order of its coming. */
export type JobWrite =
  /** `unit`: what the run's last unit found; null: its state alone has changed. */
  | { kind: 'run'; run: StoredRun; unit: UnitFindings | null; atMs: number }
  /** Settles the open runs that are not among these: this version cannot read them, and nobody shall wait for them. */
  | { kind: 'unreadable'; readable: readonly string[]; atMs: number }
  | { kind: 'state'; state: JobState }
  | { kind: 'opening'; openedAtMs: number; endedAtMs: number | null }
  | { kind: 'absence'; absence: Absence };
