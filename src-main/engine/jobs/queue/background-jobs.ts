import type { AwaySummary, JobName, JobsView, RunView, RunsQuery } from '../../../../src-shared/jobs.ts';
import type { Settings } from '../../../../src-shared/settings.ts';
import type { Clock, Log } from '../../ports.ts';
import type { IdleGate } from '../../resources/idle-gate.ts';
import type { JobReader } from '../../store/job-reader.ts';
import type { StoredRun } from '../../store/job-run.ts';
import type { JobSaver } from '../../store/job-saver.ts';
import type { JobCallers } from '../job-callers.ts';
import type { JobKind } from '../job-kind.ts';
import { AbsenceWatch } from './absence-watch.ts';
import { GatePause } from './gate-pause.ts';
import { JobRunner, overridesOf } from './job-runner.ts';
import { toJobsView, toRunView } from './jobs-view.ts';
import { readSummary } from './read-summary.ts';
import { RunBook, type JobsChange } from './run-book.ts';
import { Timetable } from './timetable.ts';

export interface BackgroundJobsParts {
  clock: Clock;
  log: Log;
  /** In [0, 1). */
  random: () => number;
  /** Names runs; later ones sort behind earlier ones. */
  newId: () => string;
  kinds: readonly JobKind[];
  gate: Pick<
    IdleGate,
    'lease' | 'state' | 'isOpen' | 'closedBy' | 'pause' | 'resume' | 'onOpen' | 'onClose' | 'onLook'
  >;
  reader: JobReader;
  saver: JobSaver;
  settings: () => Settings['background'];
  /** What units work with is known; until then none begins. Default: from the start. */
  isReady?: () => boolean;
  callers: JobCallers;
  /** CPU time of this process in milliseconds, user and system. */
  cpuMs: () => number;
  money: () => { todayNanoUsd: number; dayLimitNanoUsd: number };
  mayPropose: (path: string) => boolean;
  onChange: (what: JobsChange) => void;
  /** Somebody is back, and this was done meanwhile. */
  onBack: () => void;
}

/** Clocks jump and machines sleep: the timetable is looked at this often at least. */
const LONGEST_WAIT_MS = 3_600_000;

/** While the gate is closed nothing is in a hurry. */
const SHORTEST_WAIT_WHILE_CLOSED_MS = 60_000;

/**
 * Background work: what is due, what waits, and the one run that works while the gate allows it. A unit counts when it is
 * committed with the checkpoint after it; so whenever the gate, a person or a power cut ends it, it is done exactly once.
 */
export class BackgroundJobs {
  readonly #parts: BackgroundJobsParts;
  readonly #kinds: ReadonlyMap<JobName, JobKind>;
  readonly #book: RunBook;
  readonly #timetable: Timetable;
  readonly #runner: JobRunner;
  readonly #absences: AbsenceWatch;
  readonly #pause: GatePause;
  readonly #endings: (() => void)[] = [];
  #cancelTimer: (() => void) | null = null;
  #background: Settings['background'];
  #stopped = false;

  constructor(parts: BackgroundJobsParts) {
    const { clock, log, gate, saver, reader } = parts;
    this.#parts = parts;
    this.#background = parts.settings();
    this.#kinds = new Map(parts.kinds.map((kind) => [kind.name, kind]));
    this.#book = new RunBook({ ...parts, kinds: this.#kinds });
    this.#timetable = new Timetable({ ...parts, jobs: [...this.#kinds.keys()] });
    this.#absences = new AbsenceWatch({ clock, log, gate, saver, reader, onBack: () => parts.onBack() });
    this.#pause = new GatePause({ clock, gate, saver });
    this.#runner = new JobRunner({
      ...parts,
      candidates: () =>
        this.#stopped || saver.isBehind || parts.isReady?.() === false
          ? []
          : this.#book.waiting().filter((run) => this.#mayWork(run)),
      prepare: (run) => {
        const ready = this.#book.prepare(run);
        if (ready === null) this.#setTimer();
        return ready;
      },
      settle: (ready, end) => {
        this.#book.settle(ready, end);
        this.#setTimer();
      },
      onChange: () => parts.onChange('jobs'),
    });
  }

  /** Goes on with what an earlier process left, and begins to listen to the gate. */
  start(): void {
    const { reader, gate, saver, clock } = this.#parts;
    const states = reader.states();
    const open = reader.openRuns();
    this.#book.load({ open, last: reader.lastRuns() });
    saver.save({ kind: 'unreadable', readable: open.map(({ id }) => id), atMs: Math.round(clock.nowMs()) });
    this.#timetable.load(states);
    this.#pause.load(states);
    saver.onFree(() => this.#wake());
    this.#endings.push(
      gate.onOpen(() => this.#wake()),
      gate.onLook(({ changed }) => {
        if (changed) this.#looked();
      }),
    );
    this.#wake();
  }

  /** `isReady` has become true. */
  ready(): void {
    this.#wake();
  }

  /** Stops the unit under way within a second, keeps its run's checkpoint, and takes out of memory what it had loaded. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const end of this.#endings) end();
    this.#cancelTimer?.();
    await this.#runner.stop();
    this.#absences.stop();
  }

  has(job: JobName): boolean {
    return this.#kinds.has(job);
  }

  /** The job at work; null: none is. */
  get working(): JobName | null {
    return this.#runner.working?.job ?? null;
  }

  /** A run of it waits or works. */
  isOpen(job: JobName): boolean {
    return this.#book.current(job) !== null;
  }

  view(): JobsView {
    const parts = this.#parts;
    return toJobsView({
      ...this.#facts(),
      kinds: parts.kinds,
      gate: parts.gate.state(),
      background: parts.settings(),
      problem: parts.saver.problem,
      book: this.#book,
      timetable: this.#timetable,
      ...parts.money(),
    });
  }

  /** Ended runs, newest first. */
  runs(query: RunsQuery): { runs: RunView[]; nextBefore: string | null } {
    const { runs, nextBefore } = this.#parts.reader.runs(query);
    return { runs: runs.map((run) => this.#toView(run)), nextBefore };
  }

  /** What was done since that moment; null: while somebody was last away. */
  summary(sinceMs: number | null): AwaySummary {
    const { reader, clock } = this.#parts;
    return readSummary({
      ...{ sinceMs, reader, absences: this.#absences, open: this.#book.waiting() },
      nowMs: Math.round(clock.nowMs()),
      toView: (run) => this.#toView(run),
    });
  }

  /** When a notice of an absence was last shown (Unix milliseconds); null: never. */
  lastToldAtMs(): number | null {
    return this.#parts.reader.lastToldAtMs();
  }

  /** A notice has told what was done while somebody was away. */
  told(): void {
    this.#absences.told();
  }

  /** Why it may not be asked for; null: it is begun, or hurried, and runs as soon as battery, heat and quiet allow. */
  runNow(job: JobName): string | null {
    const switchedOff = this.#timetable.switchedOff(job);
    if (switchedOff !== null) return switchedOff;
    this.#book.begin(job, 'person');
    const working = this.#runner.working;
    // What nobody asked for gives way to what somebody did.
    if (working !== null && working.job !== job && working.trigger !== 'person') {
      void this.#runner.interrupt(null, 'a person asked for another job');
    }
    this.#wake();
    return null;
  }

  /** False: there is no run of it. */
  async cancel(job: JobName): Promise<boolean> {
    const runId = this.#book.current(job)?.id;
    if (runId === undefined) return false;
    await this.#runner.interrupt(job, 'the run was cancelled');
    if (this.#book.current(job)?.id === runId) this.#book.cancel(job);
    this.#wake();
    return true;
  }

  /** Until a Unix time in milliseconds; null: until resumed. */
  pauseAll(untilMs: number | null): void {
    this.#parts.gate.pause(untilMs);
    this.#pause.note();
  }

  resumeAll(): void {
    this.#parts.gate.resume();
    this.#pause.note();
    this.#wake();
  }

  pause(job: JobName, untilMs: number | null): void {
    this.#timetable.pause(job, untilMs);
    void this.#runner.interrupt(job, 'the job was paused');
    this.#wake();
  }

  resume(job: JobName): void {
    this.#timetable.resume(job);
    this.#wake();
  }

  /** The settings are others. */
  followSettings(): void {
    const before = this.#background;
    this.#background = this.#parts.settings();
    if (before.level !== this.#background.level) this.#timetable.reckonAll();
    const working = this.#runner.working;
    if (working !== null && this.#timetable.switchedOff(working.job) !== null) {
      void this.#runner.interrupt(working.job, 'the job was switched off');
    }
    this.#wake();
  }

  /** What was made of this request (null: of any) and is not written yet is thrown away. */
  eraseRequest(requestId: string | null): void {
    this.#book.eraseRequest(requestId);
    this.#parts.saver.eraseRequest(requestId);
  }

  /** The records are being erased: every run is forgotten, the one at work as well. */
  forget(): void {
    this.#book.forget();
    void this.#runner.interrupt(null, 'the records are erased');
    this.#parts.onChange('jobs');
  }

  /** The records are erased: what the person wants of the jobs is written down again. */
  recollect(): void {
    this.#timetable.remember();
    this.#absences.forget();
    this.#pause.remember();
    for (const what of ['jobs', 'runs', 'findings', 'proposals'] as const) this.#parts.onChange(what);
    this.#wake();
  }

  #mayWork(run: StoredRun): boolean {
    if (!this.#kinds.has(run.job) || this.#timetable.switchedOff(run.job) !== null) return false;
    if (this.#timetable.pausedUntil(run.job) !== undefined) return false;
    return run.retryAtMs === null || run.retryAtMs <= this.#parts.clock.nowMs();
  }

  /** Begins what is due, lets work what may, and sets the clock for the next time. */
  #wake(): void {
    if (this.#stopped) return;
    for (const job of this.#timetable.takeDue()) this.#book.begin(job, 'schedule');
    this.#runner.pump();
    this.#setTimer();
    this.#parts.onChange('jobs');
  }

  #looked(): void {
    this.#pause.note();
    // The gate's opening wakes everything else.
    if (this.#book.waiting().some((run) => overridesOf(run).length > 0)) this.#runner.pump();
    this.#parts.onChange('waits');
  }

  /** To the next moment at which something is due, goes on, or is tried again after it failed. */
  #setTimer(): void {
    this.#cancelTimer?.();
    if (this.#stopped) return;
    const { clock, gate } = this.#parts;
    const nowMs = clock.nowMs();
    const retries = this.#book
      .waiting()
      .flatMap(({ retryAtMs }) => (retryAtMs !== null && retryAtMs > nowMs ? retryAtMs : []));
    const nextMs = Math.min(this.#timetable.nextChangeAtMs() ?? Infinity, ...retries) - nowMs;
    const shortestMs = gate.isOpen ? 0 : SHORTEST_WAIT_WHILE_CLOSED_MS;
    const delayMs = Math.min(LONGEST_WAIT_MS, Math.max(shortestMs, nextMs));
    this.#cancelTimer = clock.after(delayMs, () => this.#wake());
  }

  #facts() {
    const { clock } = this.#parts;
    return { nowMs: clock.nowMs(), monotonicMs: clock.monotonicMs(), working: this.#runner.working };
  }

  #toView(run: StoredRun): RunView {
    return toRunView(run, { ...this.#facts(), doing: this.#book.doing(run.job) });
  }
}
