import type { Options } from './options.ts';
import type { ReplayRow } from './read-set.ts';
import { withoutOddSubjects, type ReplayTask } from './replay-task.ts';

/** Rows beside the main ones are replayed with this many seeds at most: they are for comparison and not judged. */
const MOST_SIDE_SEEDS = 2;

export type PlanPart = 'main' | 'withoutOdd' | 'shadow' | 'full' | 'lambda';

/** One row of the report that is a replay of the learner: a task for each seed. */
export interface PlannedRow {
  part: PlanPart;
  label: string;
  tasks: ReplayTask[];
}

export function planRows(options: Options, rows: readonly ReplayRow[]): PlannedRow[] {
  const seeds = Array.from({ length: options.seeds }, (_, at) => at + 1);
  const sideSeeds = seeds.slice(0, MOST_SIDE_SEEDS);
  const hasOdd = withoutOddSubjects(rows).length < rows.length;
  const budgets = (of: readonly number[], more: Partial<ReplayTask> = {}): ReplayTask[] =>
    of.map((seed) => ({ mode: 'budgets', seed, ...more }));
  return [
    { part: 'main', label: 'learner', tasks: budgets(seeds) },
    { part: 'withoutOdd', label: 'learner, x2', tasks: hasOdd ? budgets(seeds, { withoutOddSubjects: true }) : [] },
    ...options.shadows.map((shadow): PlannedRow => {
      return { part: 'shadow', label: `learner, --shadow ${shadow}`, tasks: budgets(sideSeeds, { extra: { shadow } }) };
    }),
    { part: 'full', label: 'control: full information', tasks: budgets(sideSeeds, { extra: { full: true } }) },
    { part: 'lambda', label: 'λ-sweep', tasks: sideSeeds.map((seed) => ({ mode: 'lambdas', seed })) },
  ];
}
