import type { JobView } from '../../../src-shared/jobs.ts';
import type { Tone } from '../../components/tone.ts';
import { formatWhen } from '../../format/time.ts';
import { t } from '../../strings/t.ts';

/** What is special about a job now; null: nothing. */
export function stateOfJob(job: JobView): { label: string; tone: Tone } | null {
  const words = t.background.list;
  if (job.current?.state === 'running') return { label: words.states.running, tone: 'good' };
  if (!job.enabled) return { label: words.states.off, tone: 'plain' };
  if (job.paused) {
    const until = formatWhen(job.pausedUntilMs, Date.now());
    return { label: until === null ? words.states.paused : words.pausedUntil(until), tone: 'warn' };
  }
  return job.current === null ? null : { label: words.states.waiting, tone: 'warn' };
}
