import type { AdaptationView, OptimizerStatus } from '../../../src-shared/optimizer.ts';
import { decide } from '../routing/decide.ts';
import type { Decision, DecisionPolicy } from '../routing/decision.ts';
import type { Endpoint } from '../routing/endpoint.ts';
import type { MachineState } from '../routing/machine-state.ts';
import type { RequestProfile } from '../routing/request-profile.ts';
import type { DecisionRecord, Path } from '../store/records.ts';
import { AdaptiveOptimizer } from './adaptive-optimizer.ts';
import { buildPolicy } from './build-policy.ts';
import { toDecisionRecord } from './decision-record.ts';
import { toEvidence } from './evidence.ts';
import { describeOptimizer } from './describe-optimizer.ts';
import { OptimizerGuard } from './guard.ts';
import { createMemory, noteEnd, noteStart, recallMemory } from './memory.ts';
import type { Ending, KeptState, OptimizerMemory } from './memory.ts';
import type { MeasuredSpeed } from './measured-speeds.ts';
import type { OpenRequest } from './open-request.ts';
import type { ReadRequest } from './request-reader.ts';
import type { CallReport, OptimizerQuery, RequestContext, RequestResult } from './request-report.ts';
import { rewardOfRequest } from './reward-of-request.ts';
import { safeDecision } from './safe-decision.ts';
import type { ShadowLesson } from './shadow-lesson.ts';
import { steerDecision } from './steer-decision.ts';
import type { Learned } from './teacher.ts';
import { toDecisionInput } from './to-decision-input.ts';
import { toSurroundings, type GivenSurroundings, type Surroundings } from './surroundings.ts';

/** A decision, and the handle by which its outcome is told. */
export interface Recommendation {
  decision: Decision;
  profile: RequestProfile;
  /** null for a dry run. */
  request: OpenRequest | null;
}

/**
 * Chooses for every request between the endpoints of both tracks, and learns from how it went. Usable alone: it needs a
 * clock, randomness and a list of endpoints, and takes everything else as unknown. The order of calls is
 * `getOptimizationRecommendations` before a request, `recordRequestStart` when it goes out, `recordRequestCompletion`
 * when it is over, and `giveFeedback` at any time later. Nothing here waits for anything, and nothing throws.
 */
export class DualTrackOptimizer {
  readonly #around: Surroundings;
  readonly #guard: OptimizerGuard;
  readonly #adaptive: AdaptiveOptimizer;
  #memory: OptimizerMemory;
  #isStarted = false;
  #cpuOnly: boolean | null = null;
  #policy: DecisionPolicy | null = null;
  #nextObservationMs = -Infinity;
  #policyMadeOf: { settings: unknown; machine: MachineState } | null = null;

  constructor(given: GivenSurroundings) {
    const around = (this.#around = toSurroundings(given));
    const { clock, log } = around;
    this.#guard = new OptimizerGuard({ clock, log });
    this.#memory = createMemory(around, this.#guard);
    this.#adaptive = new AdaptiveOptimizer({
      clock,
      log,
      settings: around.settings,
      evidence: () => ({
        metrics: this.#memory.metrics.read(),
        machine: around.machine(),
        budgetPace: around.budgetPace(),
      }),
    });
    this.#adaptive.onAdapted(() => (this.#policy = null));
  }

  /** Takes over what was learned before, and starts adapting. */
  start(): void {
    this.#isStarted = true;
    this.#memory.saver.restore();
    this.#memory.saver.start();
    this.#adaptive.start();
  }

  /** Learns what still waits, keeps it, and leaves no timer behind. */
  stop(): void {
    this.#isStarted = false;
    this.#adaptive.stop();
    this.#memory.teacher.flush();
    this.#memory.saver.stop();
  }

  /** Knows nothing any more, as at the very beginning; what was kept is for its keeper to remove. */
  forget(): void {
    this.#replaceMemory(createMemory(this.#around, this.#guard));
    this.#adaptive.forget();
  }

  /** What stands in the way of taking over these states, in sentences; none: they can be. */
  checkStates(states: readonly KeptState[]): string[] {
    return recallMemory(this.#around, this.#guard, states).saver.problems();
  }

  /** Knows from now on what these states say, and nothing else. Those that cannot be read are as if they were not there. */
  takeOver(states: readonly KeptState[]): void {
    this.#replaceMemory(recallMemory(this.#around, this.#guard, states));
    this.#memory.saver.touch();
  }

  /** The decision for one request, in well under a millisecond. Always one: when all else fails, the plain order. */
  getOptimizationRecommendations(query: OptimizerQuery, context: RequestContext = {}): Recommendation {
    const read = this.#read(query, context);
    const policy = this.#currentPolicy();
    const safe = () =>
      safeDecision(toDecisionInput({ around: this.#around, read, context, policy }), this.#around.outputPriceOf);
    const decision = this.#around.settings().optimizer.enabled
      ? this.#guard.run('decision', () => this.#decide(read, context, policy), safe)
      : safe();
    const request = context.dryRun === true ? null : this.#memory.reader.open(read, context, decision);
    return { decision, profile: read.profile, request };
  }

  /** A request goes out. `query` may be what `getOptimizationRecommendations` gave: then nothing is read twice. */
  recordRequestStart(requestId: string, query: OptimizerQuery | Recommendation, context: RequestContext = {}): void {
    const request = isRecommendation(query)
      ? query.request
      : this.getOptimizationRecommendations(query, { ...context, requestId }).request;
    if (request === null) return;
    request.id = requestId;
    this.#guard.run('start', () => noteStart(this.#memory, request, { byId: true }), NOTHING);
  }

  /** The same for a caller that keeps its handle. Of a flood of requests not every one is remembered for feedback. */
  begin({ request }: Recommendation): void {
    if (request !== null) this.#guard.run('start', () => noteStart(this.#memory, request, { byId: false }), NOTHING);
  }

  /** A request is over. Unknown ids are ignored: they were started too long ago, or by nobody; so is a second ending. */
  recordRequestCompletion(
    requestId: string,
    path: Path | null,
    result: RequestResult,
    success: boolean,
    errorType: string | null = null,
  ): DecisionRecord | null {
    const request = this.#memory.teacher.find(requestId);
    return request === null ? null : this.complete(request, { path, result, success, errorType });
  }

  /** The same for a caller that kept its handle. Gives what the record of the request shall hold; null the second time. */
  complete(request: OpenRequest, ending: Ending & { errorType: string | null }): DecisionRecord | null {
    const { result, success, errorType } = ending;
    const { decision } = request;
    if (decision === null) return null;
    const evidence = toEvidence(result, success, errorType);
    const reward = rewardOfRequest({ result, success, evidence, constraints: this.#currentPolicy().constraints });
    this.#guard.run(
      'completion',
      () => noteEnd(this.#memory, request, { ...ending, evidence, strategy: decision.strategy }),
      NOTHING,
    );
    return toDecisionRecord(decision, {
      answeredBy: result.answeredBy,
      reward,
      signal: evidence?.signal ?? null,
    });
  }

  /**
   * Predictions learn from requests that nobody asked us to route, too; of a flood of them fifty a second tell enough, and
   * only those are asked for.
   */
  observeCalls(calls: () => readonly CallReport[]): void {
    const nowMs = this.#around.clock.monotonicMs();
    if (nowMs < this.#nextObservationMs) return;
    this.#nextObservationMs = nowMs + OBSERVE_EVERY_MS;
    this.#guard.run(
      'observation',
      () => calls().forEach((call) => this.#memory.forecaster.observe(call, null)),
      NOTHING,
    );
    this.#memory.saver.touch();
  }

  /**
   * What somebody said of an answer, 0 to 1. Learned for its kind of prompt while the request is remembered (the last
   * thousand), later only for the endpoint as a whole, if `answeredBy` says which.
   */
  giveFeedback(feedback: { requestId: string; quality: number; answeredBy?: string | null }): Learned {
    return this.#memory.teacher.takeFeedback(feedback);
  }

  /** What background work found of past answers, each once and in the order of their places. False: not now. */
  learnShadow(lesson: ShadowLesson): boolean {
    return this.#guard.run(
      'shadow',
      () => this.#memory.teacher.takeShadow(lesson),
      () => false,
    );
  }

  /** All of these up to that place are learned and will be kept together with what they taught. */
  get shadowLearnedUntil(): number {
    return this.#memory.teacher.shadowMark;
  }

  /** What was measured of local models takes the place of what was guessed of them. */
  adoptMeasured(measured: readonly MeasuredSpeed[]): void {
    this.#guard.run('measurements', () => this.#memory.forecaster.adoptMeasured(measured), NOTHING);
  }

  /** The measurement that predictions of an endpoint start from now; null: none. */
  measuredOf(endpointId: string): MeasuredSpeed | null {
    return this.#memory.forecaster.measuredOf(endpointId);
  }

  /** Whether a graphics card helps local models; null, as at the start: unknown. */
  setCpuOnly(cpuOnly: boolean | null): void {
    this.#cpuOnly = cpuOnly;
    this.#memory.forecaster.setCpuOnly(cpuOnly);
  }

  /** Learns at once what waits to be learned, instead of a moment later. */
  learnNow(): void {
    this.#memory.teacher.flush();
  }

  /** After sleep every measurement is distrusted until renewed. */
  distrust(): void {
    this.#guard.run('distrust', () => this.#memory.forecaster.distrust(), NOTHING);
    this.#memory.reader.conversations.coolDown();
  }

  /** Settings have changed: most are read when they are needed, and of the others this tells. */
  followSettings(): void {
    this.#adaptive.followSettings();
  }

  /** Called with each adaptation. Returns the way to end that. */
  onAdapted(listener: (adaptation: AdaptationView) => void): () => void {
    return this.#adaptive.onAdapted(listener);
  }

  /** The rules and wishes in force; the same object until something changes. */
  get policy(): DecisionPolicy {
    return this.#currentPolicy();
  }

  getOptimizationStatus(): OptimizerStatus {
    return describeOptimizer({
      around: this.#around,
      guard: this.#guard,
      adaptive: this.#adaptive,
      memory: this.#memory,
    });
  }

  #replaceMemory(memory: OptimizerMemory): void {
    this.#memory.saver.abandon();
    this.#memory = memory;
    memory.forecaster.setCpuOnly(this.#cpuOnly);
    if (this.#isStarted) memory.saver.start();
    this.#policy = null;
  }

  /** Goes on while the rest is suspended: conversations are remembered by it. */
  #read(query: OptimizerQuery, context: RequestContext): ReadRequest {
    try {
      const read = this.#memory.reader.read(query, context);
      this.#guard.succeeded('reading');
      return read;
    } catch (error) {
      this.#guard.failed('reading', error);
      return this.#memory.reader.readPlainly(query, context);
    }
  }

  #decide(read: ReadRequest, context: RequestContext, policy: DecisionPolicy): Decision {
    const predict = (endpoint: Endpoint) => this.#memory.forecaster.predict(endpoint, read);
    const input = toDecisionInput({ around: this.#around, read, context, policy, predict });
    if (context.dryRun === true) return decide(input);
    input.exploration = this.#memory.explorer.allowanceFor(input);
    const decision = decide(input);
    // A conversation stays where it is, and a stuck one goes where it must.
    if (decision.escalated || input.conversation !== null) return decision;
    const { cloudShare } = this.#around.settings().optimizer;
    const track = this.#memory.forecaster.steerToShare(decision.candidates, read.features);
    return track === null || cloudShare === null ? decision : steerDecision(decision, { track, cloudShare });
  }

  /** The same object until settings, preferences or the machine change. */
  #currentPolicy(): DecisionPolicy {
    const settings = this.#around.settings();
    const machine = this.#around.machine();
    const madeOf = this.#policyMadeOf;
    if (this.#policy !== null && madeOf?.settings === settings && madeOf.machine === machine) return this.#policy;
    this.#policyMadeOf = { settings, machine };
    const { actsAs, preferences, pressureFactor } = this.#adaptive;
    return (this.#policy = buildPolicy({ settings, actsAs, preferences, pressureFactor, machine }));
  }
}

const OBSERVE_EVERY_MS = 20;
const NOTHING = () => undefined;

function isRecommendation(query: OptimizerQuery | Recommendation): query is Recommendation {
  return typeof query === 'object' && 'decision' in query;
}
