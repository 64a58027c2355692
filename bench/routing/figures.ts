import type { CurveFigures } from './gain-curve.ts';
import { BUDGETS, LAMBDAS, type TaskResult } from './replay-task.ts';
import { toSpread, type Spread } from './spread.ts';

export type CurveSpread = Record<keyof CurveFigures, Spread>;

export function toCurveSpread(figures: readonly CurveFigures[]): CurveSpread {
  return {
    apgr: toSpread(figures.map(({ apgr }) => apgr)),
    cpt50: toSpread(figures.map(({ cpt50 }) => cpt50)),
    cpt80: toSpread(figures.map(({ cpt80 }) => cpt80)),
  };
}

/** The greatest distance of a realised share from its budget. */
export function farthestShare(results: readonly TaskResult[]): number {
  const distances = results.flatMap(({ points }) =>
    points.map(({ whole }, at) => Math.abs(whole.share - (BUDGETS[at] ?? 0))),
  );
  return Math.max(...distances);
}

export function usPerStep(results: readonly TaskResult[]): number {
  const sum = (of: (result: TaskResult) => number) => results.reduce((total, result) => total + of(result), 0);
  return sum(({ cpuUs }) => cpuUs) / sum(({ steps }) => steps);
}

export interface LambdaRow {
  lambda: number;
  share: number;
  quality: number;
  utility: number;
  /** Utility of the better static policy. */
  staticUtility: number;
}

export function toLambdaRows(results: readonly TaskResult[], fixed: { weak: number; strong: number }): LambdaRow[] {
  return LAMBDAS.map((lambda, at) => {
    const points = results.map(({ points: all }) => all[at]?.whole ?? { share: 0, quality: 0 });
    const share = toSpread(points.map((point) => point.share)).mean;
    const quality = toSpread(points.map((point) => point.quality)).mean;
    const staticUtility = Math.max(fixed.weak, fixed.strong - lambda);
    return { lambda, share, quality, utility: quality - lambda * share, staticUtility };
  });
}
