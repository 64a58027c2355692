import type { JobName, RunView } from '../../../../src-shared/jobs.ts';
import type { Clock, Log } from '../../ports.ts';
import type { JsonValue } from '../../protocols/json.ts';
import type { GateLease, GateOverride, IdleGate } from '../../resources/idle-gate.ts';
import type { StoredRun } from '../../store/job-run.ts';
import type { JobCallers } from '../job-callers.ts';
import type { JobKind, UnitOutcome } from '../job-kind.ts';
import { RunMeter } from '../run-meter.ts';
import { createJobWork } from './job-work.ts';
import { runUnit, type UnitEnd } from './run-unit.ts';
import type { Spent } from './run-steps.ts';

/** What a person who asks for a run now sets aside. */
export const PERSON_OVERRIDES: readonly GateOverride[] = ['cpu', 'user_away'];

/** No unit is this long; one that is has got stuck, and holds up everything else. */
const LONGEST_UNIT_MS = 30 * 60_000;

/** Unloading models may take this long before the next job begins. */
const LONGEST_RELEASE_MS = 5_000;

/** Why a unit has to stop, where it is not the gate. */
export class UnitStopped extends Error {
  override readonly name = 'UnitStopped';
}

class UnitTooLong extends Error {
  override readonly name = 'UnitTooLong';
}

/** A run with the checkpoint that its next unit starts from. */
export interface ReadyRun {
  run: StoredRun;
  kind: JobKind;
  checkpoint: JsonValue;
}

export interface RunnerParts {
  clock: Clock;
  log: Log;
  gate: Pick<IdleGate, 'lease'>;
  callers: JobCallers;
  /** CPU time of this process in milliseconds, user and system. */
  cpuMs: () => number;
  /** Runs that may work, in the order in which they should. */
  candidates: () => readonly StoredRun[];
  /** Plans it where that is needed; null: it is over, or failed at that. */
  prepare: (run: StoredRun) => ReadyRun | null;
  /** A unit has ended. */
  settle: (ready: ReadyRun, end: SettledUnit) => void;
  /** Something that is shown has changed. */
  onChange: () => void;
}

export type SettledUnit =
  | { kind: 'done'; outcome: UnitOutcome<JsonValue>; wasStopped: boolean; spent: Spent }
  | { kind: 'stopped'; spent: Spent }
  | { kind: 'failed'; problem: string; spent: Spent };

/** The unit that is under way. */
interface Working {
  run: StoredRun;
  controller: AbortController;
  doing: string | null;
  startedMs: number;
}

/** Does one unit after the other, of one run at a time, each under a lease of the gate. */
export class JobRunner {
  readonly #parts: RunnerParts;
  #working: Working | null = null;
  /** Who waits for the unit under way to end. */
  readonly #ended: (() => void)[] = [];
  #loop: Promise<void> = Promise.resolve();
  #isLooping = false;
  /** The run whose models may be in memory. */
  #lastRunId: string | null = null;
  #stopped = false;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  /** The run that is at work, what it does in words, and since when (monotonic); null: none is. */
  get working(): {
    job: JobName;
    runId: string;
    trigger: RunView['trigger'];
    doing: string | null;
    startedMs: number;
  } | null {
    if (this.#working === null) return null;
    const { run, doing, startedMs } = this.#working;
    return { job: run.job, runId: run.id, trigger: run.trigger, doing, startedMs };
  }

  /** Something may be able to run now. */
  pump(): void {
    if (this.#stopped || this.#isLooping) return;
    this.#isLooping = true;
    this.#loop = this.#work();
  }

  /** Stops the unit under way, if it is of that job (null: whosever it is). Resolves when it has ended or was given up. */
  async interrupt(job: JobName | null, reason: string): Promise<void> {
    const working = this.#working;
    if (working === null || (job !== null && working.run.job !== job)) return;
    working.controller.abort(new UnitStopped(reason));
    while (this.#working === working) await this.#turnEnded();
  }

  /** Ends the unit under way and begins none after it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#working?.controller.abort(new UnitStopped('the engine stops'));
    await this.#loop;
  }

  #turnEnded(): Promise<void> {
    return new Promise((resolve) => this.#ended.push(resolve));
  }

  async #work(): Promise<void> {
    for (;;) {
      const next = this.#stopped ? null : this.#choose();
      if (this.#lastRunId !== null && this.#lastRunId !== next?.run.id) {
        next?.lease.release();
        await this.#release();
        continue;
      }
      if (next === null) break;
      this.#lastRunId = next.run.id;
      await this.#turn(next);
      next.lease.release();
      // Requests and timers have their turn between any two units.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#isLooping = false;
  }

  #choose(): { run: StoredRun; lease: GateLease } | null {
    for (const run of this.#parts.candidates()) {
      const lease = this.#parts.gate.lease({ overrides: overridesOf(run) });
      if (lease !== null) return { run, lease };
    }
    return null;
  }

  async #turn({ run, lease }: { run: StoredRun; lease: GateLease }): Promise<void> {
    const ready = this.#parts.prepare(run);
    if (ready === null) return;
    const { clock, log, callers, cpuMs } = this.#parts;
    const controller = new AbortController();
    const working: Working = { run: ready.run, controller, doing: null, startedMs: clock.monotonicMs() };
    this.#working = working;
    this.#parts.onChange();
    const stop = () => controller.abort(lease.signal.reason);
    lease.signal.addEventListener('abort', stop, { once: true });
    const cancelLimit = clock.after(LONGEST_UNIT_MS, () => controller.abort(new UnitTooLong()));
    const meter = new RunMeter();
    const cpuBeforeMs = cpuMs();
    const work = createJobWork({
      run: ready.run,
      signal: controller.signal,
      clock,
      log,
      models: callers.forUnit({ run: ready.run, signal: controller.signal, meter }),
      onDoing: (words) => {
        working.doing = words;
        if (this.#working === working) this.#parts.onChange();
      },
    });
    const end = await runUnit({
      clock,
      signal: controller.signal,
      begin: () => ready.kind.unit(ready.checkpoint, work),
      onLate: ({ kind }) => log.warn({ job: run.job, run: run.id, end: kind }, 'a unit ended after it was given up'),
    });
    cancelLimit();
    lease.signal.removeEventListener('abort', stop);
    meter.addCpu(Math.max(0, cpuMs() - cpuBeforeMs));
    this.#working = null;
    const durationMs = clock.monotonicMs() - working.startedMs;
    const spent = { cost: meter.read(), durationMs, nowMs: Math.round(clock.nowMs()) };
    this.#parts.settle(ready, this.#toSettled({ end, ready, signal: controller.signal, spent }));
    this.#parts.onChange();
    for (const resolve of this.#ended.splice(0)) resolve();
  }

  #toSettled(unit: {
    end: UnitEnd<UnitOutcome<JsonValue>>;
    ready: ReadyRun;
    signal: AbortSignal;
    spent: Spent;
  }): SettledUnit {
    const { end, ready, signal, spent } = unit;
    const { job, id } = ready.run;
    if (end.kind === 'done') return { kind: 'done', outcome: end.outcome, wasStopped: signal.aborted, spent };
    if (end.kind === 'abandoned')
      this.#parts.log.warn({ job, run: id }, 'a unit did not stop within a second and was given up');
    if (signal.aborted) {
      if (!(signal.reason instanceof UnitTooLong)) return { kind: 'stopped', spent };
      return { kind: 'failed', problem: `${ready.kind.title}: one step took more than half an hour.`, spent };
    }
    const error = end.kind === 'threw' ? end.error : null;
    this.#parts.log.warn({ job, run: id, error: String(error) }, 'a unit of background work failed');
    return { kind: 'failed', problem: toProblem(ready.kind.title, error), spent };
  }

  /** Before another run begins, and when nothing is left to do: what the last one loaded goes. */
  async #release(): Promise<void> {
    this.#lastRunId = null;
    const { clock, callers } = this.#parts;
    let cancel: () => void = () => undefined;
    const limit = new Promise<void>((resolve) => (cancel = clock.after(LONGEST_RELEASE_MS, resolve)));
    await Promise.race([callers.release(), limit]);
    cancel();
  }
}

export function overridesOf(run: Pick<StoredRun, 'trigger'>): readonly GateOverride[] {
  return run.trigger === 'person' ? PERSON_OVERRIDES : [];
}

/** What went wrong, as a sentence that names the job. */
export function toProblem(title: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `${title} could not go on: ${message.replace(/[.\s]+$/, '')}.`;
}
