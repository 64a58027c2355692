import type { Outcome } from '../simulation/simulation.ts';
import { ofDay, rank, shareOf } from './week-figures.ts';
import { DAYS, type Day } from './week-script.ts';

/** How far predictions were from what came of them, over requests that the endpoint put first did answer. */
export interface Calibration {
  requests: number;
  /** Median of predicted over actual first token; 1 is right. Streams only. */
  firstTokenRatio: number | null;
  /** Median factor by which it was off, either way; 1 is right. */
  firstTokenFactor: number | null;
  /** Predicted over actual money in all; 1 is right. null: nothing was paid. */
  costRatio: number | null;
  /** Mean predicted probability of a good answer, and the share that was good. */
  qualityPredicted: number;
  qualityTrue: number;
  /** Mean distance of the two within tenths of the prediction (expected calibration error). */
  qualityError: number;
}

export interface DayFigures extends Calibration {
  day: Day;
  localShare: number;
  quality: number;
}

const BINS = 10;

export function toDayFigures(outcomes: readonly Outcome[]): DayFigures[] {
  return DAYS.map((day) => {
    const of = ofDay(outcomes, day);
    const localShare = shareOf(of, ({ track }) => track === 'local');
    return { day, localShare, quality: shareOf(of, ({ ending }) => ending.isGood === true), ...toCalibration(of) };
  });
}

export function toCalibration(outcomes: readonly Outcome[]): Calibration {
  const pairs = outcomes.flatMap((outcome) => toPair(outcome) ?? []);
  const ratios = pairs.flatMap(({ firstTokenRatio }) => firstTokenRatio ?? []);
  const paid = pairs.filter(({ predictedCost }) => predictedCost !== null);
  const actual = sum(paid.map(({ cost }) => cost));
  return {
    requests: pairs.length,
    firstTokenRatio: median(ratios),
    firstTokenFactor: median(ratios.map((ratio) => Math.max(ratio, 1 / ratio))),
    costRatio: actual === 0 ? null : sum(paid.map(({ predictedCost }) => predictedCost ?? 0)) / actual,
    qualityPredicted: pairs.length === 0 ? 0 : sum(pairs.map(({ quality }) => quality)) / pairs.length,
    qualityTrue: shareOf(pairs, ({ isGood }) => isGood),
    qualityError: calibrationError(pairs),
  };
}

interface Pair {
  firstTokenRatio: number | null;
  predictedCost: number | null;
  cost: number;
  quality: number;
  isGood: boolean;
}

/** null: another one answered, or more than one was called; then nothing was predicted of what happened. */
function toPair({ foreseen, ending, costNanoUsd }: Outcome): Pair | null {
  const { result, isGood } = ending;
  if (foreseen === null || isGood === null || result.calls.length !== 1) return null;
  const isTelling = result.stream && result.firstTokenMs !== null && result.firstTokenMs > 0;
  return {
    firstTokenRatio: isTelling ? foreseen.firstTokenMs / (result.firstTokenMs ?? 1) : null,
    predictedCost: foreseen.costNanoUsd,
    cost: costNanoUsd,
    quality: foreseen.quality,
    isGood,
  };
}

function calibrationError(pairs: readonly Pair[]): number {
  let error = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const inIt = pairs.filter(({ quality }) => Math.min(BINS - 1, Math.floor(quality * BINS)) === bin);
    error += Math.abs(sum(inIt.map(({ quality, isGood }) => quality - Number(isGood))));
  }
  return pairs.length === 0 ? 0 : error / pairs.length;
}

function median(values: readonly number[]): number | null {
  return rank(Float64Array.from(values).sort(), 0.5);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
