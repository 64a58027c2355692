import type { JobsView, JobView } from '../../../src-shared/jobs.ts';
import type { GateView } from '../../../src-shared/machine.ts';
import { formatWhen } from '../../format/time.ts';
import { t } from '../../strings/t.ts';

export type WorkState = 'off' | 'paused' | 'running' | 'held' | 'idle';

/** What background work as a whole is doing. */
export function workStateOf(jobs: JobsView, gate: GateView | null): WorkState {
  if (jobs.running !== null) return 'running';
  if (!jobs.enabled) return 'off';
  if (isPaused(jobs, gate)) return 'paused';
  return gate?.open === false ? 'held' : 'idle';
}

/** By the tray's pause of the gate, or by the one of the jobs. */
export const isPaused = (jobs: JobsView, gate: GateView | null) => jobs.paused || gate?.paused === true;

/** When it goes on; null: it is not paused. */
export function pauseInWords(jobs: JobsView, gate: GateView | null): string | null {
  const words = t.background.work;
  if (!isPaused(jobs, gate)) return null;
  const ends = [
    ...(jobs.paused ? [jobs.pausedUntilMs] : []),
    ...(gate?.paused === true ? [gate.pausedUntilMs] : []),
  ].map((endMs) => endMs ?? Number.POSITIVE_INFINITY);
  const last = Math.max(...ends);
  return Number.isFinite(last) ? words.pausedUntil(formatWhen(last, Date.now()) ?? '') : words.paused;
}

/** What holds the gate closed, before what does not. */
export const unmetFirst = ({ conditions }: GateView) =>
  conditions.toSorted((one, other) => Number(one.met === true) - Number(other.met === true));

/** Jobs that are due next, the soonest first. */
export function nextOf({ jobs }: JobsView, count: number): readonly (JobView & { nextDueAtMs: number })[] {
  return jobs
    .flatMap((job) => {
      const { nextDueAtMs } = job;
      return job.enabled && nextDueAtMs !== null ? [{ ...job, nextDueAtMs }] : [];
    })
    .sort((one, other) => one.nextDueAtMs - other.nextDueAtMs)
    .slice(0, count);
}
