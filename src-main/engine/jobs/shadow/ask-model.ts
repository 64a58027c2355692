import type { JobAnswer, JobQuestion } from '../job-caller.ts';
import type { JobWork } from '../job-kind.ts';

export type Answered = Extract<JobAnswer, { kind: 'answered' }>;
/** It cannot be asked this, and trying again would not help. */
export interface Unanswered {
  kind: 'unanswered';
  sentence: string;
}

/** Throws what ends the unit: it was stopped, or the model could not be reached and the run shall be tried again later. */
export async function askModel(
  work: Pick<JobWork, 'models' | 'signal'>,
  question: JobQuestion,
): Promise<Answered | Unanswered> {
  const answer = await work.models.ask(question);
  work.signal.throwIfAborted();
  if (answer.kind === 'answered') return answer;
  if (answer.kind === 'stopped') throw new Error('The call was stopped.');
  if (answer.kind === 'failed' && answer.willPass) throw new Error(answer.sentence);
  return { kind: 'unanswered', sentence: answer.sentence };
}
