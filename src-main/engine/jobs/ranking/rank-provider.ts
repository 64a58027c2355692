import type { RankedProvider } from '../../../../src-shared/jobs.ts';
import { formatNanoUsd } from '../../spend/dollars.ts';
import { wilsonInterval } from '../../stats/wilson-interval.ts';
import { judgeTrend, percent, seconds, type Trend } from './judge-trend.ts';
import { addSums, noSums, type ProviderSums } from './provider-sums.ts';

/** Fewer calls are no basis for a score. */
const FEWEST_CALLS = 10;

/** Tokens a second from which on faster does not count as better: several times the speed of reading. */
const FAST_ENOUGH = 40;
/** A cent for a thousand tokens halves what is given for the price. */
const HALF_PRICE_NANO_USD = 10_000_000;

/** What each part weighs; parts that nobody knows are left out, and the others weigh the more. */
const WEIGHTS = { success: 0.5, firstToken: 0.2, speed: 0.1, price: 0.2 } as const;

/** `recent`: the last days, which are compared with those `before`; the score is of both. */
export interface ProviderHistory {
  providerId: string;
  name: string;
  recent: ProviderSums;
  before: ProviderSums;
  /** Until the first token; what is faster does not count as better. */
  targetMs: number;
}

/**
 * How a provider does. The score is 100 × the weighted mean of what is known of four parts, each in [0, 1]:
 * success (0.5): the lower end of Wilson's 95 % interval, so that two calls that went well do not beat two thousand;
 * first token (0.2): min(1, target / median); speed (0.1): min(1, tokens a second / 40);
 * price (0.2): 2^(-dollars for a thousand tokens / 0.01). null with fewer than ten calls.
 */
export function rankProvider(history: ProviderHistory): RankedProvider {
  const sums = noSums();
  addSums(sums, history.before);
  addSums(sums, history.recent);
  const requests = sums.ok + sums.failed;
  const success = wilsonInterval(sums.ok, requests);
  const figures = {
    successRate: success?.value ?? null,
    firstTokenMs: sums.firstToken.quantile(0.5),
    tokensPerSecond: sums.streamedMs > 0 ? (sums.streamedTokens / sums.streamedMs) * 1000 : null,
    nanoUsdPer1000Tokens: sums.pricedTokens > 0 ? (sums.costNanoUsd / sums.pricedTokens) * 1000 : null,
  };
  const trend = judgeTrend(history.recent, history.before);
  return {
    providerId: history.providerId,
    score: requests < FEWEST_CALLS ? null : scoreOf(figures, success?.low ?? null, history.targetMs),
    requests,
    ...figures,
    trend: trend?.trend ?? null,
    sentence: toSentence({ name: history.name, requests, ...figures, trend, surely: success?.low ?? null }),
  };
}

/** Best first; those without a score last, by the number of calls. */
export function byRank(one: RankedProvider, other: RankedProvider): number {
  return (other.score ?? -1) - (one.score ?? -1) || other.requests - one.requests;
}

type Figures = Pick<RankedProvider, 'successRate' | 'firstTokenMs' | 'tokensPerSecond' | 'nanoUsdPer1000Tokens'>;

function scoreOf(figures: Figures, surely: number | null, targetMs: number): number | null {
  const { firstTokenMs, tokensPerSecond, nanoUsdPer1000Tokens: price } = figures;
  const parts: readonly (readonly [weight: number, part: number | null])[] = [
    [WEIGHTS.success, surely],
    [WEIGHTS.firstToken, firstTokenMs === null ? null : Math.min(1, targetMs / Math.max(firstTokenMs, 1))],
    [WEIGHTS.speed, tokensPerSecond === null ? null : Math.min(1, tokensPerSecond / FAST_ENOUGH)],
    [WEIGHTS.price, price === null ? null : 2 ** (-price / HALF_PRICE_NANO_USD)],
  ];
  const known = parts.flatMap(([weight, part]) => (part === null ? [] : [{ weight, part }]));
  const weights = known.reduce((sum, { weight }) => sum + weight, 0);
  if (weights === 0) return null;
  return (known.reduce((sum, { weight, part }) => sum + weight * part, 0) / weights) * 100;
}

function toSentence(
  facts: Figures & { name: string; requests: number; trend: Trend | null; surely: number | null },
): string {
  const { name, requests, successRate, surely, firstTokenMs, tokensPerSecond, nanoUsdPer1000Tokens, trend } = facts;
  if (successRate === null || surely === null) return `${name} was not asked in the last weeks.`;
  const calls = requests === 1 ? '1 call' : `${requests.toLocaleString('en')} calls`;
  const known = [
    `${percent(successRate)} of ${calls} went well (surely more than ${percent(surely)})`,
    ...(firstTokenMs === null ? [] : [`first token after ${seconds(firstTokenMs)}`]),
    ...(tokensPerSecond === null ? [] : [`${Math.round(tokensPerSecond)} tokens a second`]),
    ...(nanoUsdPer1000Tokens === null ? [] : [priceInWords(nanoUsdPer1000Tokens)]),
  ];
  const all = `${name}: ${known.join(', ')}.`;
  if (requests < FEWEST_CALLS) return `${all} That is too little for a score.`;
  if (trend === null || trend.trend === 'steady') return all;
  return `${all} It is ${trend.trend}: in the last days ${trend.evidence.join(', and ')}.`;
}

function priceInWords(nanoUsd: number): string {
  return nanoUsd === 0 ? 'free of charge' : `${formatNanoUsd(Math.round(nanoUsd))} for 1,000 tokens`;
}
