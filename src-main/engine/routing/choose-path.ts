import type { Aim } from './aim.ts';
import { cascadeScore } from './cascade-score.ts';
import type { RoutePath, ScoredCandidate } from './decision.ts';
import type { Endpoint, Track } from './endpoint.ts';
import { expectedTimeOf } from './expected-time.ts';
import { latencyPart, scoreParts, sumOf } from './score.ts';
import { similarity } from './similarity.ts';

/** How a request is served. `candidates` is the same set in the order of trial. */
export interface ChosenPath {
  path: RoutePath;
  candidates: readonly ScoredCandidate[];
  hedgeAfterMs: number | null;
  warm: Endpoint | null;
  /** Why a second call races the first. */
  racesFor: 'too close to call' | 'the first may be late' | null;
}

/** A wait that is worth loading ahead for. */
const LONG_LOAD_MS = 3_000;
/** A second call sooner than this would be one for every request. */
const LEAST_HEDGE_MS = 100;

/**
 * Chooses how candidates (best first) are used: a local model is loaded while the cloud answers, or a local answer is tried
 * and checked first, or a second call may race the first, or one after the other. Candidates have passed every rule about
 * where a request may go, so no path leads over a privacy boundary or off a pinned track.
 */
export function choosePath(candidates: readonly ScoredCandidate[], aim: Aim): ChosenPath {
  return bridge(candidates, aim) ?? cascade(candidates, aim) ?? race(candidates, aim) ?? singlePath(candidates);
}

export function singlePath(candidates: readonly ScoredCandidate[]): ChosenPath {
  return { path: 'single', candidates, hedgeAfterMs: null, warm: null, racesFor: null };
}

/** The cloud is best only because the local model has to be loaded first, and that takes long. Not from the battery. */
function bridge(candidates: readonly ScoredCandidate[], aim: Aim): ChosenPath | null {
  const best = candidates[0];
  const { policy, machine } = aim.input;
  if (!policy.bridging || machine.onBattery === true || best?.endpoint.track !== 'cloud') return null;
  if (aim.escalates) return null;
  let warm: Endpoint | null = null;
  let most = best.score;
  for (const { endpoint, prediction } of candidates) {
    if (endpoint.track === 'cloud' || endpoint.loaded === true || !(prediction.loadMs >= LONG_LOAD_MS)) continue;
    const score = scoreWhenWarm(endpoint, prediction, aim);
    if (score <= most) continue;
    most = score;
    warm = endpoint;
  }
  return warm === null ? null : { path: 'single', candidates, hedgeAfterMs: null, warm, racesFor: null };
}

function scoreWhenWarm(endpoint: Endpoint, prediction: ScoredCandidate['prediction'], aim: Aim): number {
  const { firstTokenMs, loadMs } = prediction;
  const warm = { ...prediction, loadMs: 0, firstTokenMs: { ...firstTokenMs, mean: firstTokenMs.mean - loadMs } };
  return sumOf(scoreParts({ ...endpoint, loaded: true }, warm, aim));
}

/** The best local answer is tried and checked, the best cloud model stands by, when that together beats the best alone. */
function cascade(candidates: readonly ScoredCandidate[], aim: Aim): ChosenPath | null {
  const { policy, checkable } = aim.input;
  const best = candidates[0];
  if (!policy.cascade || !checkable || !aim.weights.cascades || best === undefined) return null;
  const local = firstOf(candidates, 'local');
  const cloud = firstOf(candidates, 'cloud');
  if (local === undefined || cloud === undefined) return null;
  const score = cascadeScore(local, cloud, aim);
  if (score === null || score <= best.score) return null;
  const order = inFront(candidates, local, cloud);
  return { path: 'cascade', candidates: order, hedgeAfterMs: null, warm: null, racesFor: null };
}

/** Not from the battery: a race is work that is thrown away. Never two local models: they would slow each other down. */
function race(candidates: readonly ScoredCandidate[], aim: Aim): ChosenPath | null {
  const { policy, machine } = aim.input;
  if (!policy.hedging || machine.onBattery === true || !aim.weights.races) return null;
  const first = candidates[0];
  const p95Ms = first?.prediction.firstTokenP95Ms;
  if (first === undefined || p95Ms === undefined || !(p95Ms < Infinity)) return null;
  const hedgeAfterMs = Math.max(LEAST_HEDGE_MS, Math.round(p95Ms));
  const rival = firstOf(candidates, first.endpoint.track === 'local' ? 'cloud' : 'local');
  if (rival !== undefined && canPayBoth(first, rival, aim) && isTooClose(first, rival, aim)) {
    const order = inFront(candidates, first, rival);
    return { path: 'parallel', candidates: order, hedgeAfterMs, warm: null, racesFor: 'too close to call' };
  }
  if (p95Ms <= policy.constraints.targetLatencyMs) return null;
  const helper = helperOf(first, candidates, aim);
  if (helper === undefined) return null;
  const order = inFront(candidates, first, helper);
  return { path: 'parallel', candidates: order, hedgeAfterMs, warm: null, racesFor: 'the first may be late' };
}

function helperOf(
  first: ScoredCandidate,
  candidates: readonly ScoredCandidate[],
  aim: Aim,
): ScoredCandidate | undefined {
  for (const each of candidates) if (each !== first && canHelp(first, each, aim)) return each;
  return undefined;
}

function isTooClose(first: ScoredCandidate, rival: ScoredCandidate, aim: Aim): boolean {
  return similarity(first, rival, aim) >= aim.input.policy.preferences.parallelThreshold;
}

/**
 * Somebody else's machine, expected to answer before a late first one has, at a price that both together may cost and that
 * the waiting is worth: the long prompts of agents cost more than anybody's minute.
 */
function canHelp(first: ScoredCandidate, helper: ScoredCandidate, aim: Aim): boolean {
  const isElsewhere =
    helper.endpoint.track !== first.endpoint.track ||
    (helper.endpoint.track === 'cloud' && helper.endpoint.providerId !== first.endpoint.providerId);
  const isSooner = expectedTimeOf(helper.prediction).firstMs <= first.prediction.firstTokenP95Ms;
  return isElsewhere && isSooner && canPayBoth(first, helper, aim) && isWorthIt(first, helper, aim);
}

/** Who is late is expected to need as long again as it took until then (as of anything whose end nobody knows). */
function isWorthIt(first: ScoredCandidate, helper: ScoredCandidate, aim: Aim): boolean {
  const lateMs = first.prediction.firstTokenP95Ms;
  const helpedMs = lateMs + expectedTimeOf(helper.prediction).firstMs;
  const saved = latencyPart(helpedMs, 0, aim) - latencyPart(2 * lateMs, 0, aim);
  return saved + helper.parts.cost > 0;
}

/** Each has passed its budget; the caps per request hold for both together. What is of unknown price is not raced. */
function canPayBoth(first: ScoredCandidate, second: ScoredCandidate, { input }: Aim): boolean {
  const one = first.prediction.costNanoUsd;
  const other = second.prediction.costNanoUsd;
  if (one === null || other === null) return false;
  const cap = Math.min(
    input.policy.constraints.maxCostPerRequestNanoUsd ?? Infinity,
    input.app?.maxCostPerRequestNanoUsd ?? Infinity,
  );
  return one + other <= cap;
}

function firstOf(candidates: readonly ScoredCandidate[], track: Track): ScoredCandidate | undefined {
  for (const each of candidates) if (each.endpoint.track === track) return each;
  return undefined;
}

function inFront(
  candidates: readonly ScoredCandidate[],
  first: ScoredCandidate,
  second: ScoredCandidate,
): readonly ScoredCandidate[] {
  if (candidates[0] === first && candidates[1] === second) return candidates;
  return [first, second, ...candidates.filter((each) => each !== first && each !== second)];
}
