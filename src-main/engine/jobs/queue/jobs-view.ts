import type { JobsView, JobView, RunView } from '../../../../src-shared/jobs.ts';
import type { GateView } from '../../../../src-shared/machine.ts';
import type { Settings } from '../../../../src-shared/settings.ts';
import type { StoredRun } from '../../store/job-run.ts';
import type { JobKind } from '../job-kind.ts';
import { describeJobs } from './describe-jobs.ts';
import { overridesOf, type JobRunner } from './job-runner.ts';
import { scheduleWords } from './job-times.ts';
import type { RunBook } from './run-book.ts';
import { timeLeft } from './time-left.ts';
import type { Timetable } from './timetable.ts';
import { waitsFor } from './waits-for.ts';

interface Moment {
  nowMs: number;
  monotonicMs: number;
  working: JobRunner['working'];
}

export interface JobsViewParts extends Moment {
  kinds: readonly JobKind[];
  gate: GateView;
  background: Settings['background'];
  problem: string | null;
  book: Pick<RunBook, 'current' | 'last' | 'doing'>;
  timetable: Pick<Timetable, 'switchedOff' | 'pausedUntil' | 'nextDueOf'>;
  todayNanoUsd: number;
  dayLimitNanoUsd: number;
}

/** All that is told of background work, as it is now. */
export function toJobsView(parts: JobsViewParts): JobsView {
  const { kinds, gate, background, problem, working, nowMs } = parts;
  const jobs = kinds.map((kind) => toJobView(kind, parts));
  return {
    enabled: background.enabled,
    paused: gate.paused,
    pausedUntilMs: gate.pausedUntilMs,
    sentence: describeJobs(jobs, { enabled: background.enabled, nowMs }),
    running: working?.job ?? null,
    jobs,
    todayNanoUsd: parts.todayNanoUsd,
    dayLimitNanoUsd: parts.dayLimitNanoUsd,
    problem,
  };
}

/** A run as it is shown. `doing`: what comes next in it, in words. */
export function toRunView(run: StoredRun, moment: Moment & { doing: string | null }): RunView {
  const { checkpoint: _checkpoint, recentUnitsMs, workedAtMs: _workedAtMs, ...rest } = run;
  const working = moment.working?.runId === run.id ? moment.working : null;
  const left = run.endedAtMs === null ? timeLeft({ ...run, recentUnitsMs }) : null;
  const sinceMs = working === null ? 0 : moment.monotonicMs - working.startedMs;
  return {
    ...rest,
    state: working === null ? run.state : 'running',
    startedAtMs: run.startedAtMs ?? (working === null ? null : Math.round(moment.nowMs - sinceMs)),
    timeLeftMs: left === null ? null : Math.max(0, left - sinceMs),
    doing: working?.doing ?? (working === null ? null : moment.doing),
  };
}

function toJobView(kind: JobKind, parts: JobsViewParts): JobView {
  const { name, title, description, heavy } = kind;
  const { book, timetable, background, gate, problem, working, nowMs, kinds } = parts;
  const run = book.current(name);
  const last = book.last(name);
  const pausedUntilMs = timetable.pausedUntil(name);
  const switchedOff = timetable.switchedOff(name);
  const toView = (each: StoredRun) => toRunView(each, { ...parts, doing: book.doing(name) });
  const workingTitle = kinds.find((each) => each.name === working?.job)?.title ?? null;
  const obstacles = { switchedOff, pausedUntilMs, problem, gate, nowMs, working: workingTitle };
  return {
    ...{ name, title, description, heavy },
    enabled: !background.off.includes(name),
    paused: pausedUntilMs !== undefined,
    pausedUntilMs: pausedUntilMs ?? null,
    schedule: scheduleWords(name, background.level),
    nextDueAtMs: timetable.nextDueOf(name),
    current: run === null ? null : toView(run),
    last: last === null ? null : toView(last),
    waitsFor:
      run === null || working?.job === name ? null : waitsFor(run, { ...obstacles, overrides: overridesOf(run) }),
  };
}
