import type { RequestView } from '../../../src-shared/control.ts';
import type { RouteAnswer } from '../../../src-shared/optimizer.ts';
import { formatShare } from '../../format/number.ts';
import { t } from '../../strings/t.ts';
import { PART_NAMES, type PartName, type PicturedCandidate } from './candidate.ts';
import { formatCents } from './format-cents.ts';

const words = t.requests.decision;
/** What was, or what would be. */
type Tense = typeof words.then | typeof words.now;

/** Why a recorded request went where it went, in plain sentences, the most telling first. */
export function explainRequest(request: RequestView, candidates: readonly PicturedCandidate[]): string[] {
  const { decision } = request;
  if (decision === null) return [request.attempts.length === 0 ? words.notRouted : words.exact];
  const { strategy, actsAs, kind, path, explored, escalated, keptPrivate, answeredBy, signal } = decision;
  return [
    strategy === 'adaptive' ? words.adaptive(words.strategies[actsAs]) : words.strategy(words.strategies[strategy]),
    words.kind(words.kinds[kind] ?? kind),
    keptPrivate === null ? null : words.kept(keptPrivate),
    escalated ? words.escalated : null,
    explored ? words.explored(formatShare(candidates[0]?.propensity ?? null) ?? '?') : null,
    explainLead(candidates, words.then),
    words.then[path],
    answeredBy === null ? words.nobody : answeredBy === candidates[0]?.endpointId ? null : words.answered(answeredBy),
    signal === null ? null : words.signal(words.signals[signal] ?? signal),
  ].filter((sentence) => sentence !== null);
}

/** The same for what would happen now. */
export function explainRoute(answer: RouteAnswer, candidates: readonly PicturedCandidate[]): string[] {
  const { strategy, actsAs, kind, path, keptPrivate } = answer;
  return [
    strategy === 'adaptive'
      ? words.adaptiveNow(words.strategies[actsAs])
      : words.strategyNow(words.strategies[strategy]),
    words.kind(words.kinds[kind] ?? kind),
    keptPrivate === null ? null : words.kept(keptPrivate),
    explainLead(candidates, words.now),
    candidates.length === 0 ? null : words.now[path],
  ].filter((sentence) => sentence !== null);
}

/** By how much the chosen one is ahead of the best other one, and in what. */
function explainLead([first, ...others]: readonly PicturedCandidate[], tense: Tense): string | null {
  if (first === undefined || first.score === null) return null;
  const score = formatCents(first.score) ?? '';
  const next = best(others);
  const nextScore = next?.score ?? null;
  if (next === null || nextScore === null) return tense.only(first.endpointId);
  const gap = first.score - nextScore;
  if (gap === 0) return tense.tie(first.endpointId, score);
  const size = formatCents(Math.abs(gap))?.slice(1) ?? '';
  if (gap < 0) return tense.behind(first.endpointId, score, next.endpointId, size);
  return tense.lead(first.endpointId, score, size, next.endpointId, words.advantages[advantage(first, next)]);
}

function best(candidates: readonly PicturedCandidate[]): PicturedCandidate | null {
  return candidates.reduce<PicturedCandidate | null>(
    (top, each) => (top === null || (each.score ?? -Infinity) > (top.score ?? -Infinity) ? each : top),
    null,
  );
}

function advantage(one: PicturedCandidate, other: PicturedCandidate): PartName {
  const lead = (part: PartName) => (one.parts[part] ?? 0) - (other.parts[part] ?? 0);
  return PART_NAMES.reduce((top, part) => (lead(part) > lead(top) ? part : top));
}
