import type { OptimizerStatus } from '../../../src-shared/optimizer.ts';
import { EXPLORATION_LIMITS, ExplorationBudget, parseExplorationTotals } from '../learning/exploration-budget.ts';
import type { Decision, DecisionInput, ExplorationAllowance } from '../routing/decision.ts';
import { bytesToJson, jsonToBytes } from './json-bytes.ts';
import { OldFavourites } from './old-favourites.ts';
import type { RequestResult } from './request-report.ts';
import type { LearnedPart } from './state-saver.ts';
import type { Surroundings } from './surroundings.ts';

const NANO_USD = 1e9;
/** Of the requests that may explore. Enough to notice within a day that something has become better. */
const RATE = 0.02;
/** Of the requests that may explore while an old favourite is overdue: it is looked at about every thirty requests. */
const OVERDUE_RATE = 0.08;
const STATE_VERSION = 1;

/** Decides what may be spent on finding out, and keeps to it. */
export class Explorer {
  readonly #around: Surroundings;
  readonly #favourites = new OldFavourites();
  #budget: ExplorationBudget;
  #madeOf: unknown = null;

  constructor(around: Surroundings) {
    this.#around = around;
    this.#budget = this.#create();
  }

  /** null: this request does not explore, because the person or the request itself does not want it. */
  allowanceFor({ pins, virtual }: DecisionInput): ExplorationAllowance | null {
    const { exploration } = this.#around.settings().optimizer;
    if (!exploration.enabled || virtual === null || pins.importance === 'high' || pins.deadlineMs !== undefined) {
      return null;
    }
    const left = this.#current().left(this.#around.clock.nowMs());
    const { random } = this.#around;
    const overdue = this.#favourites.overdue();
    const allowance: ExplorationAllowance = {
      rate: RATE,
      extraCostNanoUsd: left.nanoUsd,
      extraLatencyMs: left.latencyMs,
      draws: [random(), random()],
    };
    if (overdue !== null) allowance.overdue = { endpointId: overdue, rate: OVERDUE_RATE };
    return allowance;
  }

  /** A decision is followed: what it was predicted to cost more than the best known choice is spent from now on. */
  noteStart(decision: Decision): void {
    const first = decision.candidates[0];
    if (first !== undefined) this.#favourites.note(first.endpoint.id);
    if (!decision.explored) return;
    this.#current().bookExploration({ ...extraOf(decision), nowMs: this.#around.clock.nowMs() });
  }

  /** What is spent and waited anyway: exploring may have a share of it. */
  noteEnd(result: RequestResult): void {
    const nowMs = this.#around.clock.nowMs();
    const costNanoUsd = knownCostOf(result.calls);
    this.#current().bookRequest({ costNanoUsd, latencyMs: result.durationMs, nowMs });
  }

  describe(): OptimizerStatus['exploration'] {
    const totals = this.#current().toState();
    const left = this.#current().left(this.#around.clock.nowMs());
    return {
      enabled: this.#around.settings().optimizer.exploration.enabled,
      spentNanoUsdToday: Math.round(totals.extraNanoUsd),
      allowanceNanoUsdToday: Math.round(totals.extraNanoUsd + left.nanoUsd),
    };
  }

  get state(): LearnedPart {
    return {
      name: 'exploration',
      version: STATE_VERSION,
      pieces: () => [jsonToBytes(this.#budget.toState())],
      restore: (bytes) => {
        const totals = parseExplorationTotals(bytesToJson(bytes));
        if (totals !== null) this.#budget = this.#create(totals);
        return totals !== null;
      },
    };
  }

  /** The budget under the settings of now. */
  #current(): ExplorationBudget {
    if (this.#madeOf !== this.#around.settings().optimizer.exploration) {
      this.#budget = this.#create(this.#budget.toState());
    }
    return this.#budget;
  }

  #create(totals?: ReturnType<ExplorationBudget['toState']>): ExplorationBudget {
    const { exploration } = this.#around.settings().optimizer;
    this.#madeOf = exploration;
    const dailyNanoUsd = exploration.usdPerDay * NANO_USD;
    const limits = {
      ...EXPLORATION_LIMITS,
      dailyNanoUsd,
      seedNanoUsd: Math.min(EXPLORATION_LIMITS.seedNanoUsd, dailyNanoUsd),
      latencyShare: exploration.latencyShare,
      // No share is none: not even a beginning is made.
      seedLatencyMs: exploration.latencyShare === 0 ? 0 : EXPLORATION_LIMITS.seedLatencyMs,
    };
    return new ExplorationBudget(totals === undefined ? { limits } : { limits, totals });
  }
}

/** Of the explored candidate (the first) over the best of the others. */
function extraOf({ candidates }: Decision): { extraNanoUsd: number | null; extraLatencyMs: number | null } {
  const [explored, ...others] = candidates;
  const best = others.reduce<Decision['candidates'][number] | undefined>(
    (found, each) => (found === undefined || each.score > found.score ? each : found),
    undefined,
  );
  if (explored === undefined || best === undefined) return { extraNanoUsd: null, extraLatencyMs: null };
  const cost = explored.prediction.costNanoUsd;
  const otherCost = best.prediction.costNanoUsd;
  return {
    extraNanoUsd: cost === null || otherCost === null ? null : Math.max(0, cost - otherCost),
    extraLatencyMs: Math.max(0, explored.prediction.firstTokenMs.mean - best.prediction.firstTokenMs.mean),
  };
}

function knownCostOf(calls: RequestResult['calls']): number {
  let sum = 0;
  for (const { costNanoUsd } of calls) sum += costNanoUsd ?? 0;
  return sum;
}
