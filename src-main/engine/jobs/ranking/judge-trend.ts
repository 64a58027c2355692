import { wilsonInterval, type Estimate } from '../../stats/wilson-interval.ts';
import type { Sketch } from '../../stats/sketch.ts';
import type { ProviderSums } from './provider-sums.ts';

export interface Trend {
  trend: 'improving' | 'steady' | 'degrading';
  /** The figures that show it, as parts of a sentence; empty when it is steady. */
  evidence: string[];
}

/** Fewer calls on either side say nothing. */
const FEWEST_CALLS = 30;
/** Standard deviations: chance alone gives a false alarm in one of a hundred looks. */
const DEVIATIONS = 2.5758293035489;
/** Changes that are certain and smaller than these are not worth telling. */
const LEAST_RATE = 0.01;
const LEAST_RATIO = 1.25;
/** Faster than this is nothing that anybody could tell. */
const SHORTEST_MS = 1;

/**
 * Compares the last days with the ones before: the shares of calls that succeed, and the logarithms of the median times to
 * the first token. Something has changed when the interval of the difference leaves out zero; that is made of the intervals
 * of both sides (Newcombe, Statistics in Medicine 17, 1998, method 10). null: too few calls.
 */
export function judgeTrend(recent: ProviderSums, before: ProviderSums): Trend | null {
  const findings = [compareSuccess(recent, before), compareFirstToken(recent.firstToken, before.firstToken)];
  if (findings.every((each) => each === null)) return null;
  const told = findings.flatMap((each) => (each === null || each === 'same' ? [] : each));
  const worse = told.filter(({ isWorse }) => isWorse);
  const evidence = (worse.length > 0 ? worse : told).map(({ words }) => words);
  return { trend: worse.length > 0 ? 'degrading' : told.length > 0 ? 'improving' : 'steady', evidence };
}

interface Change {
  isWorse: boolean;
  words: string;
}

function compareSuccess(recent: ProviderSums, before: ProviderSums): Change | 'same' | null {
  const [now, then] = [recent, before].map(({ ok, failed }) =>
    ok + failed < FEWEST_CALLS ? null : wilsonInterval(ok, ok + failed, DEVIATIONS),
  );
  if (!now || !then) return null;
  const difference = now.value - then.value;
  if (isUncertain(now, then) || Math.abs(difference) < LEAST_RATE) return 'same';
  return { isWorse: difference < 0, words: `${percent(now.value)} of calls succeed, ${percent(then.value)} before` };
}

function compareFirstToken(recent: Sketch, before: Sketch): Change | 'same' | null {
  const [now, then] = [medianOf(recent), medianOf(before)];
  if (now === null || then === null) return null;
  const ratio = Math.exp(now.value - then.value);
  if (isUncertain(now, then) || (ratio <= LEAST_RATIO && ratio >= 1 / LEAST_RATIO)) return 'same';
  const words = `the first token takes ${seconds(Math.exp(now.value))}, ${seconds(Math.exp(then.value))} before`;
  return { isWorse: ratio > 1, words };
}

/** Logarithm of the median, between those of the order statistics that surely hold it. */
function medianOf(times: Sketch): Estimate | null {
  const ranks = times.count < FEWEST_CALLS ? null : wilsonInterval(times.count / 2, times.count, DEVIATIONS);
  if (ranks === null) return null;
  const at = (rank: number) => Math.log(Math.max(times.quantile(rank) ?? 0, SHORTEST_MS));
  return { value: at(0.5), low: at(ranks.low), high: at(ranks.high) };
}

function isUncertain(now: Estimate, then: Estimate): boolean {
  const difference = now.value - then.value;
  const low = difference - Math.hypot(now.value - now.low, then.high - then.value);
  const high = difference + Math.hypot(now.high - now.value, then.value - then.low);
  return low <= 0 && high >= 0;
}

/** 99.96 % is not called 100 %. */
export function percent(share: number): string {
  return `${share === 1 ? 100 : Math.floor(share * 1000) / 10} %`;
}

export function seconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
