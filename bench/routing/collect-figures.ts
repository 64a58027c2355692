import { oracleControl, randomControl } from './controls.ts';
import { farthestShare, toCurveSpread, toLambdaRows, usPerStep, type CurveSpread, type LambdaRow } from './figures.ts';
import type { StaticQuality } from './gain-curve.ts';
import { measureSpeed, type SpeedFigures } from './measure-speed.ts';
import { shuffledOrder } from './mulberry32.ts';
import type { Options } from './options.ts';
import { planRows, type PlanPart } from './plan.ts';
import { readSet } from './read-set.ts';
import { staticQuality } from './replay.ts';
import type { TaskResult } from './replay-task.ts';
import { runTasks } from './run-tasks.ts';

/** All that the report shows. */
export interface BenchFigures {
  rows: number;
  fixed: StaticQuality;
  main: CurveSpread;
  secondHalf: CurveSpread;
  /** null for sets without the odd subjects. */
  withoutOdd: CurveSpread | null;
  /** `part`: of the strong-routed prompts whose weak outcome was learned too. */
  shadows: { part: number; label: string; curve: CurveSpread }[];
  full: CurveSpread;
  random: CurveSpread;
  oracle: CurveSpread;
  lambdas: LambdaRow[];
  farthestShare: number;
  usPerDecision: number;
  speed: SpeedFigures;
}

export async function collectFigures(options: Options): Promise<BenchFigures> {
  const rows = readSet({ folder: options.folder, name: options.set });
  const planned = planRows(options, rows);
  const tasks = planned.flatMap((row) => row.tasks);
  const results = await runTasks({ tasks, set: { folder: options.folder, name: options.set } });
  const done = planned.map((row) => ({
    ...row,
    results: row.tasks.flatMap((task) => results[tasks.indexOf(task)] ?? []),
  }));
  const resultsOf = (part: PlanPart) => done.filter((row) => row.part === part).flatMap((row) => row.results);
  const main = resultsOf('main');
  const withoutOdd = resultsOf('withoutOdd');
  const fixed = staticQuality(rows, shuffledOrder(rows.length, 1));
  return {
    rows: rows.length,
    fixed,
    main: spreadOf(main),
    secondHalf: toCurveSpread(main.map(({ secondHalf }) => secondHalf)),
    withoutOdd: withoutOdd.length > 0 ? spreadOf(withoutOdd) : null,
    shadows: done
      .filter((row) => row.part === 'shadow')
      .map(({ label, tasks: [task], results: all }) => ({
        ...{ part: task?.extra?.shadow ?? 0, label },
        curve: spreadOf(all),
      })),
    full: spreadOf(resultsOf('full')),
    random: toCurveSpread(main.flatMap((_, at) => randomControl(rows, at + 1))),
    oracle: toCurveSpread([oracleControl(rows)]),
    lambdas: toLambdaRows(resultsOf('lambda'), fixed),
    farthestShare: farthestShare(done.filter(({ part }) => part !== 'lambda').flatMap((row) => row.results)),
    usPerDecision: usPerStep(main),
    speed: measureSpeed(rows),
  };
}

function spreadOf(results: readonly TaskResult[]): CurveSpread {
  return toCurveSpread(results.map(({ whole }) => whole));
}
