import type { Endpoint } from '../../routing/endpoint.ts';
import { chooseJudges } from './choose-models.ts';
import type { JudgeQuality } from './judge/judge-quality.ts';
import type { PairRecord } from './records.ts';
import type { JudgingRound } from './shadow-checkpoint.ts';
import type { ShadowParts } from './shadow-parts.ts';

/** A judge is tested a little in every run, until it was asked about so many pairs of known worth. */
const CONTROLS_A_RUN = 10;
const MOST_CONTROLS = 120;

/**
 * Who judges what: each waiting pair goes to the first local judge that was not found wanting, and when those are through, to
 * the cloud judge, if there is one, there is money and the text may leave. Empty: nothing is left that anybody could judge.
 */
export function planJudging(parts: ShadowParts, tried: readonly string[]): JudgingRound[] {
  const rounds = new Map<string, JudgingRound>();
  for (const pair of parts.book.sortedPairs()) {
    if (pair.state !== 'waits' || pair.sealed === null) continue;
    const judge = judgesFor(parts, pair).find(({ id }) => !tried.includes(id) && !parts.book.judgeQuality(id).rejected);
    if (judge !== undefined) add(parts, rounds, judge, pair);
  }
  return rounds.size > 0 ? [...rounds.values()] : cloudRound(parts, tried);
}

function judgesFor({ endpoints, blocked, settings }: ShadowParts, pair: PairRecord): Endpoint[] {
  const wanted = settings().background.shadow.judge;
  return chooseJudges({ endpoints: endpoints(), blocked, wanted, judged: pair.endpoint });
}

function cloudRound(parts: ShadowParts, tried: readonly string[]): JudgingRound[] {
  const { background, privacy } = parts.settings();
  const judge = parts.endpoints().find(({ id, track }) => id === background.shadow.cloudJudge && track === 'cloud');
  if (judge === undefined || tried.includes(judge.id) || background.usdPerDay === 0 || privacy.localOnly) return [];
  if (parts.book.judgeQuality(judge.id).rejected) return [];
  const rounds = new Map<string, JudgingRound>();
  for (const pair of parts.book.sortedPairs()) {
    if (mayGoToCloud(parts, pair)) add(parts, rounds, judge, pair);
  }
  return [...rounds.values()];
}

/** What no local judge could tell. */
function mayGoToCloud({ book }: ShadowParts, pair: PairRecord): boolean {
  if (pair.exact !== null || pair.sealed === null || book.seenOf(pair.requestId)?.mayLeave !== true) return false;
  return pair.state === 'waits' || (pair.judged.length === 1 && pair.judged[0]?.value === 0.5);
}

function add({ book }: ShadowParts, rounds: Map<string, JudgingRound>, { id }: Endpoint, pair: PairRecord): void {
  const round = rounds.get(id) ?? {
    judge: id,
    controls: controlsFor(book.judgeQuality(id), book.controlsOf(id).length),
    pairs: [],
  };
  rounds.set(id, round);
  round.pairs.push({ requestId: pair.requestId, endpoint: pair.endpoint });
}

function controlsFor({ controlsWanted }: JudgeQuality, made: number): number {
  return Math.max(controlsWanted, made < MOST_CONTROLS ? CONTROLS_A_RUN : 0);
}
