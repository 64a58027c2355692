import type { JobView } from '../../../../src-shared/jobs.ts';
import { durationInWords } from '../../resources/duration-in-words.ts';
import { timeInWords } from './time-in-words.ts';

/** What a job at work does, in a sentence: "Measuring local models: qwen3:8b (3 of 12, about 4 min left)". */
export function describeWork({ title, current }: Pick<JobView, 'title' | 'current'>): string {
  if (current === null) return title;
  const { doing, unitsDone, unitsTotal, timeLeftMs } = current;
  const progress = [
    ...(unitsTotal === null ? [] : [`${Math.min(unitsDone + 1, unitsTotal)} of ${unitsTotal}`]),
    ...(timeLeftMs === null || timeLeftMs < 1_000 ? [] : [`about ${durationInWords(timeLeftMs)} left`]),
  ];
  const words = doing === null ? title : `${title}: ${doing}`;
  return progress.length === 0 ? words : `${words} (${progress.join(', ')})`;
}

/** What goes on, or why nothing does, in one sentence. */
export function describeJobs(jobs: readonly JobView[], facts: { enabled: boolean; nowMs: number }): string {
  const working = jobs.find(({ current }) => current?.state === 'running');
  if (working !== undefined) return describeWork(working);
  if (!facts.enabled) return 'Background work is switched off in the settings.';
  const waiting = jobs.filter(({ current }) => current !== null);
  const [first] = waiting;
  if (first !== undefined) {
    const count = waiting.length === 1 ? `${first.title} waits` : `${waiting.length} jobs wait`;
    return first.waitsFor === null ? `${count}.` : `${count}. ${first.waitsFor}`;
  }
  const next = jobs
    .flatMap(({ title, nextDueAtMs }) => (nextDueAtMs === null ? [] : [{ title, nextDueAtMs }]))
    .sort((one, other) => one.nextDueAtMs - other.nextDueAtMs)[0];
  if (next === undefined) return 'Nothing is to be done.';
  return `Nothing is to be done now. Next: ${next.title}, ${timeInWords(next.nextDueAtMs, facts.nowMs)}.`;
}
