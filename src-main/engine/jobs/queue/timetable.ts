import type { JobName } from '../../../../src-shared/jobs.ts';
import type { Settings } from '../../../../src-shared/settings.ts';
import type { Clock } from '../../ports.ts';
import type { JobSaver } from '../../store/job-saver.ts';
import type { JobState } from '../../store/job-write.ts';
import { isPlausible, nextDue } from './job-times.ts';

export interface TimetableParts {
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
  saver: Pick<JobSaver, 'save'>;
  settings: () => Settings['background'];
  jobs: readonly JobName[];
}

const NOTHING_KNOWN = { paused: false, pausedUntilMs: null, nextDueAtMs: null } as const;

/** When each job is due, and which are paused. Times that passed unseen are due once, and wrong clocks are forgiven. */
export class Timetable {
  readonly #parts: TimetableParts;
  readonly #states = new Map<JobName, JobState & { job: JobName }>();

  constructor(parts: TimetableParts) {
    this.#parts = parts;
    for (const job of parts.jobs) this.#states.set(job, { job, ...NOTHING_KNOWN });
  }

  /** What was written by an earlier process. */
  load(states: readonly JobState[]): void {
    for (const { job, ...state } of states)
      if (job !== '' && this.#states.has(job)) this.#states.set(job, { job, ...state });
  }

  /** Why the person does not want a job to run by its settings, in a sentence; null: they do. */
  switchedOff(job: JobName): string | null {
    const { enabled, off } = this.#parts.settings();
    if (!enabled) return 'Background work is switched off in the settings.';
    return off.includes(job) ? 'This job is switched off in the settings.' : null;
  }

  /** Unix milliseconds; null: until resumed; undefined: it is not paused. */
  pausedUntil(job: JobName): number | null | undefined {
    const state = this.#states.get(job);
    if (state?.paused !== true) return undefined;
    if (state.pausedUntilMs !== null && state.pausedUntilMs <= this.#parts.clock.nowMs()) return undefined;
    return state.pausedUntilMs;
  }

  pause(job: JobName, untilMs: number | null): void {
    this.#change(job, { paused: true, pausedUntilMs: untilMs });
  }

  resume(job: JobName): void {
    this.#change(job, { paused: false, pausedUntilMs: null });
  }

  /** null: never by itself. */
  nextDueOf(job: JobName): number | null {
    return this.switchedOff(job) === null ? (this.#states.get(job)?.nextDueAtMs ?? null) : null;
  }

  /** The jobs that are due now; each is then due again at its next time only. */
  takeDue(): JobName[] {
    const { clock, settings } = this.#parts;
    const nowMs = clock.nowMs();
    return [...this.#states.values()].flatMap(({ job, nextDueAtMs }) => {
      if (this.switchedOff(job) !== null) return [];
      if (nextDueAtMs !== null && nextDueAtMs > nowMs) {
        if (!isPlausible(nextDueAtMs, job, { level: settings().level, nowMs })) this.#reckon(job);
        return [];
      }
      this.#reckon(job);
      return nextDueAtMs === null ? [] : [job];
    });
  }

  /** The rhythm is another one. */
  reckonAll(): void {
    for (const job of this.#states.keys()) this.#reckon(job);
  }

  /** Unix milliseconds of the next due time or end of a pause; null: neither comes. */
  nextChangeAtMs(): number | null {
    const times = [...this.#states.keys()].flatMap((job) =>
      [this.nextDueOf(job) ?? [], this.pausedUntil(job) ?? []].flat(),
    );
    return times.length === 0 ? null : Math.min(...times);
  }

  /** Writes all of it down again: the database was emptied. */
  remember(): void {
    for (const state of this.#states.values()) this.#parts.saver.save({ kind: 'state', state });
  }

  #reckon(job: JobName): void {
    const { clock, random, settings } = this.#parts;
    this.#change(job, { nextDueAtMs: nextDue(job, { level: settings().level, nowMs: clock.nowMs(), random }) });
  }

  #change(job: JobName, change: Partial<JobState>): void {
    const before = this.#states.get(job);
    if (before === undefined) return;
    const state = { ...before, ...change, job };
    this.#states.set(job, state);
    this.#parts.saver.save({ kind: 'state', state });
  }
}
