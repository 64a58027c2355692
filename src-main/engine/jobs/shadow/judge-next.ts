import type { Endpoint } from '../../routing/endpoint.ts';
import type { JobWork, UnitOutcome } from '../job-kind.ts';
import { beginJudging } from './begin-answering.ts';
import { askAboutControl } from './ask-about-control.ts';
import { toAnswer, type Answer } from './compare/answer-of.ts';
import { judgePair } from './judge/judge-pair.ts';
import { lessonOf, worthOf } from './lesson-of.ts';
import { parseSealed } from './parse-sealed.ts';
import type { PairRecord } from './records.ts';
import { pairKey } from './shadow-book.ts';
import type { CheckpointOf, JudgingRound, ShadowCheckpoint } from './shadow-checkpoint.ts';
import type { ShadowParts } from './shadow-parts.ts';

type Judging = CheckpointOf<'judge'>;

/** One pair judged, in both orders: first those of known worth, then, if the judge can be believed, the others. */
export async function judgeNext(
  parts: ShadowParts,
  checkpoint: Judging,
  work: JobWork,
): Promise<UnitOutcome<ShadowCheckpoint>> {
  const { book } = parts;
  await book.open(() => work.breathe());
  const [round, ...later] = checkpoint.rounds;
  if (round === undefined) return beginJudging(parts, { done: checkpoint.done + 1, tried: checkpoint.tried });
  const judge = parts.endpoints().find(({ id }) => id === round.judge);
  const next = { ...checkpoint, done: checkpoint.done + 1 };
  const quality = book.judgeQuality(round.judge);
  const isOver = round.controls === 0 && (!quality.usable || round.pairs.length === 0);
  if (judge === undefined || quality.rejected || isOver) return leave(next, round, later);
  work.doing(`Having answers judged by ${judge.id}`);
  if (round.controls === 0) return judgeOne(parts, { checkpoint: next, round, later, judge }, work);
  const results = await askAboutControl(parts, { judge, mostNanoUsd: mostFor(parts, judge) }, work);
  // Without anything to test it by, nobody knows what its word is worth.
  if (results === null)
    return quality.usable ? goOn(next, { ...round, controls: 0 }, later) : leave(next, round, later);
  const outcome = goOn(next, { ...round, controls: round.controls - 1 }, later);
  return { ...outcome, results, settled: () => book.apply(results) };
}

interface Turn {
  checkpoint: Judging;
  round: JudgingRound;
  later: JudgingRound[];
  judge: Endpoint;
}

async function judgeOne(parts: ShadowParts, turn: Turn, work: JobWork): Promise<UnitOutcome<ShadowCheckpoint>> {
  const { checkpoint, round, later, judge } = turn;
  const { book, clock } = parts;
  const [id, ...pairs] = round.pairs;
  const rest = { ...round, pairs };
  const pair = id === undefined ? null : book.pairOf(id.requestId, id.endpoint);
  const prompt = pair === null ? null : parts.kept.read(pair.requestId);
  const local = pair === null ? null : openAnswer(parts, pair);
  // Erased meanwhile, or the key is gone.
  if (pair === null || prompt === null || local === null) return goOn(checkpoint, rest, later);
  if (judge.track === 'cloud' && !prompt.mayLeave) return goOn(checkpoint, rest, later);
  const { request, mayLeave } = prompt;
  const question = { request, accepted: toAnswer(prompt.answer, prompt), other: local, mayLeave };
  const look = await judgePair(work, { judge, pair: question, mostNanoUsd: mostFor(parts, judge) });
  // In the cloud the money is used up, here it is this text that cannot be shown: the others may be.
  if (look.kind === 'unanswered')
    return judge.track === 'cloud' ? leave(checkpoint, round, later) : goOn(checkpoint, rest, later);
  const { kind: _, ...judgement } = look;
  const judged: PairRecord = {
    ...pair,
    state: 'judged',
    judged: [...pair.judged, { ...judgement, judge: judge.id, track: judge.track }],
    why: `${judge.id} ${WORDS[look.value]}.`,
    atMs: clock.nowMs(),
  };
  const taught = worthOf(book, judged) === null ? judged : { ...judged, lesson: book.nextLesson(clock.nowMs()) };
  const results = [{ key: pairKey(pair.requestId, pair.endpoint), value: taught, requestId: pair.requestId }];
  return {
    ...goOn(checkpoint, rest, later),
    results,
    settled() {
      book.apply(results);
      const lesson = lessonOf(book, taught, prompt);
      if (lesson !== null) parts.learner.learnShadow(lesson);
    },
  };
}

function openAnswer({ kept }: ShadowParts, { requestId, sealed }: PairRecord): Answer | null {
  const text = sealed === null ? null : kept.unseal(requestId, sealed);
  return text === null ? null : parseSealed(text);
}

const WORDS: Readonly<Record<0 | 0.5 | 1, string>> = {
  0: 'found the accepted answer better, whichever was shown first',
  0.5: 'came to another verdict when the answers changed places',
  1: 'found it as good, whichever was shown first',
};

function goOn(checkpoint: Judging, round: JudgingRound, later: JudgingRound[]): UnitOutcome<ShadowCheckpoint> {
  const rounds = [round, ...later];
  const left = rounds.reduce((sum, { controls, pairs }) => sum + controls + pairs.length, 0);
  return { next: { ...checkpoint, rounds }, unitsTotal: checkpoint.done + left };
}

/** Its turn is over; what it has not judged may go to another. */
function leave(checkpoint: Judging, { judge }: JudgingRound, later: JudgingRound[]): UnitOutcome<ShadowCheckpoint> {
  const tried = [...checkpoint.tried, judge];
  const left = later.reduce((sum, { controls, pairs }) => sum + controls + pairs.length, 0);
  return { next: { ...checkpoint, rounds: later, tried }, unitsTotal: checkpoint.done + left };
}

const USUAL_CAP_USD = 0.01;

function mostFor({ settings }: ShadowParts, { track }: Endpoint): number {
  if (track === 'local') return 0;
  const { constraints, background } = settings();
  return Math.round(Math.min(background.usdPerDay, constraints.maxCostPerRequestUsd ?? USUAL_CAP_USD) * 1e9);
}
