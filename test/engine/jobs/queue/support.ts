import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import type { JobName } from '../../../../src-shared/jobs.ts';
import { settings as settingsSchema, type Settings } from '../../../../src-shared/settings.ts';
import type { JobCaller } from '../../../../src-main/engine/jobs/job-caller.ts';
import type { JobCallers } from '../../../../src-main/engine/jobs/job-callers.ts';
import type { JobKind, JobWork, UnitOutcome } from '../../../../src-main/engine/jobs/job-kind.ts';
import { BackgroundJobs } from '../../../../src-main/engine/jobs/queue/background-jobs.ts';
import { mayPropose } from '../../../../src-main/engine/jobs/queue/may-propose.ts';
import type { RunMeter } from '../../../../src-main/engine/jobs/run-meter.ts';
import type { Clock } from '../../../../src-main/engine/ports.ts';
import { IdleGate } from '../../../../src-main/engine/resources/idle-gate.ts';
import { JobReader } from '../../../../src-main/engine/store/job-reader.ts';
import { JobSaver } from '../../../../src-main/engine/store/job-saver.ts';
import { JobStore } from '../../../../src-main/engine/store/job-store.ts';
import type { StoreDatabase } from '../../../../src-main/engine/store/store-database.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { SilentLog } from '../../../support/silent-log.ts';
import { FakeMonitor, type Seen } from '../../resources/fake-monitor.ts';
import { LIMITS } from '../../resources/gate-inputs.ts';
import { openSound } from '../../store/support.ts';

export const AWAY: Seen = {
  othersPercent: 5,
  power: { source: 'ac', hasBattery: false, thermal: 'nominal', userIdleMs: 3_600_000 },
};
export const BACK: Seen = { ...AWAY, power: { ...AWAY.power, userIdleMs: 0 } };
export const ON_BATTERY: Seen = { ...AWAY, power: { ...AWAY.power, source: 'battery' } };

export type Background = Settings['background'];
export const BACKGROUND: Background = settingsSchema.parse({}).background;

type Steps = { unit: number; of: number };

export interface ScriptedKind extends JobKind<Steps> {
  /** Every beginning of a unit, in order. */
  readonly begun: { run: string; unit: number; drawn: number }[];
}

/**
 * A job of `units` units that take `unitMs` each and stop as they should. Each attempt keeps a result under a key of its
 * own, so that a unit whose work counted twice has two.
 */
export function scriptedKind(options: {
  name?: JobName;
  units?: number;
  unitMs?: number;
  /** Instead of the usual unit. */
  unit?: (steps: Steps, work: JobWork, attempt: number) => Promise<UnitOutcome<Steps>>;
  outcome?: (steps: Steps, work: JobWork) => Partial<UnitOutcome<Steps>>;
  plan?: JobKind<Steps>['plan'];
  checkpoint?: JobKind<Steps>['checkpoint'];
}): ScriptedKind {
  const { name = 'backup', units = 5, unitMs = 100, outcome = () => ({}) } = options;
  const begun: ScriptedKind['begun'] = [];
  let attempts = 0;
  return {
    name,
    begun,
    title: `The ${name} job`,
    description: 'Counts.',
    heavy: true,
    checkpoint: options.checkpoint ?? z.strictObject({ unit: z.int(), of: z.int() }),
    plan: options.plan ?? (() => ({ kind: 'begin', checkpoint: { unit: 0, of: units }, unitsTotal: units })),
    async unit(steps, work) {
      const attempt = attempts++;
      begun.push({ run: work.run.id, unit: steps.unit, drawn: work.random() });
      if (options.unit !== undefined) return options.unit(steps, work, attempt);
      await wait(work, unitMs);
      return { ...afterSteps(steps, `${work.run.id}/${steps.unit}/${attempt}`), ...outcome(steps, work) };
    },
  };
}

/** The usual end of a unit. */
export function afterSteps({ unit, of }: Steps, key: string): UnitOutcome<Steps> {
  const isLast = unit + 1 >= of;
  return {
    next: isLast ? null : { unit: unit + 1, of },
    unitsTotal: of,
    results: [{ key, value: unit, requestId: null }],
    ...(isLast ? { found: `Counted to ${of}.` } : {}),
  };
}

/** Ends with the signal, as every unit has to. */
export function wait({ signal, clock }: Pick<JobWork, 'signal' | 'clock'>, ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => resolve());
    const stop = () => {
      cancel();
      reject(new Error('stopped'));
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** Calls nobody; tests book what they like. */
export class FakeCallers implements JobCallers {
  released = 0;
  meter: RunMeter | null = null;

  forUnit({ meter }: Parameters<JobCallers['forUnit']>[0]): JobCaller {
    this.meter = meter;
    return {
      ask: () => Promise.resolve({ kind: 'stopped' }),
      unload: () => Promise.resolve(false),
    };
  }

  release(): Promise<void> {
    this.released++;
    return Promise.resolve();
  }
}

/** A clock that goes with its process: what was to happen after a kill does not. */
class MortalClock implements Clock {
  readonly #clock: ManualClock;
  isDead = false;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  monotonicMs(): number {
    return this.#clock.monotonicMs();
  }

  after(delayMs: number, run: () => void): () => void {
    return this.#clock.after(delayMs, () => {
      if (!this.isDead) run();
    });
  }
}

interface BenchState {
  background: Background;
  changes: string[];
  backs: number;
  /** What each reading of the CPU time adds. */
  cpuStepMs: number;
}

/** One process: the real queue over a real gate and a real file. */
export interface Bench {
  jobs: BackgroundJobs;
  gate: IdleGate;
  monitor: FakeMonitor;
  database: StoreDatabase;
  reader: JobReader;
  store: JobStore;
  saver: JobSaver;
  callers: FakeCallers;
  log: SilentLog;
  clock: ManualClock;
  state: BenchState;
  /** What the machine looks like from now on. */
  see(seen: Seen): void;
  stop(): Promise<void>;
  /** As `kill -9` does: nothing is told, nothing is written any more. */
  kill(): void;
}

let made = 0;

export function startBench(options: {
  kinds: readonly JobKind[];
  folder?: string;
  clock?: ManualClock;
  background?: Partial<Background>;
  random?: () => number;
  seen?: Seen;
  isReady?: () => boolean;
}): Bench {
  const { clock = new ManualClock(), folder = makeFolder(), random = () => 0.5 } = options;
  const mortal = new MortalClock(clock);
  const log = new SilentLog();
  const database = openSound(folder, mortal);
  const monitor = new FakeMonitor();
  const gate = new IdleGate({
    clock: mortal,
    log,
    monitor: monitor.port,
    limits: () => ({ ...LIMITS, cpuWindowMs: 0, requestQuietMs: 0, resumeHoldMs: 0 }),
    activeRequests: () => 0,
    heldBack: () => false,
  });
  const store = new JobStore({ database, random: { bytes: (count) => new Uint8Array(count).map(() => made++ % 256) } });
  const saver = new JobSaver({ store, clock: mortal, log });
  const reader = new JobReader(database);
  const callers = new FakeCallers();
  let cpuMs = 0;
  const state: BenchState = {
    background: { ...BACKGROUND, ...options.background },
    changes: [],
    backs: 0,
    cpuStepMs: 5,
  };
  const jobs = new BackgroundJobs({
    ...{ clock: mortal, log, random, gate, reader, saver, callers, mayPropose },
    kinds: options.kinds,
    isReady: options.isReady ?? (() => true),
    newId: () => `run${String(made++).padStart(9, '0')}`,
    settings: () => state.background,
    cpuMs: () => (cpuMs += state.cpuStepMs),
    money: () => ({ todayNanoUsd: 0, dayLimitNanoUsd: 0 }),
    onChange: (what) => state.changes.push(what),
    onBack: () => state.backs++,
  });
  const bench: Bench = {
    ...{ state, jobs, gate, monitor, database, reader, store, saver, callers, log, clock },
    see: (seen) => monitor.sample(seen),
    async stop() {
      const stopping = jobs.stop();
      await pass(clock, 1_100);
      await stopping;
      gate.stop();
      saver.stop();
      database.close();
      mortal.isDead = true;
    },
    kill() {
      mortal.isDead = true;
      database.close();
    },
  };
  jobs.start();
  monitor.sample(options.seen ?? AWAY);
  return bench;
}

export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-jobs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const STEP_MS = 10;

/** Lets time pass in small steps, with turns of the event loop in between. */
export async function pass(clock: ManualClock, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= STEP_MS) {
    await turns();
    await clock.advance(Math.min(STEP_MS, left));
  }
  await turns();
}

/** Everything that waits for nothing but its turn has had it. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) await new Promise((resolve) => setImmediate(resolve));
}
