import type { Interval } from '../../../../src-shared/jobs.ts';
import { isMeasure, summariseModel, type ModelSummary } from './summarise-model.ts';
import type { ShadowBook } from './shadow-book.ts';

/** Everything that is told of it, but for words. */
export interface ShadowSummary {
  sinceMs: number;
  /** That the cloud answered, of those that were kept. */
  cloudRequests: number;
  judgedRequests: number;
  models: ModelSummary[];
  /** The model that is most surely good; null: none is known. */
  best: ModelSummary | null;
  /** What the best would have saved, by what the kept requests cost in their days. */
  savedPerMonthNanoUsd: Interval | null;
}

const DAY_MS = 24 * 3_600_000;
const DAYS_A_MONTH = 365.25 / 12;

export function summariseShadow(book: ShadowBook, nowMs: number): ShadowSummary {
  const cloud = [...book.seen.values()].filter(({ track }) => track === 'cloud');
  const judged = new Set([...book.pairs].flatMap((pair) => (isJudged(book, pair) ? [pair.requestId] : [])));
  const endpoints = [...new Set([...book.pairs].map(({ endpoint }) => endpoint))].sort();
  const models = endpoints.map((endpoint) => summariseModel(book, endpoint));
  const best = models.reduce<ModelSummary | null>((one, other) => (lowOf(other) > lowOf(one) ? other : one), null);
  const sinceMs = cloud.reduce((first, { atMs }) => Math.min(first, atMs), nowMs);
  return {
    sinceMs,
    cloudRequests: cloud.length,
    judgedRequests: judged.size,
    models,
    best,
    savedPerMonthNanoUsd: savedPerMonth(best, {
      nanoUsd: cloud.filter(isMeasure).reduce((sum, { costNanoUsd }) => sum + (costNanoUsd ?? 0), 0),
      days: Math.max(1, (nowMs - sinceMs) / DAY_MS),
    }),
  };
}

function isJudged(book: ShadowBook, pair: { requestId: string; exact: unknown; judged: readonly unknown[] }): boolean {
  return (pair.exact !== null || pair.judged.length > 0) && isMeasure(book.seenOf(pair.requestId));
}

function lowOf(model: ModelSummary | null): number {
  return model?.quality?.low ?? -1;
}

function savedPerMonth(best: ModelSummary | null, spent: { nanoUsd: number; days: number }): Interval | null {
  const ofMoney = best?.ofMoney ?? null;
  if (ofMoney === null) return null;
  const aMonth = (share: number) => Math.round((share * spent.nanoUsd * DAYS_A_MONTH) / spent.days);
  const { mean, low, high } = ofMoney;
  return { mean: aMonth(mean), low: aMonth(low), high: aMonth(high) };
}
