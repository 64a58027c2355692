import { settings as settingsSchema, type Settings } from '../../src-shared/settings.ts';
import { createSeededRandom } from '../../src-main/demo/seeded-random.ts';
import { featuresOfKind } from '../../src-main/engine/jobs/training/replay.ts';
import { evidenceOfSignal } from '../../src-main/engine/optimizer/evidence.ts';
import { QualityModel } from '../../src-main/engine/optimizer/quality-model.ts';
import type { Endpoint } from '../../src-main/engine/routing/endpoint.ts';
import type { TaskKind } from '../../src-main/engine/routing/request-profile.ts';
import { STRATEGY_WEIGHTS } from '../../src-main/engine/routing/strategies.ts';
import type { LoggedDecision } from '../../src-main/engine/store/logged-decisions.ts';
import { toEndpoint } from '../simulation/simulated-model.ts';
import { KNOWN_MODELS } from '../simulation/known-models.ts';
import type { TrainingWorld } from './run-training.ts';

/** A world of which everything is known: who answers what how well, and when that changes. */
export interface PlantedOptions {
  seed: number;
  requests: number;
  /** Chance that an answer of this endpoint to the request with this number is good. */
  qualityOf: (place: number, endpointId: string, kind: TaskKind) => number;
  /** Share of requests that try another endpoint. */
  explored: number;
  /** Share of answers that somebody judges. */
  rated: number;
  /** What everything but quality makes of each, in nano-dollars. */
  otherwise?: readonly [number, number];
  settings?: Settings;
}

export interface PlantedWorld extends TrainingWorld {
  trueQuality: (requestId: string, endpointId: string) => number;
  /** What the requests were worth as they were served, by the truth; nano-dollars a request. */
  value: number;
}

const MINUTE_MS = 60_000;
const SAID_AFTER_MS = 20_000;
const START_MS = Date.UTC(2026, 9, 1);
const KINDS: readonly TaskKind[] = ['chat', 'code', 'write'];
/** Nobody knows of an answer more than its signs. */
const TRUNCATED_OF_BAD = 0.25;
const NAMES = ['middle:8b', 'mini'];
const OTHERWISE = [-1_500_000, -2_500_000] as const;

export const PLANTED = KNOWN_MODELS.filter(({ model }) => NAMES.includes(model)).map((model) =>
  toEndpoint(model, true),
);

/** Requests served and learned from by the production class, and logged with the chances by which endpoints were chosen. */
export function plantWorld(options: PlantedOptions): PlantedWorld {
  const { seed, requests, qualityOf } = options;
  const settings = options.settings ?? settingsSchema.parse({});
  const outputPriceOf = ({ id }: Endpoint) => KNOWN_MODELS.find((each) => id.endsWith(each.model))?.price?.output ?? 0;
  const random = createSeededRandom('weak evidence', seed);
  const model = new QualityModel({ settings: () => settings, endpoints: () => PLANTED, outputPriceOf, random });
  const uniform = createSeededRandom('planted', seed);
  const served = Array.from({ length: requests }, (_, place) => {
    const kind = KINDS[Math.floor(uniform() * KINDS.length)] ?? 'chat';
    return serve({ ...options, settings, model, uniform, place, kind });
  });
  const byId = new Map(served.map(({ logged, kind }, place) => [logged.requestId, { kind, place }]));
  return {
    ...{ log: served.map(({ logged }) => logged), settings, endpoints: PLANTED, outputPriceOf },
    nowMs: START_MS + requests * MINUTE_MS,
    value: served.reduce((sum, { value }) => sum + value, 0) / requests,
    trueQuality(requestId, endpointId) {
      const { kind, place } = byId.get(requestId) ?? { kind: 'chat', place: 0 };
      return qualityOf(place, endpointId, kind);
    },
  };
}

type Serving = PlantedOptions & {
  settings: Settings;
  model: QualityModel;
  uniform: () => number;
  place: number;
  kind: TaskKind;
};

/** One request: decided, answered with luck, judged or not, learned from and logged. */
function serve(serving: Serving): { logged: LoggedDecision; kind: TaskKind; value: number } {
  const { qualityOf, explored, rated, uniform, place, kind } = serving;
  const scored = PLANTED.map((endpoint, at) => score(serving, endpoint, (serving.otherwise ?? OTHERWISE)[at] ?? 0));
  scored.sort((one, other) => other.score - one.score);
  const taken = uniform() < explored ? 1 + Math.floor(uniform() * (scored.length - 1)) : 0;
  scored.forEach((each, at) => (each.propensity = at === 0 ? 1 - explored : explored / (scored.length - 1)));
  const chosen = scored[taken];
  if (chosen === undefined) throw new RangeError('nobody is there to answer');
  const chance = qualityOf(place, chosen.endpointId, kind);
  const isGood = uniform() < chance;
  const signal = !isGood && uniform() < TRUNCATED_OF_BAD ? 'truncated' : 'unremarkable';
  const said = uniform() < rated ? (isGood ? 1 : 0) : null;
  teach(serving, chosen.endpointId, { signal, said });
  const candidates = [chosen, ...scored.filter((each) => each !== chosen)];
  return {
    logged: toLogged({ place, kind, candidates, chosen, signal, said }),
    kind,
    value: chosen.score - chosen.parts.quality + STRATEGY_WEIGHTS.balanced.answerUsd * 1e9 * chance,
  };
}

function teach({ model, kind }: Serving, endpointId: string, seen: { signal: string; said: number | null }): void {
  const features = featuresOfKind(kind);
  const evidence = evidenceOfSignal(seen.signal);
  if (evidence !== null) {
    model.learn({ features, kind, endpointId, quality: evidence.quality, weight: evidence.weight });
  }
  if (seen.said !== null) model.learn({ features, kind, endpointId, quality: seen.said, weight: 1 });
}

type Scored = ReturnType<typeof score>;

function toLogged(served: {
  place: number;
  kind: TaskKind;
  candidates: Scored[];
  chosen: Scored;
  signal: string;
  said: number | null;
}): LoggedDecision {
  const { place, kind, candidates, chosen, signal, said } = served;
  const startedAtMs = START_MS + place * MINUTE_MS;
  const atMs = startedAtMs + SAID_AFTER_MS;
  return {
    ...{ strategy: 'balanced', actsAs: 'balanced', kind, path: 'single', escalated: false, keptPrivate: null },
    ...{ explored: chosen.propensity < 0.5, answeredBy: chosen.endpointId, reward: null, signal, refusals: [] },
    ...{ omittedCandidates: 0, omittedRefusals: 0, requestId: `r${place}`, startedAtMs, candidates },
    ...{ chosen: chosen.endpointId, propensity: chosen.propensity },
    feedback: said === null ? [] : [{ atMs, kind: 'user_rating', source: 'user', value: said, note: null }],
  };
}

function score({ model, kind, settings }: Serving, endpoint: Endpoint, otherwise: number) {
  const { mean, sd } = model.predict(featuresOfKind(kind), kind, endpoint);
  const { answerUsd, knee } = STRATEGY_WEIGHTS.balanced;
  const quality = answerUsd * 1e9 * (mean - knee * Math.max(0, settings.optimizer.preferences.qualityThreshold - mean));
  return {
    ...{ endpointId: endpoint.id, score: quality + otherwise, propensity: 0 },
    parts: { quality, latency: 0, cost: otherwise, energy: 0, pressure: 0, preference: 0 },
    ...{ firstTokenMs: 500, tokensPerSecond: 50, quality: mean, qualitySd: sd },
    ...{ costNanoUsd: -otherwise, energyJoules: 0 },
  };
}
