import { JOB_NAMES, type JobName, type RunView } from '../../../../src-shared/jobs.ts';
import type { Clock, Log } from '../../ports.ts';
import type { JsonValue } from '../../protocols/json.ts';
import type { StoredRun } from '../../store/job-run.ts';
import type { JobSaver } from '../../store/job-saver.ts';
import { withoutRequest, type UnitFindings } from '../../store/job-write.ts';
import type { JobKind, ProposalDraft, UnitOutcome } from '../job-kind.ts';
import { NO_COST } from '../run-meter.ts';
import { toProblem, type ReadyRun, type SettledUnit } from './job-runner.ts';
import { afterFailure, afterStop, afterUnit, endRun, newRun, planRun } from './run-steps.ts';

/** What has become something else, for those who show it. `waits`: at most why something waits. */
export type JobsChange = 'jobs' | 'waits' | 'runs' | 'findings' | 'proposals';

export interface RunBookParts {
  clock: Clock;
  log: Log;
  /** In [0, 1). */
  random: () => number;
  newId: () => string;
  saver: Pick<JobSaver, 'save'>;
  kinds: ReadonlyMap<JobName, JobKind>;
  /** May these settings be proposed to be changed? See `mayPropose`. */
  mayPropose: (path: string) => boolean;
  onChange: (what: JobsChange) => void;
}

/** The runs: what of them is known, and how each step is written down. Memory is ahead of the file by what cannot be written yet. */
export class RunBook {
  readonly #parts: RunBookParts;
  readonly #open = new Map<JobName, StoredRun>();
  readonly #last = new Map<JobName, StoredRun>();
  /** What comes next in each run, in words. */
  readonly #doing = new Map<JobName, string>();
  /** Requests that were erased while the unit was under way; null: all of them. */
  #erased: (string | null)[] = [];

  constructor(parts: RunBookParts) {
    this.#parts = parts;
  }

  load(runs: { open: readonly StoredRun[]; last: readonly StoredRun[] }): void {
    for (const run of runs.open) this.#open.set(run.job, run);
    for (const run of runs.last) this.#last.set(run.job, run);
  }

  /** The run that waits or works; null: none. */
  current(job: JobName): StoredRun | null {
    return this.#open.get(job) ?? null;
  }

  /** The one that ended last; null: none has. */
  last(job: JobName): StoredRun | null {
    return this.#last.get(job) ?? null;
  }

  doing(job: JobName): string | null {
    return this.#doing.get(job) ?? null;
  }

  /** Those that have not ended: a person's first, then by priority of their jobs. */
  waiting(): StoredRun[] {
    const rank = ({ trigger, job }: StoredRun) =>
      (trigger === 'person' ? 0 : JOB_NAMES.length) + JOB_NAMES.indexOf(job);
    return [...this.#open.values()].sort((one, other) => rank(one) - rank(other));
  }

  /** Begins a run, or hurries the one that waits. */
  begin(job: JobName, trigger: RunView['trigger']): void {
    const known = this.#open.get(job);
    const nowMs = this.#nowMs();
    if (known === undefined) this.#keep(newRun({ id: this.#parts.newId(), job, trigger, nowMs }), null);
    else if (trigger === 'person') this.#keep({ ...known, trigger, retryAtMs: null }, null);
  }

  /** What it found is kept. False: there is no run. */
  cancel(job: JobName): boolean {
    const run = this.#open.get(job);
    if (run === undefined) return false;
    this.#keep(endRun(run, { state: 'cancelled', found: null, nowMs: this.#nowMs() }), null);
    return true;
  }

  /** Its checkpoint read, or planned anew. null: it is over, or could not be planned and is tried again later. */
  prepare(run: StoredRun): ReadyRun | null {
    const kind = this.#parts.kinds.get(run.job);
    this.#erased = [];
    if (kind === undefined) return null;
    if (run.checkpoint !== null) {
      const read = kind.checkpoint.safeParse(run.checkpoint);
      if (read.success) return { run, kind, checkpoint: read.data };
      this.#parts.log.info({ job: run.job, run: run.id }, 'a checkpoint of another version is not gone on with');
    }
    const spent = { cost: { ...NO_COST }, durationMs: 0, nowMs: this.#nowMs() };
    try {
      const planned = kind.plan();
      if (planned.kind === 'begin') {
        const begun = planRun(run, planned);
        this.#keep(begun, null);
        return { run: begun, kind, checkpoint: planned.checkpoint };
      }
      this.#keep(endRun(run, { state: 'done', found: planned.sentence, nowMs: spent.nowMs }), null);
    } catch (error) {
      this.#parts.log.warn({ job: run.job, run: run.id, error: String(error) }, 'background work could not be planned');
      const problem = toProblem(kind.title, error);
      this.#keep(afterFailure(run, { ...spent, problem, random: this.#parts.random }), null);
    }
    return null;
  }

  /** A unit has ended. What belongs to a run that is gone by now is thrown away. */
  settle({ run, kind }: ReadyRun, end: SettledUnit): void {
    const erased = this.#erased;
    this.#erased = [];
    // The run of the book may have been hurried by a person meanwhile.
    const known = this.#open.get(run.job);
    if (known?.id !== run.id) {
      this.#parts.log.debug(
        { job: run.job, run: run.id, end: end.kind },
        'a unit of a run that is gone was thrown away',
      );
      return;
    }
    if (end.kind === 'stopped') this.#keep(afterStop(known, end.spent), null);
    else if (end.kind === 'failed') {
      this.#keep(afterFailure(known, { ...end.spent, problem: end.problem, random: this.#parts.random }), null);
    } else {
      const { outcome, spent } = end;
      const next = afterUnit(known, outcome, spent);
      const preemptions = next.preemptions + (end.wasStopped && next.endedAtMs === null ? 1 : 0);
      this.#doing.delete(run.job);
      if (outcome.doing !== undefined) this.#doing.set(run.job, outcome.doing);
      this.#keep(
        { ...next, preemptions },
        { outcome, findings: this.#toFindings(outcome, erased), before: known, title: kind.title },
      );
    }
  }

  /** What the unit under way makes of this request (null: of any) is thrown away. */
  eraseRequest(requestId: string | null): void {
    this.#erased.push(requestId);
  }

  /** All of it is forgotten: the records are being erased. */
  forget(): void {
    this.#open.clear();
    this.#last.clear();
    this.#doing.clear();
  }

  #keep(
    run: StoredRun,
    unit: { outcome: UnitOutcome<JsonValue>; findings: UnitFindings; before: StoredRun; title: string } | null,
  ): void {
    const { saver, onChange } = this.#parts;
    this.#place(run);
    saver.save({ kind: 'run', run, unit: unit?.findings ?? null, atMs: this.#nowMs() }, (end) => {
      if (end === 'refused') {
        if (unit !== null) this.#giveUp(unit);
        return;
      }
      unit?.outcome.settled?.();
      if (run.endedAtMs !== null) onChange('runs');
      if (unit !== null && (unit.findings.findings.length > 0 || unit.findings.resolves.length > 0))
        onChange('findings');
      if (unit !== null && unit.findings.proposals.length > 0) onChange('proposals');
    });
    onChange('jobs');
  }

  /** What it found can never be written: nobody should go on as if it were. */
  #giveUp({ before, title }: { before: StoredRun; title: string }): void {
    const problem = `${title}: what it found could not be written down, which is an error in Pointsman.`;
    this.#keep({ ...endRun(before, { state: 'failed', found: null, nowMs: this.#nowMs() }), problem }, null);
  }

  #place(run: StoredRun): void {
    if (run.endedAtMs === null) {
      this.#open.set(run.job, run);
      return;
    }
    this.#open.delete(run.job);
    this.#doing.delete(run.job);
    this.#last.set(run.job, run);
  }

  #toFindings(outcome: UnitOutcome<JsonValue>, erased: readonly (string | null)[]): UnitFindings {
    const { results = [], findings = [], resolves, proposals = [] } = outcome;
    const found: UnitFindings = {
      results,
      findings,
      resolves: resolves?.keyPrefixes ?? [],
      proposals: proposals.filter((proposal) => this.#mayPropose(proposal)),
    };
    return erased.reduce(withoutRequest, found);
  }

  #mayPropose({ key, changes }: ProposalDraft): boolean {
    const refused = changes.find(({ path }) => !this.#parts.mayPropose(path));
    if (refused === undefined) return true;
    this.#parts.log.error({ key, path: refused.path }, 'a proposal that may not be made was left out');
    return false;
  }

  #nowMs(): number {
    return Math.round(this.#parts.clock.nowMs());
  }
}
