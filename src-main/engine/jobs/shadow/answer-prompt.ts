import type { ChatRequest } from '../../protocols/chat-request.ts';
import type { Endpoint } from '../../routing/endpoint.ts';
import { needsOf, whyUnable } from '../../routing/request-needs.ts';
import type { JobWork, UnitOutcome } from '../job-kind.ts';
import type { KeptPrompt } from '../kept/kept-prompts.ts';
import { askModel } from './ask-model.ts';
import { beginJudging } from './begin-answering.ts';
import { toAnswer, type Answer } from './compare/answer-of.ts';
import { compareAnswers } from './compare/compare-answers.ts';
import { exactLesson } from './lesson-of.ts';
import type { PairRecord } from './records.ts';
import { pairKey } from './shadow-book.ts';
import type { CheckpointOf, ShadowCheckpoint } from './shadow-checkpoint.ts';
import type { ShadowParts } from './shadow-parts.ts';

const TIMEOUT_MS = 300_000;

/** One kept prompt answered by one local model, and compared with the accepted answer as far as that needs no judge. */
export async function answerPrompt(
  parts: ShadowParts,
  checkpoint: CheckpointOf<'answer'>,
  work: JobWork,
): Promise<UnitOutcome<ShadowCheckpoint>> {
  const { book } = parts;
  await book.open(() => work.breathe());
  const found = await findNext(parts, checkpoint, work);
  const done = checkpoint.done + 1;
  if (found === null) return beginJudging(parts, { done, tried: [] });
  const { prompt, model, at } = found;
  work.doing(`Asking ${model.id}: prompt ${(at % checkpoint.prompts.length) + 1} of ${checkpoint.prompts.length}`);
  const pair = await tryPair(parts, { prompt, model }, work);
  const { requestId } = prompt;
  const results = [{ key: pairKey(requestId, model.id), value: pair, requestId }];
  const lesson = exactLesson(pair, prompt);
  const left = checkpoint.models.length * checkpoint.prompts.length - at - 1;
  return {
    next: { ...checkpoint, done, at: at + 1 },
    unitsTotal: done + left + waitingPairs(parts) + (pair.state === 'waits' ? 1 : 0),
    results,
    settled() {
      book.apply(results);
      if (lesson !== null) parts.learner.learnShadow(lesson);
    },
  };
}

interface Task {
  prompt: KeptPrompt;
  model: Endpoint;
  at: number;
}

/** The next pair that is not done and can be; prompts that were erased meanwhile are passed over. null: that was all. */
async function findNext(
  { book, kept, endpoints }: ShadowParts,
  { models, prompts, at: from }: CheckpointOf<'answer'>,
  work: JobWork,
): Promise<Task | null> {
  for (let at = from; at < models.length * prompts.length; at += 1) {
    const requestId = prompts[at % prompts.length] ?? '';
    const model = endpoints().find(({ id }) => id === models[Math.floor(at / prompts.length)]);
    const seen = book.seenOf(requestId);
    if (model === undefined || seen === null || seen.endpoint === model.id) continue;
    if (book.pairOf(requestId, model.id) !== null) continue;
    const prompt = kept.read(requestId);
    if (prompt !== null) return { prompt, model, at };
    await work.breathe();
  }
  return null;
}

async function tryPair(
  { kept, book, clock }: ShadowParts,
  { prompt, model }: Pick<Task, 'prompt' | 'model'>,
  work: JobWork,
): Promise<PairRecord> {
  const { requestId, request, mayLeave } = prompt;
  const nothing: PairRecord = {
    ...{ requestId, endpoint: model.id, state: 'failed', exact: null, judged: [], why: '', lesson: null },
    ...{ firstTokenMs: null, tokensPerSecond: null, sealed: null, atMs: clock.nowMs() },
  };
  const unable = whyUnable(model, needsOf(request, 0));
  // Nothing to learn: such requests never go there.
  if (unable !== null) return { ...nothing, state: 'judged', exact: 0, why: `It ${unable}.` };
  const question = {
    endpoint: model,
    request: toRequest(request, model),
    mayLeave,
    mostNanoUsd: 0,
    timeoutMs: TIMEOUT_MS,
  };
  const answer = await askModel(work, question);
  if (answer.kind === 'unanswered') return { ...nothing, why: answer.sentence };
  const local = toAnswer(answer.parts, { finishReason: answer.finishReason, outputTokens: answer.usage.outputTokens });
  const accepted = toAnswer(prompt.answer, prompt);
  await work.breathe();
  const { verdict, why } = compareAnswers({ request, accepted, local });
  const exact = verdict === 'undecided' ? null : verdict === 'good' ? 1 : 0;
  return {
    ...nothing,
    state: exact === null ? 'waits' : 'judged',
    exact,
    why: `Compared with the accepted answer, ${why}.`,
    firstTokenMs: answer.timing.firstTokenMs,
    tokensPerSecond: answer.timing.outputTokensPerSecond,
    sealed: kept.seal(requestId, printSealed(local)),
    lesson: exact === null ? null : book.nextLesson(clock.nowMs()),
  };
}

/** The same question. How long the model stays in memory is not for a past request to say. */
function toRequest({ keepAlive: _, ...request }: ChatRequest, { model }: Endpoint): ChatRequest {
  return { ...request, model };
}

/** An answer as it is kept until a judge has seen it. */
export function printSealed({ text, toolCalls, finishReason, outputTokens }: Answer): string {
  return JSON.stringify({ text, toolCalls, finishReason, outputTokens });
}

function waitingPairs({ book }: ShadowParts): number {
  let waiting = 0;
  for (const { state } of book.pairs) if (state === 'waits') waiting += 1;
  return waiting;
}
