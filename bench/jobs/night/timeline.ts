import type { JobName, JobsView, JobView } from '../../../src-shared/jobs.ts';
import type { Clock } from '../../../src-main/engine/ports.ts';
import type { IdleGate } from '../../../src-main/engine/resources/idle-gate.ts';

export interface TimelineRow {
  /** Unix milliseconds. */
  atMs: number;
  what: string;
}

interface Seen {
  isAtWork: boolean;
  preemptions: number;
  runId: string | null;
}

/** Writes down what gate and jobs do, from nothing but what they tell. */
export class Timeline {
  readonly rows: TimelineRow[] = [];
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #jobs = new Map<JobName, Seen>();

  constructor({ clock, gate }: { clock: Pick<Clock, 'nowMs'>; gate: IdleGate }) {
    this.#clock = clock;
    gate.onOpen(() => this.#add('gate opens'));
    gate.onClose(({ closedBy }) => this.#add(`gate closes: ${closedBy.join(', ')}`));
  }

  /** To be called with every change of the jobs. */
  note({ running, jobs }: JobsView): void {
    for (const job of jobs) this.#noteOne(job, running === job.name);
  }

  #noteOne({ name, current, last }: JobView, isRunning: boolean): void {
    const seen = this.#jobs.get(name) ?? { isAtWork: false, preemptions: 0, runId: null };
    this.#jobs.set(name, seen);
    if (seen.runId !== null && last?.id === seen.runId) {
      this.#add(`${name} is ${last.state} after ${last.unitsDone} of ${String(last.unitsTotal)}`);
      Object.assign(seen, { isAtWork: false, preemptions: 0, runId: null });
    }
    if (current === null) return;
    if (current.preemptions > seen.preemptions) {
      this.#add(`${name} stops after ${current.unitsDone} of ${String(current.unitsTotal)}`);
      Object.assign(seen, { isAtWork: false, preemptions: current.preemptions });
    }
    if (!isRunning || seen.isAtWork) return;
    this.#add(seen.runId === null ? `${name} begins` : `${name} goes on with unit ${current.unitsDone + 1}`);
    Object.assign(seen, { isAtWork: true, runId: current.id });
  }

  #add(what: string): void {
    this.rows.push({ atMs: this.#clock.nowMs(), what });
  }
}
