import { isJsonObject } from '../protocols/json.ts';
import { isCount } from '../stats/is-count.ts';

/** How much may be spent on finding out. All amounts are of a rolling day. */
export interface ExplorationLimits {
  /** Never more than this in a day, whatever the share allows. */
  dailyNanoUsd: number;
  /** Share of what is spent anyway, and of the time that is waited anyway. */
  costShare: number;
  latencyShare: number;
  /** Allowed before anything was spent or waited, so that a beginning can be made. */
  seedNanoUsd: number;
  seedLatencyMs: number;
}

export const EXPLORATION_LIMITS: ExplorationLimits = {
  dailyNanoUsd: 100_000_000,
  costShare: 0.05,
  latencyShare: 0.05,
  seedNanoUsd: 10_000_000,
  seedLatencyMs: 30_000,
};

/** How much dearer and slower than the best known choice it is predicted to be; negative: cheaper, faster. null: unknown. */
export interface ExplorationPrice {
  extraNanoUsd: number | null;
  extraLatencyMs: number | null;
}

/** Amounts of a rolling day: yesterday's weigh 1/e of today's. Measures, not a ledger: they become fractions. */
export interface ExplorationTotals {
  atMs: number;
  costNanoUsd: number;
  latencyMs: number;
  extraNanoUsd: number;
  extraLatencyMs: number;
}

const NOTHING: ExplorationTotals = { atMs: 0, costNanoUsd: 0, latencyMs: 0, extraNanoUsd: 0, extraLatencyMs: 0 };
const DAY_MS = 86_400_000;

/** Keeps exploration within a bounded share of money and latency; the allowance comes back as time goes by. */
export class ExplorationBudget {
  readonly #limits: ExplorationLimits;
  readonly #totals: ExplorationTotals;

  constructor(options: { limits?: ExplorationLimits; totals?: ExplorationTotals } = {}) {
    this.#limits = options.limits ?? EXPLORATION_LIMITS;
    this.#totals = { ...(options.totals ?? NOTHING) };
  }

  /** Books a finished request: what shares are shares of. Unknown amounts and such that cannot be true count as nothing. */
  bookRequest(request: { costNanoUsd: number | null; latencyMs: number | null; nowMs: number }): void {
    this.#forget(request.nowMs);
    this.#totals.costNanoUsd += amountOf(request.costNanoUsd);
    this.#totals.latencyMs += amountOf(request.latencyMs);
  }

  /**
   * Why a choice may not be explored, in words; null: it may. What is unknown could cost anything, so it may not.
   * An important request is never explored.
   */
  whyNot(choice: ExplorationPrice & { important: boolean; nowMs: number }): string | null {
    if (choice.important) return 'the request is marked important';
    const { extraNanoUsd, extraLatencyMs } = choice;
    if (extraNanoUsd === null || Number.isNaN(extraNanoUsd)) return 'its extra cost is unknown';
    if (extraLatencyMs === null || Number.isNaN(extraLatencyMs)) return 'its extra latency is unknown';
    this.#forget(choice.nowMs);
    const left = this.#left();
    if (extraNanoUsd > 0 && extraNanoUsd > left.nanoUsd) return "the day's money for exploring is used up";
    if (extraLatencyMs > 0 && extraLatencyMs > left.latencyMs) return "the day's waiting for exploring is used up";
    return null;
  }

  /**
   * Books an exploration that is being made, at its predicted price: what the other choice would have cost is never known.
   * One that is cheaper or faster earns nothing for the next.
   */
  bookExploration(price: ExplorationPrice & { nowMs: number }): void {
    this.#forget(price.nowMs);
    this.#totals.extraNanoUsd += amountOf(price.extraNanoUsd);
    this.#totals.extraLatencyMs += amountOf(price.extraLatencyMs);
  }

  /** What may still be spent now. */
  left(nowMs: number): { nanoUsd: number; latencyMs: number } {
    this.#forget(nowMs);
    return this.#left();
  }

  /** The rolling totals, to be kept and shown; plain JSON. */
  toState(): ExplorationTotals {
    return { ...this.#totals };
  }

  #left(): { nanoUsd: number; latencyMs: number } {
    const { costShare, latencyShare, dailyNanoUsd, seedNanoUsd, seedLatencyMs } = this.#limits;
    const { costNanoUsd, latencyMs, extraNanoUsd, extraLatencyMs } = this.#totals;
    const allowedNanoUsd = Math.min(dailyNanoUsd, seedNanoUsd + costShare * costNanoUsd);
    return {
      nanoUsd: Math.max(0, allowedNanoUsd - extraNanoUsd),
      latencyMs: Math.max(0, seedLatencyMs + latencyShare * latencyMs - extraLatencyMs),
    };
  }

  /** A clock that went back forgets nothing and goes on from there. */
  #forget(nowMs: number): void {
    const totals = this.#totals;
    const kept = nowMs > totals.atMs ? Math.exp((totals.atMs - nowMs) / DAY_MS) : 1;
    totals.atMs = nowMs;
    totals.costNanoUsd *= kept;
    totals.latencyMs *= kept;
    totals.extraNanoUsd *= kept;
    totals.extraLatencyMs *= kept;
  }
}

/** Totals from what `toState` gave; null when they are damaged. */
export function parseExplorationTotals(state: unknown): ExplorationTotals | null {
  if (!isJsonObject(state)) return null;
  const { atMs, costNanoUsd, latencyMs, extraNanoUsd, extraLatencyMs } = state;
  if (!isCount(atMs) || !isCount(costNanoUsd) || !isCount(latencyMs)) return null;
  if (!isCount(extraNanoUsd) || !isCount(extraLatencyMs)) return null;
  return { atMs, costNanoUsd, latencyMs, extraNanoUsd, extraLatencyMs };
}

function amountOf(amount: number | null): number {
  return isCount(amount) ? amount : 0;
}
