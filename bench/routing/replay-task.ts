import type { RoutingTarget } from '../../src-main/engine/learning/quality-router.ts';
import { toCurveFigures, type CurveFigures } from './gain-curve.ts';
import { shuffledOrder } from './mulberry32.ts';
import type { ReplayRow } from './read-set.ts';
import { replay, staticQuality, type ExtraLearning, type ReplayResult } from './replay.ts';

export const BUDGETS: readonly number[] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
// prettier-ignore
export const LAMBDAS: readonly number[] = [
  -0.3, -0.15, -0.05, 0, 0.025, 0.05, 0.075, 0.1, 0.125, 0.15, 0.175, 0.2, 0.25, 0.3, 0.4, 0.55,
];

/** Two subjects of the mmlu set whose outcomes are odd; the set is replayed without them too. */
const ODD_SUBJECTS: ReadonlySet<string | undefined> = new Set(['moral_scenarios', 'high_school_mathematics']);

/** One seed of one row of the report. */
export interface ReplayTask {
  mode: 'budgets' | 'lambdas';
  seed: number;
  withoutOddSubjects?: boolean;
  extra?: ExtraLearning;
}

export interface TaskResult {
  whole: CurveFigures;
  secondHalf: CurveFigures;
  /** In the order of BUDGETS or LAMBDAS. */
  points: ReplayResult[];
  steps: number;
  /** CPU time of the thread that replayed. */
  cpuUs: number;
}

export function withoutOddSubjects(rows: readonly ReplayRow[]): ReplayRow[] {
  return rows.filter(({ category }) => !ODD_SUBJECTS.has(category));
}

export function runTask(task: ReplayTask, all: readonly ReplayRow[]): TaskResult {
  const rows = task.withoutOddSubjects === true ? withoutOddSubjects(all) : all;
  const order = shuffledOrder(rows.length, task.seed);
  const before = process.threadCpuUsage();
  const points = targetsOf(task.mode).map((target, at) =>
    replay({ rows, order, target, seed: task.seed * 1000 + at, ...(task.extra ? { extra: task.extra } : {}) }),
  );
  const used = process.threadCpuUsage(before);
  return {
    whole: toCurveFigures(
      points.map(({ whole }) => whole),
      staticQuality(rows, order),
    ),
    secondHalf: toCurveFigures(
      points.map(({ secondHalf }) => secondHalf),
      staticQuality(rows, order, rows.length >> 1),
    ),
    points,
    steps: rows.length * points.length,
    cpuUs: used.user + used.system,
  };
}

function targetsOf(mode: ReplayTask['mode']): RoutingTarget[] {
  if (mode === 'budgets') return BUDGETS.map((share) => ({ kind: 'share', share }));
  return LAMBDAS.map((lambda) => ({ kind: 'lambda', lambda }));
}
