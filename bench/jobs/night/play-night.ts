import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AwaySummary, JobName } from '../../../src-shared/jobs.ts';
import { settings as settingsSchema } from '../../../src-shared/settings.ts';
import { BackgroundJobs } from '../../../src-main/engine/jobs/queue/background-jobs.ts';
import { mayPropose } from '../../../src-main/engine/jobs/queue/may-propose.ts';
import type { JobCallers } from '../../../src-main/engine/jobs/job-callers.ts';
import type { Clock, PowerEvent } from '../../../src-main/engine/ports.ts';
import { toGateLimits } from '../../../src-main/engine/resources/gate-limits.ts';
import { IdleGate } from '../../../src-main/engine/resources/idle-gate.ts';
import { ResourceMonitor } from '../../../src-main/engine/resources/resource-monitor.ts';
import { JobReader } from '../../../src-main/engine/store/job-reader.ts';
import type { StoredRun } from '../../../src-main/engine/store/job-run.ts';
import { JobSaver } from '../../../src-main/engine/store/job-saver.ts';
import { JobStore } from '../../../src-main/engine/store/job-store.ts';
import { openDatabase } from '../../../src-main/engine/store/open-database.ts';
import type { StoreDatabase } from '../../../src-main/engine/store/store-database.ts';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { SilentLog } from '../../../test/support/silent-log.ts';
import { createCountingKind } from './counting-kind.ts';
import { passUntil, turns } from './pass-time.ts';
import { NIGHT_EVENTS, BEGINS, ENDS, timeOf, wallMs } from './night-script.ts';
import { nightMachine } from './night-machine.ts';
import { Timeline, type TimelineRow } from './timeline.ts';

/** The night's jobs: how long each unit takes, how many there are, and when each is due by the timetable's chance. */
export const NIGHT_JOBS = [
  { name: 'database-upkeep', units: 10, unitMs: 60_000, due: '01:00:00' },
  { name: 'model-benchmark', units: 20, unitMs: 120_000, due: '01:05:00' },
  { name: 'shadow-evaluation', units: 140, unitMs: 70_000, due: '02:00:00' },
  { name: 'offline-training', units: 20, unitMs: 70_000, due: '04:10:00' },
] as const satisfies readonly { name: JobName; units: number; unitMs: number; due: string }[];

export interface PlayedNight {
  timeline: readonly TimelineRow[];
  /** Every run, ended or not. */
  runs: readonly StoredRun[];
  /** Units by what was kept of them, as `JOB/UNIT`; one that counted twice stands here twice. */
  units: readonly string[];
  /** What is told to whoever comes back in the morning. */
  summary: AwaySummary;
  /** Times that somebody came back. */
  backs: number;
  /** When timers of the queue rang while the gate was closed; Unix milliseconds. */
  ringsWhileClosed: readonly number[];
}

/** Jobs due between one and five, each by its share of those four hours; later draws are for later nights. */
const WINDOW_MS = 4 * 3_600_000;
const HALF_MS = 0.5;

/**
 * Plays the night through the real monitor, gate, queue and database, on a clock that a script moves. Nothing in it
 * depends on the machine that plays it.
 */
export async function playNight(): Promise<PlayedNight> {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-night-'));
  const clock = new ManualClock(wallMs(BEGINS));
  const opened = openDatabase({ folder, clock, log: new SilentLog() });
  if (!opened.ok) throw new Error(opened.problem.message);
  const { database } = opened;
  try {
    const night = createNight({ clock, database });
    night.start();
    for (const { at, event, sleepsMinutes = 0 } of NIGHT_EVENTS) {
      await passUntil(clock, wallMs(at));
      if (event !== null) night.tell(event);
      await turns();
      // As on Linux: the wall clock runs on in sleep, the monotonic one and every timer stand still.
      clock.jump(sleepsMinutes * 60_000);
    }
    await passUntil(clock, wallMs(ENDS));
    const played = night.read();
    await night.stop();
    return played;
  } finally {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Night {
  start(): void;
  tell(event: PowerEvent): void;
  read(): PlayedNight;
  stop(): Promise<void>;
}

function createNight({ clock, database }: { clock: ManualClock; database: StoreDatabase }): Night {
  const log = new SilentLog();
  const { background } = SETTINGS;
  const { sensors, power, tell } = nightMachine(clock);
  const monitor = new ResourceMonitor({ clock, log, sensors, power: [power], loadedModels: () => [] });
  const gate = new IdleGate({ ...{ clock, log, monitor }, ...NOBODY_ASKS, limits: () => LIMITS });
  const reader = new JobReader(database);
  const saver = new JobSaver({ store: new JobStore({ database, random: { bytes: countUp() } }), clock, log });
  const timeline = new Timeline({ clock, gate });
  const ringsWhileClosed: number[] = [];
  let [ids, backs] = [0, 0];
  const jobs: BackgroundJobs = new BackgroundJobs({
    ...{ log, gate, reader, saver, mayPropose, callers: CALLS_NOBODY },
    clock: withRings(clock, () => {
      if (!gate.isOpen) ringsWhileClosed.push(clock.nowMs());
    }),
    random: drawsForDueTimes(),
    newId: () => `run${ids++}`,
    kinds: NIGHT_JOBS.map(createCountingKind),
    settings: () => background,
    cpuMs: () => 0,
    money: () => ({ todayNanoUsd: 0, dayLimitNanoUsd: 0 }),
    onChange: () => timeline.note(jobs.view()),
    onBack: () => backs++,
  });
  return {
    tell,
    start() {
      monitor.start();
      jobs.start();
    },
    read: () => ({
      timeline: timeline.rows,
      runs: [...reader.runs({ limit: 500 }).runs, ...reader.openRuns()],
      units: NIGHT_JOBS.flatMap(({ name }) => reader.list(name).map(({ value }) => `${name}/${JSON.stringify(value)}`)),
      summary: jobs.summary(null),
      ...{ backs, ringsWhileClosed },
    }),
    async stop() {
      await jobs.stop();
      gate.stop();
      monitor.stop();
    },
  };
}

const SETTINGS = settingsSchema.parse({});
const LIMITS = toGateLimits(SETTINGS.gate, SETTINGS.constraints);
const NOBODY_ASKS = { activeRequests: () => 0, heldBack: () => null };

const CALLS_NOBODY: JobCallers = {
  forUnit: () => ({ ask: () => Promise.resolve({ kind: 'stopped' }), unload: () => Promise.resolve(false) }),
  release: () => Promise.resolve(),
};

function drawsForDueTimes(): () => number {
  const draws = NIGHT_JOBS.map(({ due }) => (wallMs(due) - wallMs('01:00:00') + HALF_MS) / WINDOW_MS);
  return () => draws.shift() ?? HALF_MS;
}

function countUp(): (count: number) => Uint8Array {
  let made = 0;
  return (count) => new Uint8Array(count).map(() => made++ % 256);
}

/** The same clock, which tells of each of its timers that rings. */
function withRings(clock: Clock, onRing: () => void): Clock {
  return {
    nowMs: () => clock.nowMs(),
    monotonicMs: () => clock.monotonicMs(),
    after: (delayMs, run) =>
      clock.after(delayMs, () => {
        onRing();
        run();
      }),
  };
}

/** The night as a table for people. */
export function formatNight(rows: readonly TimelineRow[]): string {
  const events = NIGHT_EVENTS.map(({ at, what }) => ({ atMs: wallMs(at), what, isEvent: true }));
  const all = [...events, ...rows.map(({ atMs, what }) => ({ atMs, what, isEvent: false }))].sort(
    (one, other) => one.atMs - other.atMs || Number(other.isEvent) - Number(one.isEvent),
  );
  const width = Math.max(...events.map(({ what }) => what.length));
  return all
    .map(
      ({ atMs, what, isEvent }) =>
        `${timeOf(atMs)}  ${isEvent ? what.padEnd(width) : ' '.repeat(width)}  ${isEvent ? '' : what}`,
    )
    .map((line) => line.trimEnd())
    .join('\n');
}
