import { hasJustGotStuck, type Aim } from './aim.ts';
import type { ChosenPath } from './choose-path.ts';
import type { ScoredCandidate } from './decision.ts';
import { expectedTimeOf } from './expected-time.ts';
import type { FoundCandidates } from './find-candidates.ts';
import { toDollars, toSeconds } from './print-figures.ts';

/** A header's worth. */
const MOST_CHARACTERS = 160;

interface Explained {
  aim: Aim;
  found: FoundCandidates;
  chosen: ChosenPath;
  explored: boolean;
}

/** Why this choice, in one sentence of printable ASCII for a person. Rules are told before figures. */
export function explain(explained: Explained): string {
  const [first] = explained.chosen.candidates;
  if (first === undefined) return 'no endpoint can serve this request now';
  if (explained.aim.input.virtual === null) return 'named exactly';
  const why = byRule(first, explained) ?? byPath(first, explained) ?? byFigures(first, explained);
  return toHeader(`${first.endpoint.track}: ${why}`);
}

/** What decided whatever the figures say; null: nothing. */
function byRule(first: ScoredCandidate, explained: Explained): string | null {
  const { aim, found, explored } = explained;
  const { conversation, pins } = aim.input;
  if (aim.escalates) return whyEscalated(first, explained);
  if (found.keptPrivate !== null) return found.keptPrivate;
  if (pins.track !== undefined) return `pinned to the ${pins.track} track by the request`;
  if (explored) return `tried to learn how it does (chance ${percent(first.propensity)})`;
  if (conversation?.signedByProviderId === first.endpoint.providerId) return 'goes on with the thinking it signed';
  return first.endpoint.track === 'local' && found.cloudClosedBy !== null ? found.cloudClosedBy : null;
}

function whyEscalated(first: ScoredCandidate, { aim: { conversation }, chosen }: Explained): string {
  if (!hasJustGotStuck(conversation)) return 'this conversation was stuck; stays with the stronger model';
  const stuckOne = chosen.candidates.find(({ endpoint }) => endpoint.id === conversation?.endpointId);
  const isStronger = !(first.prediction.quality.mean <= (stuckOne?.prediction.quality.mean ?? 0));
  const next = first === stuckOne ? 'no other model is better' : isStronger ? 'stronger model' : 'another model';
  return `this conversation is stuck (${conversation?.stuck ?? ''}); ${next}`;
}

function byPath(first: ScoredCandidate, { chosen }: Explained): string | null {
  const { candidates, hedgeAfterMs, racesFor, warm } = chosen;
  if (warm !== null) {
    const loadMs = candidates.find(({ endpoint }) => endpoint.id === warm.id)?.prediction.loadMs ?? NaN;
    return `the local model would need ${toSeconds(loadMs)} to load; warming it`;
  }
  const second = candidates[1];
  if (chosen.path === 'single' || second === undefined) return null;
  if (chosen.path === 'cascade') {
    return `tried and checked first, the cloud if it fails${whatIsSaved(first, candidates)}`;
  }
  return `${racesFor ?? 'raced'}; ${second.endpoint.id} joins after ${toSeconds(hedgeAfterMs ?? NaN)}`;
}

function byFigures(first: ScoredCandidate, { aim, chosen }: Explained): string {
  const { endpoint, prediction } = first;
  const good = `good ${fraction(prediction.quality.mean)}`;
  const stays = aim.conversation?.endpointId === endpoint.id ? 'goes on here, ' : '';
  if (endpoint.track === 'local') {
    const { onBattery } = aim.input.machine;
    const power = onBattery === null ? '' : onBattery ? ', on battery' : ', on mains';
    return `${stays}${whole(prediction.tokensPerSecond.mean)} tok/s${power}, ${good}${whatIsSaved(first, chosen.candidates)}`;
  }
  const cost = prediction.costNanoUsd === null ? 'price unknown' : `costs ${toDollars(prediction.costNanoUsd)}`;
  const local = chosen.candidates.find((each) => each.endpoint.track === 'local');
  const other = local === undefined ? '' : `; ${whereBetter(first, local)}`;
  return `${stays}first token in ${toSeconds(expectedTimeOf(prediction).firstMs)}, ${good}, ${cost}${other}`;
}

/** The one thing in which the cloud beats the best local model by most. */
function whereBetter(cloud: ScoredCandidate, local: ScoredCandidate): string {
  const quality = cloud.parts.quality - local.parts.quality;
  const latency = cloud.parts.latency - local.parts.latency;
  const strain = cloud.parts.energy + cloud.parts.pressure - local.parts.energy - local.parts.pressure;
  if (quality >= latency && quality >= strain) return `local good ${fraction(local.prediction.quality.mean)}`;
  if (latency >= strain) return `local needs ${toSeconds(expectedTimeOf(local.prediction).firstMs)}`;
  return 'local would strain the machine';
}

function whatIsSaved({ prediction }: ScoredCandidate, candidates: readonly ScoredCandidate[]): string {
  const cloud = candidates.find(({ endpoint }) => endpoint.track === 'cloud')?.prediction.costNanoUsd ?? null;
  const saved = cloud === null ? 0 : cloud - (prediction.costNanoUsd ?? 0);
  return saved > 0 ? `; saves ${toDollars(saved)}` : '';
}

function fraction(value: number): string {
  return value >= 0 && value <= 1 ? value.toFixed(2) : '?';
}

function whole(value: number): string {
  return Number.isFinite(value) ? value.toFixed(0) : '?';
}

function percent(value: number): string {
  return `${(value * 100).toFixed(value < 0.1 ? 1 : 0)} %`;
}

function toHeader(text: string): string {
  const ascii = text.replace(/[^\x20-\x7e]/g, '?');
  return ascii.length <= MOST_CHARACTERS ? ascii : `${ascii.slice(0, MOST_CHARACTERS - 3)}...`;
}
