import type { Settings } from '../../src-shared/settings.ts';
import { DualTrackOptimizer } from '../../src-main/engine/optimizer/dual-track-optimizer.ts';
import type { OpenRequest } from '../../src-main/engine/optimizer/open-request.ts';
import type { Log } from '../../src-main/engine/ports.ts';
import type { Decision } from '../../src-main/engine/routing/decision.ts';
import type { Endpoint } from '../../src-main/engine/routing/endpoint.ts';
import { ThrottleWatch } from '../../src-main/engine/resources/throttle-watch.ts';
import { budgetPace } from '../../src-main/engine/spend/budget-pace.ts';
import { BudgetBook } from '../../src-main/engine/spend/budget-book.ts';
import type { Reservation } from '../../src-main/engine/spend/reservation.ts';
import { createSeededRandom } from '../../src-main/demo/seeded-random.ts';
import type { Router } from './router.ts';
import { ASSUMED_WATTS, type Ending, type ServingPlan } from './simulated-exchange.ts';
import type { SimulatedTask } from './simulated-task.ts';
import type { Site } from './site.ts';

/** A request under way. */
interface Open {
  request: OpenRequest;
  decision: Decision;
  held: { endpointId: string; reservation: Reservation }[];
}

const SILENT: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
/** Shorter answers tell nothing of a speed. */
const TELLING_TOKENS = 16;

/** The real optimizer with the real budgets and the real watch for throttling, as the engine puts them together. */
export class OptimizerRouter implements Router {
  readonly optimizer: DualTrackOptimizer;
  readonly budgets: BudgetBook;
  readonly #site: Site;
  readonly #throttle = new ThrottleWatch();
  readonly #open = new Map<string, Open>();

  /** `spentNanoUsd`: already spent this month when the simulation begins. */
  constructor(site: Site, options: { settings?: Settings; spentNanoUsd?: number; log?: Log } = {}) {
    const { settings = site.settings, spentNanoUsd = 0, log = SILENT } = options;
    const { clock, machine } = site;
    this.#site = site;
    const startMs = clock.nowMs();
    // Today has only begun: what was spent, was spent before.
    const spentSince = (sinceMs: number) => ({ costNanoUsd: sinceMs < startMs ? spentNanoUsd : 0, unknownCosts: 0 });
    const budgets = (this.budgets = new BudgetBook({ settings, clock, spentSince }));
    this.optimizer = new DualTrackOptimizer({
      clock,
      log,
      random: createSeededRandom('optimizer', site.seed),
      settings: () => settings,
      endpoints: () => site.endpoints,
      machine: () => machine.state,
      situationOf: (endpoint) => situationOf(site, endpoint),
      priceCall: (endpoint, usage) => site.priceCall(endpoint, usage),
      outputPriceOf: ({ id }) => site.outputPriceOf(id),
      localWatts: () => ASSUMED_WATTS,
      blocked: ({ id }) => site.lanes.whyBlocked(id),
      overBudget: ({ endpoint, appId, ceilingNanoUsd }) =>
        endpoint.track === 'local'
          ? null
          : budgets.whyRefused({ appId, providerId: endpoint.providerId, costCeilingNanoUsd: ceilingNanoUsd }),
      budgetPace: () => budgetPace(budgets.status(), clock.nowMs()),
      throttledRatio: (endpointId) => this.#throttle.verdict(endpointId, clock.monotonicMs()).ratio,
    });
    this.optimizer.start();
  }

  plan(task: SimulatedTask): ReturnType<Router['plan']> {
    const { request: query, app, pins, promptTokens } = task;
    const needs = { capabilities: query.tools === undefined ? TEXT : TEXT_AND_TOOLS, promptTokens };
    const recommended = this.optimizer.getOptimizationRecommendations(query, { app, pins, needs });
    const { decision, request } = recommended;
    if (request === null) throw new Error('a request that will be made has a handle');
    this.optimizer.recordRequestStart(task.id, recommended);
    const open: Open = { request, decision, held: [] };
    this.#open.set(task.id, open);
    const [first] = decision.candidates;
    const foreseen =
      first === undefined
        ? null
        : {
            endpointId: first.endpoint.id,
            firstTokenMs: first.prediction.firstTokenMs.mean,
            costNanoUsd: first.prediction.costNanoUsd,
            quality: first.prediction.quality.mean,
          };
    return { serving: this.#toServing(open), foreseen, decision };
  }

  ended(task: SimulatedTask, ending: Ending): void {
    const open = this.#open.get(task.id);
    if (open === undefined) return;
    this.#open.delete(task.id);
    settleMoney(open, ending);
    this.#noteSpeeds(ending);
    const { path, result, success, errorType } = ending;
    this.optimizer.complete(open.request, { path, result, success, errorType });
  }

  rated(taskId: string, quality: number): void {
    this.optimizer.giveFeedback({ requestId: taskId, quality });
  }

  stop(): void {
    this.optimizer.stop();
  }

  #toServing(open: Open): ServingPlan {
    const { path, candidates, hedgeAfterMs, warm, limits } = open.decision;
    return {
      path,
      endpoints: candidates.map(({ endpoint }) => endpoint),
      hedgeAfterMs,
      warm,
      limitsMs: limits.map(({ firstContentMs }) => firstContentMs),
      guarded: true,
      admit: (endpoint) => this.#admit(endpoint, open),
    };
  }

  #admit({ id, track, providerId }: Endpoint, { decision, held }: Open): string | null {
    if (track === 'local') return null;
    const prediction = decision.candidates.find(({ endpoint }) => endpoint.id === id)?.prediction;
    const ceilingNanoUsd = prediction?.costCeilingNanoUsd ?? prediction?.costNanoUsd ?? null;
    const reserved = this.budgets.reserve({ appId: null, providerId, ceilingNanoUsd });
    if (!reserved.ok) return reserved.refused;
    held.push({ endpointId: id, reservation: reserved.reservation });
    return null;
  }

  #noteSpeeds({ result }: Ending): void {
    const nowMs = this.#site.clock.monotonicMs();
    const { onBattery } = this.#site.machine.state;
    for (const { endpoint, tokensPerSecond, outputTokens } of result.calls) {
      if (endpoint.track === 'cloud' || tokensPerSecond === null || (outputTokens ?? 0) < TELLING_TOKENS) continue;
      this.#throttle.measure({ endpointId: endpoint.id, tokensPerSecond, nowMs, onBattery });
    }
  }
}

function settleMoney({ held }: Open, { result }: Ending): void {
  for (const { endpointId, reservation } of held) {
    const call = result.calls.find(({ endpoint }) => endpoint.id === endpointId);
    if (call === undefined) reservation.release();
    else reservation.settle(call.costNanoUsd);
  }
}

function situationOf({ lanes, settings }: Site, { id, track }: Endpoint) {
  const queue = lanes.find(id)?.queue;
  const { localConcurrency, cloudConcurrency } = settings.limits;
  const concurrency = track === 'local' ? localConcurrency : cloudConcurrency;
  return { active: queue?.active ?? 0, queued: queue?.waiting ?? 0, concurrency };
}

const TEXT = ['text'] as const;
const TEXT_AND_TOOLS = ['text', 'tools'] as const;
