import type { ChatRequest } from '../../../protocols/chat-request.ts';
import type { Endpoint } from '../../../routing/endpoint.ts';
import type { JobWork } from '../../job-kind.ts';
import { askModel, type Unanswered } from '../ask-model.ts';
import { toAnswer, type Answer } from '../compare/answer-of.ts';
import { printAnswer, toJudgeQuestion } from './judge-question.ts';
import type { Judgement } from './judgement.ts';
import { readVerdict, type SaidVerdict } from './read-verdict.ts';

/** Two answers to one request: the accepted one, and the one that is looked at. */
export interface JudgedPair {
  request: ChatRequest;
  accepted: Answer;
  other: Answer;
  mayLeave: boolean;
}

const TIMEOUT_MS = 120_000;

/**
 * Asks a judge twice, with the answers in both orders; which order comes first is drawn. Throws what ends the unit, as
 * `askModel` does. `mostNanoUsd`: of each of the two calls.
 */
export async function judgePair(
  work: Pick<JobWork, 'models' | 'signal' | 'random'>,
  question: { judge: Endpoint; pair: JudgedPair; mostNanoUsd: number },
): Promise<({ kind: 'judged' } & Judgement) | Unanswered> {
  const acceptedFirst = work.random() < 0.5;
  const said: { verdict: SaidVerdict; acceptedFirst: boolean }[] = [];
  for (const order of [acceptedFirst, !acceptedFirst]) {
    const answer = await askOnce(work, { ...question, acceptedFirst: order });
    if (typeof answer !== 'string') return answer;
    said.push({ verdict: answer, acceptedFirst: order });
  }
  return { kind: 'judged', ...toJudgement(said, lengthsOf(question.pair)) };
}

async function askOnce(
  work: Pick<JobWork, 'models' | 'signal' | 'random'>,
  question: { judge: Endpoint; pair: JudgedPair; mostNanoUsd: number; acceptedFirst: boolean },
): Promise<SaidVerdict | Unanswered> {
  const { judge, pair, mostNanoUsd, acceptedFirst } = question;
  const [first, second] = acceptedFirst ? [pair.accepted, pair.other] : [pair.other, pair.accepted];
  const mark = drawMark(work.random);
  const request = toJudgeQuestion({ judge, request: pair.request, first, second, mark });
  const answer = await askModel(work, {
    ...{ endpoint: judge, request, mostNanoUsd },
    mayLeave: pair.mayLeave,
    timeoutMs: TIMEOUT_MS,
  });
  return answer.kind === 'answered' ? readVerdict(toAnswer(answer.parts, answer).text) : answer;
}

/** What two looks at the same pair say together. */
export function toJudgement(
  said: readonly { verdict: SaidVerdict; acceptedFirst: boolean }[],
  lengths: { accepted: number; other: number },
): Judgement {
  const winners = said.map(({ verdict, acceptedFirst }) => winnerOf(verdict, acceptedFirst));
  const count = (wanted: SaidVerdict) => said.filter(({ verdict }) => verdict === wanted).length;
  return {
    value: valueOf(winners),
    agreed: new Set(winners).size === 1 && !winners.includes('nobody'),
    firsts: count('first'),
    seconds: count('second'),
    unread: count('unread'),
    otherLength: lengths.accepted === 0 ? 1 : lengths.other / lengths.accepted,
  };
}

type Winner = 'accepted' | 'other' | 'same' | 'nobody';

function winnerOf(verdict: SaidVerdict, acceptedFirst: boolean): Winner {
  if (verdict === 'unread') return 'nobody';
  if (verdict === 'same') return 'same';
  return (verdict === 'first') === acceptedFirst ? 'accepted' : 'other';
}

/** As good both times: 1. Worse both times: 0. Once so, once so: nobody knows. */
function valueOf(winners: readonly Winner[]): Judgement['value'] {
  if (winners.every((winner) => winner === 'accepted')) return 0;
  return winners.every((winner) => winner === 'other' || winner === 'same') ? 1 : 0.5;
}

function lengthsOf({ accepted, other }: JudgedPair): { accepted: number; other: number } {
  return { accepted: printAnswer(accepted).length, other: printAnswer(other).length };
}

function drawMark(random: () => number): string {
  return Array.from({ length: 12 }, () => Math.floor(random() * 16).toString(16)).join('');
}
