import { createAim, type Aim } from './aim.ts';
import { callLimits } from './call-limits.ts';
import { choosePath, singlePath, type ChosenPath } from './choose-path.ts';
import type {
  CallLimits,
  Decision,
  DecisionInput,
  DecisionPolicy,
  ExplorationAllowance,
  ScoredCandidate,
} from './decision.ts';
import type { Track } from './endpoint.ts';
import { explain } from './explain.ts';
import { explore } from './explore.ts';
import { findCandidates, type Candidate } from './find-candidates.ts';
import { scoreParts, sumOf } from './score.ts';
import { strategyOf } from './strategies.ts';

/** At most this many endpoints of a track are tried one after the other. */
const TRIES_PER_TRACK = 3;
const FEW = 16;

/**
 * Decides how a request is served: who can, may and does now, who is best by the strategy, and by which path. Pure and
 * total: the same input has the same answer, and every input has one. Endpoints that were named exactly (`virtual: null`)
 * are only filtered and keep their order. At most three candidates of a track are kept, and those that could have been
 * chosen by exploration; the propensities of the kept ones sum to 1.
 */
export function decide(input: DecisionInput): Decision {
  const { strategy, actsAs } = strategyOf(input);
  const aim = createAim(input, actsAs);
  const found = findCandidates(input);
  const { chosen, explored } = choose(found.candidates, aim);
  return {
    path: chosen.path,
    candidates: chosen.candidates,
    refusals: found.refusals,
    hedgeAfterMs: chosen.hedgeAfterMs,
    warm: chosen.warm,
    limits: limitsOf(chosen.candidates, input.policy),
    reason: explain({ aim, found, chosen, explored }),
    strategy,
    actsAs,
    explored,
    keptPrivate: found.keptPrivate,
    escalated: aim.escalates && isElsewhere(chosen, input),
    kind: input.profile.kind,
  };
}

function limitsOf(candidates: readonly ScoredCandidate[], policy: DecisionPolicy): readonly CallLimits[] {
  return candidates.map(({ endpoint, prediction }) => callLimits(endpoint, prediction, policy));
}

/** With nobody else to go to, a stuck conversation has not been taken to the strong track. */
function isElsewhere({ candidates: [first] }: ChosenPath, { conversation }: DecisionInput): boolean {
  return first !== undefined && (conversation?.escalated === true || first.endpoint.id !== conversation?.endpointId);
}

function choose(candidates: readonly Candidate[], aim: Aim): { chosen: ChosenPath; explored: boolean } {
  const scored = candidates.map((candidate) => toScored(candidate, aim));
  if (aim.input.virtual === null) {
    if (scored[0] !== undefined) scored[0].propensity = 1;
    return { chosen: singlePath(forTrial(scored)), explored: false };
  }
  sortByScore(scored);
  const { chosen, propensities } = explore(scored, allowanceOf(aim));
  for (let place = 0; place < scored.length; place += 1) {
    const each = scored[place];
    if (each !== undefined) each.propensity = propensities[place] ?? 0;
  }
  const unexplored = choosePath(forTrial(scored), aim);
  creditFirst(unexplored.candidates[0], scored[0]);
  const explored = scored[chosen];
  if (chosen === 0 || explored === undefined) return { chosen: unexplored, explored: false };
  const order = [explored, ...scored.filter((each) => each !== explored)];
  return { chosen: singlePath(forTrial(order)), explored: true };
}

/** A path may put another in front of the best (a local answer that is tried first): then that one is what was chosen. */
function creditFirst(first: ScoredCandidate | undefined, best: ScoredCandidate | undefined): void {
  if (first === undefined || best === undefined || first === best) return;
  first.propensity += best.propensity;
  best.propensity = 0;
}

/**
 * A conversation stays where it is, an agent's first request decides for all its turns, and what is important is not for
 * trying out.
 */
function allowanceOf({ input, escalates }: Aim): ExplorationAllowance | null {
  const { conversation, exploration, pins, profile } = input;
  const isSingle = conversation === null && profile.toolCount === 0;
  const mayExplore = isSingle && !escalates && pins.importance !== 'high' && pins.deadlineMs === undefined;
  return mayExplore ? exploration : null;
}

function toScored({ endpoint, prediction }: Candidate, aim: Aim): ScoredCandidate {
  const parts = scoreParts(endpoint, prediction, aim);
  return { endpoint, prediction, parts, score: sumOf(parts), propensity: 0 };
}

/** Best first; who is as good keeps his place. Most decisions are between a handful, and the built-in sort costs more than those. */
function sortByScore(scored: ScoredCandidate[]): void {
  if (scored.length > FEW) {
    scored.sort((one, other) => other.score - one.score);
    return;
  }
  for (let from = 1; from < scored.length; from += 1) {
    const moved = scored[from];
    if (moved === undefined) continue;
    let place = from;
    for (; place > 0; place -= 1) {
      const before = scored[place - 1];
      if (before === undefined || before.score >= moved.score) break;
      scored[place] = before;
    }
    scored[place] = moved;
  }
}

function forTrial(candidates: readonly ScoredCandidate[]): readonly ScoredCandidate[] {
  if (candidates.length <= TRIES_PER_TRACK) return candidates;
  const left: Record<Track, number> = { local: TRIES_PER_TRACK, cloud: TRIES_PER_TRACK };
  return candidates.filter(({ endpoint, propensity }) => {
    left[endpoint.track] -= 1;
    return left[endpoint.track] >= 0 || propensity > 0;
  });
}
