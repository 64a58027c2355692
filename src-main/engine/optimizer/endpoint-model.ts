import type { Estimate, Prediction } from '../routing/estimate.ts';
import type { TaskKind } from '../routing/request-profile.ts';
import type { Track } from '../routing/endpoint.ts';
import { PowerSpeeds, type EndpointSpeed, type PowerSpeedsState } from './endpoint-model-speed.ts';
import type { PowerPriors } from './measured-speeds.ts';
import { predictQueue, type Traffic } from './predict-queue.ts';
import { PredictedAmount, type AmountState } from './predicted-amount.ts';
import { PredictedOutput, type AnswerLengths, type OutputState } from './predicted-output.ts';
import { PredictedSuccess, type SuccessState } from './predicted-success.ts';

/** One call as it went. Times in milliseconds; null: unknown or never. */
export interface ObservedCall {
  kind: TaskKind;
  /** That the model had to read: without those found in its cache. */
  promptTokens: number;
  /** Of them, those that may have been in its cache: nobody told. Absent: none. */
  maybeCachedTokens?: number;
  /** Was the model in memory when the call was sent? null: cloud, or nobody knows. */
  wasLoaded: boolean | null;
  /** False: the answer came in one piece, so its first content was its last. */
  streamed: boolean;
  /** From sending the call (waiting in our queue left out) to its first content. */
  firstTokenMs: number | null;
  /** From sending the call to its end. */
  durationMs: number;
  /** How long the model took to load, where the upstream tells. */
  loadMs: number | null;
  outputTokens: number | null;
  /** `failed`: and the endpoint is to blame. `cancelled`: by us or by the client, which says nothing of success. */
  outcome: 'ok' | 'failed' | 'cancelled';
  onBattery: boolean | null;
  /** Below 1: the machine was held back to this share of its speed. null: unknown. */
  throttledRatio: number | null;
}

/** What the call would meet. */
export interface CallSituation extends Traffic {
  loaded: boolean | null;
  /** Prompt tokens that the endpoint still has in its cache. */
  cachedTokens: number;
  onBattery: boolean | null;
  throttledRatio: number | null;
  /** Watts that the machine draws more while a local model works; null: unknown. */
  localWatts: number | null;
}

/**
 * A prediction as far as an endpoint's past calls tell it. Quality and money are not known yet: whoever knows them fills
 * them in, so that every prediction is one object.
 */
export interface CallForecast extends Prediction {
  /** 95th percentile, under the request's own limit. */
  outputTokensP95: number;
}

export interface EndpointModelState {
  speeds: PowerSpeedsState;
  load: AmountState;
  service: AmountState;
  success: SuccessState;
  output: OutputState;
}

/** Loads are rare, and a model's size does not change. */
const LOAD_RETENTION = 0.8;
const SERVICE_RETENTION = 0.95;
/** A model that was thought to be cold and took less than this share of a load longer than a warm one was warm after all. */
const LEAST_LOAD = 0.1;
/** Shorter answers say nothing of the speed of writing. */
const LEAST_TOKENS = 8;
/** An answer in one piece tells the speed of writing if it took so many times as long as its first token should have. */
const LEAST_WRITING = 1.3;
/** A call of middling size, to guess how long a place is taken. */
const TYPICAL = { promptTokens: 500, outputTokens: 250 };
const Z95 = 1.645;
/** How far off a load time may be that was guessed, and one that was measured. */
const LOAD_SPREAD = { guessed: 0.7, measured: 0.3 };
/** An engine that says of a load shorter than this means the look for what is in memory. */
const SHORTEST_LOAD_MS = 100;
/** Of a model that is loaded already; and of what others have to fill in. */
const NOTHING: Estimate = { mean: 0, sd: 0, observations: 0 };

/** Everything learned of one endpoint's calls. Times are of a machine that is not held back; predictions scale them. */
export class EndpointModel {
  readonly #isLocal: boolean;
  readonly #speeds: PowerSpeeds;
  readonly #load: PredictedAmount;
  readonly #service: PredictedAmount;
  readonly #success = new PredictedSuccess();
  readonly #output: PredictedOutput;

  constructor(options: { track: Track; priors: PowerPriors; lengths: AnswerLengths }) {
    const { priors, lengths } = options;
    const prior = priors.mains;
    const serviceMs =
      prior.firstTokenMs +
      prior.msPerPromptToken * TYPICAL.promptTokens +
      (1_000 * TYPICAL.outputTokens) / prior.tokensPerSecond;
    this.#isLocal = options.track === 'local';
    this.#speeds = new PowerSpeeds(priors);
    this.#load = new PredictedAmount({
      prior: {
        median: Math.max(1, prior.loadMs),
        spread: prior.isMeasured === true ? LOAD_SPREAD.measured : LOAD_SPREAD.guessed,
        noise: 0.4,
      },
      retention: LOAD_RETENTION,
    });
    this.#service = new PredictedAmount({
      prior: { median: serviceMs, spread: 0.8, noise: 0.6 },
      retention: SERVICE_RETENTION,
    });
    this.#output = new PredictedOutput(lengths);
  }

  /** `silentMs`: since the call before. */
  observe(call: ObservedCall, silentMs: number): void {
    const throttle = toThrottle(call.throttledRatio);
    const speed = this.#speeds.learnOn(this.#isLocal ? call.onBattery : null);
    const wasCold = this.#isLocal && this.#wasCold(call);
    if (call.outcome !== 'cancelled') this.#success.observe(call.outcome === 'ok', silentMs);
    if (wasCold) this.#learnCold(call, speed, throttle);
    else this.#learnWarm(call, speed, throttle);
    if (call.outcome !== 'ok') return;
    if (!wasCold) this.#service.observe(call.durationMs * throttle);
    if (call.outputTokens !== null) this.#output.observe(call.kind, call.outputTokens);
    this.#learnWriting(call, speed, throttle, wasCold);
  }

  /** `silentMs`: since its last call; 0: there was none. */
  predict(
    request: { kind: TaskKind; promptTokens: number; maxOutputTokens: number | null },
    situation: CallSituation,
    silentMs: number,
  ): CallForecast {
    const throttle = toThrottle(situation.throttledRatio);
    const { firstToken, tokensPerSecond } = this.#speeds.on(this.#isLocal ? situation.onBattery : null);
    const isCold = this.#isLocal && situation.loaded === false;
    const cachedTokens = isCold ? 0 : situation.cachedTokens;
    const warm = firstToken.predict(Math.max(0, request.promptTokens - cachedTokens));
    const warmMs = warm.firstTokenMs.mean / throttle;
    const load = isCold ? this.#load.estimate : NOTHING;
    const queueMs = predictQueue(situation, this.#service.estimate.mean / throttle);
    const meanMs = queueMs + load.mean + warmMs;
    const output = this.#output.predict(request.kind, request.maxOutputTokens);
    const speed = scale(tokensPerSecond.estimate, throttle);
    const busyMs = load.mean + warmMs + (1_000 * output.outputTokens.mean) / speed.mean;
    return {
      firstTokenMs: {
        mean: meanMs,
        sd: lengthOf(warm.firstTokenMs.sd / throttle, load.sd, queueMs / 2),
        observations: warm.firstTokenMs.observations,
      },
      // The three parts scatter independently; a wait in a queue about as an exponential does.
      firstTokenP95Ms:
        meanMs + lengthOf(warm.p95 / throttle - warmMs, isCold ? this.#load.p95 - load.mean : 0, Z95 * queueMs),
      queueMs,
      loadMs: load.mean,
      tokensPerSecond: speed,
      outputTokens: output.outputTokens,
      costNanoUsd: null,
      costCeilingNanoUsd: null,
      energyJoules: this.#energy(busyMs, situation.localWatts),
      quality: NOTHING,
      success: this.#success.estimateAfter(silentMs),
      outputTokensP95: output.p95,
    };
  }

  /** Of what may change from one hour to the next, what was measured weighs only this share from now on. */
  doubt(share: number): void {
    this.#speeds.distrust(share);
    this.#success.distrust(share);
  }

  /** What was measured weighs only this share from now on. */
  distrust(share: number): void {
    this.#speeds.distrust(share);
    this.#load.distrust(share);
    this.#service.distrust(share);
    this.#success.distrust(share);
    this.#output.distrust(share);
  }

  toState(): EndpointModelState {
    return {
      speeds: this.#speeds.toState(),
      load: this.#load.toState(),
      service: this.#service.toState(),
      success: this.#success.toState(),
      output: this.#output.toState(),
    };
  }

  restore(state: EndpointModelState): void {
    this.#speeds.restore(state.speeds);
    this.#load.restore(state.load);
    this.#service.restore(state.service);
    this.#success.restore(state.success);
    this.#output.restore(state.output);
  }

  /** What the engine says of loading counts more than what was thought to be in memory a while before the call. */
  #wasCold({ wasLoaded, loadMs }: ObservedCall): boolean {
    return loadMs === null ? wasLoaded === false : loadMs >= SHORTEST_LOAD_MS;
  }

  /** A call that ended without content tells at least that the first token takes longer, if it took long. */
  #learnWarm(call: ObservedCall, speed: EndpointSpeed, throttle: number): void {
    const { firstTokenMs, durationMs, promptTokens } = call;
    if (firstTokenMs !== null) {
      if (!call.streamed) return;
      const firstMs = firstTokenMs * throttle;
      speed.firstToken.observe(tokensRead(call, speed, firstMs), firstMs);
    } else if (call.outcome !== 'ok' && durationMs * throttle > speed.firstToken.meanMs(promptTokens)) {
      speed.firstToken.observe(promptTokens, durationMs * throttle);
    }
  }

  #learnCold(call: ObservedCall, speed: EndpointSpeed, throttle: number): void {
    const { promptTokens, firstTokenMs, loadMs } = call;
    if (loadMs !== null) {
      this.#load.observe(loadMs);
      if (call.streamed && firstTokenMs !== null) {
        speed.firstToken.observe(promptTokens, (firstTokenMs - loadMs) * throttle);
      }
      return;
    }
    const reachedMs = call.streamed ? firstTokenMs : call.outcome === 'ok' ? call.durationMs : null;
    if (reachedMs === null) return;
    const writingMs = call.streamed ? 0 : (1_000 * (call.outputTokens ?? 0)) / speed.tokensPerSecond.estimate.mean;
    const restMs = reachedMs - (speed.firstToken.meanMs(promptTokens) + writingMs) / throttle;
    if (restMs > LEAST_LOAD * this.#load.estimate.mean) this.#load.observe(restMs);
    else this.#learnWarm(call, speed, throttle);
  }

  #learnWriting(call: ObservedCall, speed: EndpointSpeed, throttle: number, wasCold: boolean): void {
    const { outputTokens: tokens, firstTokenMs, durationMs } = call;
    if (tokens === null || tokens < LEAST_TOKENS) return;
    if (call.streamed) {
      if (firstTokenMs === null || durationMs <= firstTokenMs) return;
      speed.tokensPerSecond.observe((1_000 * (tokens - 1)) / (durationMs - firstTokenMs) / throttle);
    } else if (!wasCold) {
      const readingMs = speed.firstToken.meanMs(call.promptTokens);
      const ownMs = durationMs * throttle;
      if (ownMs > LEAST_WRITING * readingMs) speed.tokensPerSecond.observe((1_000 * tokens) / (ownMs - readingMs));
    }
  }

  #energy(busyMs: number, watts: number | null): number | null {
    if (!this.#isLocal) return 0;
    return watts === null ? null : (watts * busyMs) / 1_000;
  }
}

/** Where nobody tells what was in the cache: with it or without, whichever explains the time better (in logarithms). */
function tokensRead(
  { promptTokens, maybeCachedTokens = 0 }: ObservedCall,
  speed: EndpointSpeed,
  firstMs: number,
): number {
  const rest = Math.max(0, promptTokens - maybeCachedTokens);
  const { firstToken } = speed;
  return firstMs < Math.sqrt(firstToken.meanMs(promptTokens) * firstToken.meanMs(rest)) ? rest : promptTokens;
}

/** Of a vector. `Math.hypot` takes ten times as long, to be right where squares are beyond all numbers. */
function lengthOf(one: number, two: number, three: number): number {
  const length = Math.sqrt(one * one + two * two + three * three);
  return length < Infinity ? length : Math.hypot(one, two, three);
}

function toThrottle(ratio: number | null): number {
  return ratio === null || Number.isNaN(ratio) ? 1 : Math.max(0.1, Math.min(1, ratio));
}

function scale(estimate: Estimate, factor: number): Estimate {
  if (factor === 1) return estimate;
  return { mean: estimate.mean * factor, sd: estimate.sd * factor, observations: estimate.observations };
}
