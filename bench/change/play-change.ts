import { createSeededRandom } from '../../src-main/demo/seeded-random.ts';
import { composeTask } from '../simulation/compose-task.ts';
import { pick } from '../simulation/draws.ts';
import { OptimizerRouter } from '../simulation/optimizer-router.ts';
import { Simulation } from '../simulation/simulation.ts';
import { Site } from '../simulation/site.ts';
import { CHANGED, DIFFICULTY, MODELS, type Scenario } from './scenarios.ts';

/** Requests before the change, while it lasts, and after it. */
export const BEFORE = 300;
export const DURING = 300;
export const AFTER = 300;
/** One after the other: a request has been answered, and mostly rated, before the next one comes. */
const EVERY_MS = 60_000;

/** Who answered each request, in order; endpoint id, or null. */
export type Answers = readonly (string | null)[];

/** Plays one scenario with one seed under the usual settings. */
export function playChange(scenario: Scenario, seed: number): Answers {
  const from = BEFORE * EVERY_MS;
  const to = from + DURING * EVERY_MS;
  const episodes = [{ kind: 'change', endpointId: CHANGED, fromMs: from, toMs: to, ...scenario.change } as const];
  const site = new Site({ seed, models: MODELS, episodes });
  const router = new OptimizerRouter(site);
  const simulation = new Simulation({ site, router, habits: scenario.habits });
  const uniform = createSeededRandom('tasks', seed);
  const answers: (string | null)[] = [];
  for (let number = 0; number < BEFORE + DURING + AFTER; number++) {
    site.clock.runUntil(number * EVERY_MS);
    const kind = pick(scenario.kinds, uniform);
    const task = composeTask({ id: `task-${number}`, kind, app: 'desk', uniform, difficulty: DIFFICULTY });
    answers.push(null);
    simulation.submit(task, ({ ending }) => (answers[number] = ending.result.answeredBy));
  }
  site.clock.runUntil((BEFORE + DURING + AFTER) * EVERY_MS);
  router.stop();
  return answers;
}
