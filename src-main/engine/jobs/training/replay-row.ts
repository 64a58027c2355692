import type { CandidateView } from '../../../../src-shared/decisions.ts';
import { evidenceOfSignal } from '../../optimizer/evidence.ts';
import { TASK_KINDS, type TaskKind } from '../../routing/request-profile.ts';
import { STRATEGY_WEIGHTS } from '../../routing/strategies.ts';
import type { LoggedDecision } from '../../store/logged-decisions.ts';

/** What was seen of one answer, and when. */
export interface ReplayLesson {
  endpointId: string;
  /** 0 to 1. */
  quality: number;
  weight: number;
  atMs: number;
}

/** A candidate as far as what it would be worth follows from its quality. Nano-dollars. */
export interface ReplayArm {
  endpointId: string;
  /** What everything but quality makes of it: time, money, current, wear, wishes. */
  otherwise: number;
  /** By what it was then taken to answer at all; 0 to 1. */
  success: number;
  propensity: number;
}

/** One logged decision, ready to be decided again. */
export interface ReplayRow {
  requestId: string;
  startedAtMs: number;
  kind: TaskKind;
  actsAs: keyof typeof STRATEGY_WEIGHTS;
  /** That had a chance; the chosen one among them. */
  arms: readonly ReplayArm[];
  chosen: number;
  propensity: number;
  /** In the order of time. */
  lessons: readonly ReplayLesson[];
  /** What is known in the end of the chosen one's answer; null: nothing, or somebody else answered. */
  outcome: { quality: number; weight: number } | null;
}

const A_PERSONS_WORD = 1;
/** A first answer that was checked and thrown away, as `teacher.ts` counts it. */
const REJECTED = { quality: 0, weight: 1 };

/** null: it cannot be decided again, because what was chosen then is not there any more or numbers are missing. */
export function toReplayRow(
  decision: LoggedDecision,
  around: { isKnown: (endpointId: string) => boolean; qualityThreshold: number },
): ReplayRow | null {
  const { requestId, startedAtMs, propensity, actsAs } = decision;
  const kind = TASK_KINDS.find((each) => each === decision.kind);
  if (kind === undefined || actsAs === 'adaptive') return null;
  const arms = decision.candidates.flatMap((candidate) =>
    around.isKnown(candidate.endpointId) ? (toArm(candidate, actsAs, around.qualityThreshold) ?? []) : [],
  );
  const chosen = arms.findIndex(({ endpointId }) => endpointId === decision.chosen);
  if (chosen === -1) return null;
  const lessons = lessonsOf(decision);
  return {
    ...{ requestId, startedAtMs, kind, actsAs, arms, chosen, propensity, lessons },
    outcome: lessons.findLast(({ endpointId }) => endpointId === decision.chosen) ?? null,
  };
}

function toArm(candidate: CandidateView, actsAs: ReplayRow['actsAs'], qualityThreshold: number): ReplayArm | null {
  const { endpointId, score, parts, quality, qualitySd, propensity } = candidate;
  if (score === null || parts.quality === null || quality === null || !(propensity !== null && propensity > 0))
    return null;
  const { answerUsd, knee, caution } = STRATEGY_WEIGHTS[actsAs];
  const worth = parts.quality / (answerUsd * 1e9);
  // The inverse of `worthOf` in routing/score.ts.
  const chance = worth >= qualityThreshold ? worth : (worth + knee * qualityThreshold) / (1 + knee);
  const believed = Math.min(1, Math.max(0, quality + caution * (qualitySd ?? 0)));
  const success = believed > 0 ? Math.min(1, Math.max(0, chance / believed)) : 1;
  return { endpointId, otherwise: score - parts.quality, success, propensity };
}

/** As they were taught then, as far as the log tells: what the same words again said of an answer before, it does not. */
function lessonsOf({ chosen, answeredBy, path, signal, startedAtMs, feedback }: LoggedDecision): ReplayLesson[] {
  const lessons: ReplayLesson[] = [];
  if (path === 'cascade' && answeredBy !== null && answeredBy !== chosen) {
    lessons.push({ endpointId: chosen, ...REJECTED, atMs: startedAtMs });
  }
  if (answeredBy === null) return lessons;
  const evidence = signal === null ? null : evidenceOfSignal(signal);
  if (evidence !== null) {
    lessons.push({ endpointId: answeredBy, quality: evidence.quality, weight: evidence.weight, atMs: startedAtMs });
  }
  for (const { atMs, value } of feedback) {
    lessons.push({ endpointId: answeredBy, quality: value, weight: A_PERSONS_WORD, atMs: Math.max(startedAtMs, atMs) });
  }
  return lessons.sort((one, other) => one.atMs - other.atMs);
}
