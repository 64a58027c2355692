import { feedbackInput, type FeedbackTaken } from '../../../src-shared/optimizer.ts';
import { ControlClient } from '../control-client.ts';
import { CommandError } from '../run-command.ts';

export interface FeedbackOptions {
  value?: number;
  kind?: string;
  source?: string;
  note?: string;
  json?: boolean;
}

const LEARNED: Readonly<Record<FeedbackTaken['learned'], string>> = {
  prompt: 'learned for prompts of this kind',
  endpoint: 'the words of this request are no longer in memory: learned for its model as a whole',
  nothing: 'kept; the request was not routed, so there is nothing to learn from it',
};

/** `pointsman feedback ID good|bad|1..5`: what was thought of an answer; the id is in its x-pointsman-request-id header. */
export async function giveFeedback(
  requestId: string,
  word: string | undefined,
  options: FeedbackOptions,
): Promise<void> {
  const input = feedbackInput.safeParse({
    requestId,
    ...inWords(word),
    ...(options.kind === undefined ? {} : { kind: options.kind }),
    ...(options.value === undefined ? {} : { value: options.value }),
    ...(options.source === undefined ? {} : { source: options.source }),
    note: options.note ?? null,
  });
  if (!input.success) throw new CommandError(input.error.issues.map(({ message }) => message).join('; '), 2);
  const taken = await ControlClient.open().call('optimizer.feedback', input.data);
  console.log(options.json === true ? JSON.stringify(taken) : `Taken: ${LEARNED[taken.learned]}.`);
}

function inWords(word: string | undefined): { kind?: string; value?: number } {
  if (word === undefined) return {};
  if (word === 'good') return { kind: 'success' };
  if (word === 'bad') return { kind: 'failure' };
  const stars = Number(word);
  if (Number.isInteger(stars) && stars >= 1 && stars <= 5) return { kind: 'user_rating', value: stars };
  throw new CommandError(`"${word}" is no verdict: say good, bad, or a rating from 1 to 5.`, 2);
}
