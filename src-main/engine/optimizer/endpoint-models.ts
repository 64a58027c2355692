import type { Endpoint } from '../routing/endpoint.ts';
import type { RequestProfile } from '../routing/request-profile.ts';
import { isCount } from '../stats/is-count.ts';
import {
  EndpointModel,
  type CallForecast,
  type CallSituation,
  type EndpointModelState,
  type ObservedCall,
} from './endpoint-model.ts';
import { parseEndpointModelsState, STATE_VERSION, type EndpointModelsState } from './endpoint-model-state.ts';
import type { MeasuredSpeeds } from './measured-speeds.ts';
import { AnswerLengths } from './predicted-output.ts';
import { guessSpeed } from './warm-start.ts';

interface Known {
  model: EndpointModel;
  /** The facts that its first guess came from. */
  sizeBytes: number | null;
  /** Count of calls at its last one; 0: none was seen. */
  lastCall: number;
  /** When its last call ended, on the clock of the options; of a restored one: when it was met again. */
  lastAtMs: number;
}

/** After sleep: most of what was measured may still hold, and none of it is certain. */
const DISTRUST = 0.25;
/** An endpoint that was left alone for so many calls may have changed; after some more, what is known weighs half. */
const STILL_KNOWN_CALLS = 10;
const HALF_LIFE_CALLS = 30;
const LEAST_KNOWN = 0.5;
/** Endpoints whose state is kept: the ones last called. */
const MOST_KEPT = 500;

export interface EndpointModelsOptions {
  /** USD per million output tokens; null: unknown. Asked once for an endpoint. */
  outputPriceOf?: (endpoint: Endpoint) => number | null;
  /** null: unknown. */
  cpuOnly?: boolean | null;
  /** What was measured of local models; absent: nothing. */
  measured?: MeasuredSpeeds;
  /** Monotonic milliseconds; absent: time stands still. */
  nowMs?: () => number;
}

/** Predicts calls to every endpoint and learns from how they went. Both are arithmetic on a few numbers: microseconds. */
export class EndpointModels {
  readonly #outputPriceOf: (endpoint: Endpoint) => number | null;
  readonly #known = new Map<string, Known>();
  /** States of endpoints that nobody has asked for yet. */
  readonly #saved = new Map<string, EndpointModelState>();
  readonly #lengths = new AnswerLengths();
  readonly #measured: MeasuredSpeeds | null;
  readonly #nowMs: () => number;
  #cpuOnly: boolean | null;
  #calls = 0;
  #rejected = 0;

  constructor(options: EndpointModelsOptions = {}) {
    this.#outputPriceOf = options.outputPriceOf ?? (() => null);
    this.#cpuOnly = options.cpuOnly ?? null;
    this.#measured = options.measured ?? null;
    this.#nowMs = options.nowMs ?? (() => 0);
  }

  /** Calls that were left out because a number in them made no sense. */
  get rejected(): number {
    return this.#rejected;
  }

  /** Learns from a call; false, and it is only counted, when a number in it makes no sense. */
  observe(endpoint: Endpoint, call: ObservedCall): boolean {
    if (!isSound(call)) {
      this.#rejected += 1;
      return false;
    }
    const known = this.#knownOf(endpoint);
    const others = known.lastCall === 0 ? 0 : this.#calls - known.lastCall;
    if (others > STILL_KNOWN_CALLS) known.model.doubt(shareKnown(others));
    this.#calls += 1;
    known.lastCall = this.#calls;
    const nowMs = this.#nowMs();
    known.model.observe(call, nowMs - known.lastAtMs);
    known.lastAtMs = nowMs;
    return true;
  }

  predict(
    endpoint: Endpoint,
    profile: Pick<RequestProfile, 'kind' | 'promptTokens' | 'maxOutputTokens'>,
    situation: CallSituation,
  ): CallForecast {
    const { model, lastAtMs } = this.#knownOf(endpoint);
    return model.predict(
      {
        kind: profile.kind,
        promptTokens: profile.promptTokens,
        maxOutputTokens: lowerOf(profile.maxOutputTokens, endpoint.maxOutputTokens),
      },
      situation,
      this.#nowMs() - lastAtMs,
    );
  }

  /** Everything measured is doubted until renewed (after sleep). */
  distrust(): void {
    for (const { model } of this.#known.values()) model.distrust(DISTRUST);
    for (const [id, state] of this.#saved) {
      const model = this.#create(null, state);
      model.distrust(DISTRUST);
      this.#saved.set(id, model.toState());
    }
  }

  /** Once it is known whether a graphics card helps: guesses of local endpoints change, what was learned stays. */
  setCpuOnly(cpuOnly: boolean | null): void {
    if (cpuOnly === this.#cpuOnly) return;
    this.#cpuOnly = cpuOnly;
    for (const known of this.#known.values()) known.sizeBytes = NaN;
  }

  /** Something was measured of it: what is believed without calls changes, what they taught stays. */
  reconsider(endpointId: string): void {
    const known = this.#known.get(endpointId);
    if (known !== undefined) known.sizeBytes = NaN;
  }

  /** Plain JSON; endpoints that were never called are left out. */
  toState(): EndpointModelsState {
    const called = [...this.#known].filter(([, { lastCall }]) => lastCall > 0);
    called.sort(([, one], [, other]) => other.lastCall - one.lastCall);
    const endpoints = called.map(([id, { model }]): [string, EndpointModelState] => [id, model.toState()]);
    return {
      version: STATE_VERSION,
      lengths: this.#lengths.toState(),
      endpoints: Object.fromEntries([...endpoints, ...this.#saved].slice(0, MOST_KEPT)),
    };
  }

  /** Models from what `toState` gave; null when that is damaged or of another version. */
  static fromState(state: unknown, options: EndpointModelsOptions = {}): EndpointModels | null {
    const parsed = parseEndpointModelsState(state);
    if (parsed === null) return null;
    const models = new EndpointModels(options);
    models.#lengths.restore(parsed.lengths);
    for (const [id, saved] of Object.entries(parsed.endpoints)) models.#saved.set(id, saved);
    return models;
  }

  #knownOf(endpoint: Endpoint): Known {
    const known = this.#known.get(endpoint.id);
    if (known?.sizeBytes === endpoint.sizeBytes) return known;
    return this.#meet(endpoint, known);
  }

  /** First sight of an endpoint, or of facts that change the first guess of it. */
  #meet(endpoint: Endpoint, before: Known | undefined): Known {
    const state = before?.model.toState() ?? this.#saved.get(endpoint.id);
    const known = {
      model: this.#create(endpoint, state),
      sizeBytes: endpoint.sizeBytes,
      lastCall: before?.lastCall ?? (state === undefined ? 0 : 1),
      lastAtMs: before?.lastAtMs ?? this.#nowMs(),
    };
    this.#saved.delete(endpoint.id);
    this.#known.set(endpoint.id, known);
    return known;
  }

  #create(endpoint: Endpoint | null, state: EndpointModelState | undefined): EndpointModel {
    const facts = endpoint ?? { track: 'cloud' as const, model: '', sizeBytes: null };
    const guess = guessSpeed({
      endpoint: facts,
      outputUsdPerMillion: endpoint?.track === 'cloud' ? this.#outputPriceOf(endpoint) : null,
      cpuOnly: this.#cpuOnly,
    });
    const priors =
      endpoint === null || this.#measured === null
        ? { mains: guess, battery: null }
        : this.#measured.priorsOf(endpoint.id, guess);
    const model = new EndpointModel({ track: facts.track, priors, lengths: this.#lengths });
    if (state !== undefined) model.restore(state);
    return model;
  }
}

/** Without this an endpoint that was slow and is called seldom since would need a dozen calls to be seen to have recovered. */
function shareKnown(calls: number): number {
  return Math.max(LEAST_KNOWN, 2 ** ((STILL_KNOWN_CALLS - calls) / HALF_LIFE_CALLS));
}

function lowerOf(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}

function isSound(call: ObservedCall): boolean {
  return (
    isCount(call.promptTokens) &&
    isCount(call.maybeCachedTokens ?? 0) &&
    isCount(call.durationMs) &&
    (call.firstTokenMs === null || isCount(call.firstTokenMs)) &&
    (call.loadMs === null || isCount(call.loadMs)) &&
    (call.outputTokens === null || isCount(call.outputTokens)) &&
    (call.throttledRatio === null || isCount(call.throttledRatio))
  );
}
