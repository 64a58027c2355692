import type { OptimizerStatus } from '../../../src-shared/optimizer.ts';
import type { PromptFeatures } from '../learning/prompt-features.ts';
import type { ConversationState } from '../routing/conversation.ts';
import type { ScoredCandidate } from '../routing/decision.ts';
import type { Endpoint, Track } from '../routing/endpoint.ts';
import type { Prediction } from '../routing/estimate.ts';
import type { RequestProfile, TaskKind } from '../routing/request-profile.ts';
import { EndpointModels, type EndpointModelsOptions } from './endpoint-models.ts';
import { bytesToJson, jsonToBytes } from './json-bytes.ts';
import { MeasuredSpeeds, type MeasuredSpeed } from './measured-speeds.ts';
import type { OpenRequest } from './open-request.ts';
import { predictCost } from './predict-cost.ts';
import { QualityModel, type QualityLesson } from './quality-model.ts';
import type { CallReport } from './request-report.ts';
import type { LearnedPart } from './state-saver.ts';
import type { Surroundings } from './surroundings.ts';

/** What a prediction is for. */
export interface ForecastQuestion {
  profile: RequestProfile;
  features: PromptFeatures;
  conversation: ConversationState | null;
}

const SPEED_STATE_VERSION = 1;
/** Failures that are the endpoint's; others (our queue, the client, a wrong key) say nothing of how good it is. */
const BLAMED = new Set([
  'upstream_error',
  'upstream_timeout',
  'upstream_unreachable',
  'upstream_truncated',
  'upstream_garbled',
  'overloaded',
  'rate_limited',
]);

/** Predicts what an endpoint would do with a request: speed from its past calls, quality from the learners, cost by price. */
export class Forecaster {
  readonly #around: Surroundings;
  readonly #quality: QualityModel;
  readonly #measured = new MeasuredSpeeds();
  #speeds: EndpointModels;

  constructor(around: Surroundings) {
    this.#around = around;
    this.#quality = new QualityModel(around);
    this.#speeds = new EndpointModels(this.#modelOptions());
  }

  predict(endpoint: Endpoint, { profile, features, conversation }: ForecastQuestion): Prediction {
    const around = this.#around;
    const cachedTokens = conversation?.endpointId === endpoint.id ? conversation.cachedTokens : 0;
    const { active, queued, concurrency } = around.situationOf(endpoint);
    const forecast = this.#speeds.predict(endpoint, profile, {
      active,
      queued,
      concurrency,
      loaded: endpoint.loaded,
      cachedTokens,
      onBattery: around.machine().onBattery,
      throttledRatio: endpoint.track === 'local' ? around.throttledRatio(endpoint.id) : null,
      localWatts: around.localWatts(),
    });
    const cost = predictCost({
      costOf: (usage) => around.priceCall(endpoint, usage),
      promptTokens: profile.promptTokens,
      mostPromptTokens: profile.mostPromptTokens,
      cachedTokens,
      outputTokens: forecast.outputTokens.mean,
      outputTokensP95: forecast.outputTokensP95,
      maxOutputTokens: lowerOf(profile.maxOutputTokens, endpoint.maxOutputTokens),
    });
    forecast.costNanoUsd = cost.costNanoUsd;
    forecast.costCeilingNanoUsd = cost.costCeilingNanoUsd;
    forecast.quality = this.#quality.predict(features, profile.kind, endpoint);
    return forecast;
  }

  /** Learns speed, length and reliability from a call; `request`: what it was made for, where that is known. */
  observe(call: CallReport, request: Pick<OpenRequest, 'profile' | 'cached'> | null): void {
    if (!call.wasSent) return;
    const { endpoint } = call;
    const { onBattery } = this.#around.machine();
    const { profile = null, cached = null } = request ?? {};
    const inputTokens = call.inputTokens ?? profile?.promptTokens ?? 0;
    const isUntold = call.cachedInputTokens === null && cached?.endpointId === endpoint.id;
    this.#speeds.observe(endpoint, {
      kind: profile?.kind ?? 'chat',
      promptTokens: Math.max(0, inputTokens - (call.cachedInputTokens ?? 0)),
      maybeCachedTokens: isUntold ? cached.tokens : 0,
      wasLoaded: call.wasLoaded,
      streamed: call.streamed,
      firstTokenMs: call.firstTokenMs,
      durationMs: call.durationMs,
      loadMs: call.loadMs ?? null,
      outputTokens: call.outputTokens,
      outcome: outcomeOf(call),
      onBattery,
      throttledRatio: endpoint.track === 'local' ? this.#around.throttledRatio(endpoint.id) : null,
    });
  }

  learn(lesson: QualityLesson): void {
    this.#quality.learn(lesson);
  }

  /** How good an answer of this endpoint is taken to be, 0 to 1. */
  qualityOf(endpoint: Endpoint, prompt: { features: PromptFeatures; kind: TaskKind }): number {
    return this.#quality.predict(prompt.features, prompt.kind, endpoint).mean;
  }

  get shadowMark(): number {
    return this.#quality.shadowMark;
  }

  /** Feedback whose prompt is no longer known. */
  learnOfEndpoint(endpointId: string, quality: number): void {
    this.#quality.learnOfEndpoint(endpointId, quality);
  }

  /** The track that keeps to the share of cloud requests that the person wants; null: none is wanted, or there is no choice. */
  steerToShare(candidates: readonly ScoredCandidate[], features: PromptFeatures): Track | null {
    const share = this.#around.settings().optimizer.cloudShare;
    const local = candidates.find(({ endpoint }) => endpoint.track === 'local')?.endpoint.id;
    const cloud = candidates.find(({ endpoint }) => endpoint.track === 'cloud')?.endpoint.id;
    if (share === null || local === undefined || cloud === undefined) return null;
    return this.#quality.steerToShare({ features, local, cloud, share });
  }

  /** Measured speeds replace guessed ones; calls that were seen since count more. */
  adoptMeasured(measured: readonly MeasuredSpeed[]): void {
    for (const each of measured) if (this.#measured.adopt(each)) this.#speeds.reconsider(each.endpointId);
  }

  /** The measurement that predictions of this endpoint start from now; null: none. */
  measuredOf(endpointId: string): MeasuredSpeed | null {
    return this.#measured.of(endpointId, this.#around.machine().onBattery);
  }

  /** Whether a graphics card helps local models; null: unknown. Changes what is guessed of their speed, not what was learned. */
  setCpuOnly(cpuOnly: boolean | null): void {
    this.#speeds.setCpuOnly(cpuOnly);
  }

  distrust(): void {
    this.#speeds.distrust();
  }

  describeLearning(): Pick<OptimizerStatus['learning'], 'observations' | 'endpoints'> {
    return this.#quality.describe();
  }

  get states(): readonly LearnedPart[] {
    return [
      ...this.#quality.states,
      {
        name: 'endpoint-models',
        version: SPEED_STATE_VERSION,
        pieces: () => [jsonToBytes(this.#speeds.toState())],
        restore: (bytes) => {
          const restored = EndpointModels.fromState(bytesToJson(bytes), this.#modelOptions());
          if (restored !== null) this.#speeds = restored;
          return restored !== null;
        },
      },
    ];
  }

  #modelOptions(): EndpointModelsOptions {
    const { outputPriceOf, clock } = this.#around;
    return { outputPriceOf, measured: this.#measured, nowMs: () => clock.monotonicMs() };
  }
}

function outcomeOf({ outcome, failureCode }: CallReport): 'ok' | 'failed' | 'cancelled' {
  if (outcome !== 'failed') return outcome;
  // An answer that was thrown away after a check came all the same; other failures are not the endpoint's.
  if (failureCode === 'answer_rejected') return 'ok';
  return failureCode !== null && BLAMED.has(failureCode) ? 'failed' : 'cancelled';
}

function lowerOf(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
