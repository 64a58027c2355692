import { describe, expect, test } from 'vitest';
import { composeTask } from '../../bench/simulation/compose-task.ts';
import { USUAL_HABITS, reactionOf } from '../../bench/simulation/habits.ts';
import { KNOWN_MODELS } from '../../bench/simulation/known-models.ts';
import { OptimizerRouter } from '../../bench/simulation/optimizer-router.ts';
import type { Router } from '../../bench/simulation/router.ts';
import { Simulation } from '../../bench/simulation/simulation.ts';
import { Site } from '../../bench/simulation/site.ts';
import { StaticRouter } from '../../bench/simulation/static-router.ts';
import { scheduleWeek } from '../../bench/week/week-traffic.ts';
import { at } from '../../bench/week/week-script.ts';
import { createSeededRandom } from '../../src-main/demo/seeded-random.ts';
import { settings as settingsSchema } from '../../src-shared/settings.ts';
import { makeTask } from './make-site.ts';

const KINDS = ['chat', 'code', 'extract', 'write'] as const;
const EVERY_MS = 15_000;

/** Requests of all kinds, one every fifteen seconds. */
function run(count: number, options: { settings?: object; createRouter?: (site: Site) => Router } = {}): Simulation {
  const settings = settingsSchema.parse(options.settings ?? {});
  const site = new Site({ seed: 7, models: KNOWN_MODELS, settings });
  const router = (options.createRouter ?? ((at) => new OptimizerRouter(at)))(site);
  const simulation = new Simulation({ site, router });
  const uniform = createSeededRandom('tasks', 7);
  for (let place = 0; place < count; place++) {
    const task = composeTask({ id: `t${place}`, kind: KINDS[place % KINDS.length] ?? 'chat', app: 'app', uniform });
    site.clock.at(place * EVERY_MS, () => simulation.submit(task));
  }
  site.clock.runUntil(count * EVERY_MS + 600_000);
  router.stop();
  return simulation;
}

const summaryOf = ({ outcomes }: Simulation) =>
  outcomes.map(({ task, ending, costNanoUsd }) => [
    task.id,
    ending.result.answeredBy,
    ending.result.firstTokenMs,
    costNanoUsd,
  ]);

describe('a simulation', () => {
  test('goes the same way every time', () => {
    expect(summaryOf(run(150))).toEqual(summaryOf(run(150)));
  });

  test('ends every request exactly once', () => {
    const { outcomes } = run(200);
    const planned = outcomes.filter(({ isRepeat }) => !isRepeat).map(({ task }) => task.id);
    expect([planned.length, new Set(planned).size]).toEqual([200, 200]);
  });

  test('gives the same luck to whoever sends the same task to the same endpoint', () => {
    const fixed = (ids: readonly string[]) => (site: Site) => new StaticRouter(site, ids);
    const lengths = (simulation: Simulation) =>
      new Map(
        simulation.outcomes.map(({ task, ending }) => [
          task.id,
          [ending.isGood, ending.result.calls.at(-1)?.outputTokens],
        ]),
      );
    const alone = lengths(run(60, { createRouter: fixed(['south/clever']) }));
    const backedUp = lengths(run(60, { createRouter: fixed(['south/clever', 'north/mini']) }));
    for (const id of ['t0', 't7', 't31']) expect(alone.get(id)).toEqual(backedUp.get(id));
  });

  test('keeps to the budget: what is booked is what the calls cost, and nothing is called beyond it', () => {
    const simulation = run(300, {
      settings: { optimizer: { strategy: 'quality_focused' }, budgets: { total: { dayUsd: 0.05 } } },
    });
    const spent = simulation.outcomes.reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0);
    expect(spent).toBeLessThanOrEqual(0.05e9);
    expect(spent).toBeGreaterThan(0.03e9);
    expect(simulation.router instanceof OptimizerRouter && simulation.router.budgets.spentBy('total')).toMatchObject({
      todayNanoUsd: spent,
    });
    const late = simulation.outcomes.slice(-50);
    expect(late.every(({ track }) => track === 'local')).toBe(true);
  });

  test('hides the truth from the router: with quality turned round the first decisions stay as they were', () => {
    const worse = KNOWN_MODELS.map((model) => ({ ...model, skill: -model.skill }));
    const first = [KNOWN_MODELS, worse].map((models) => {
      const site = new Site({ seed: 7, models });
      const router = new OptimizerRouter(site);
      const chosen = router.plan(makeTask()).serving.endpoints.map(({ id }) => id);
      router.stop();
      return chosen;
    });
    expect(first[0]).toEqual(first[1]);
  });
});

test('all routers meet the same week', () => {
  const weeks = [['ollama/middle:8b'], ['south/clever']].map((ids) => {
    const site = new Site({ seed: 3, models: KNOWN_MODELS });
    const simulation = new Simulation({ site, router: new StaticRouter(site, ids) });
    scheduleWeek(simulation);
    site.clock.runUntil(at('Tue', 0));
    const firsts = simulation.outcomes.filter(({ task }) => /^(batch|quick|summary)-|-0$/.test(task.id));
    return new Map(firsts.map(({ task, atMs }) => [task.id, [atMs, task.difficulty, task.promptTokens]]));
  });
  const [one, other] = weeks;
  expect(one?.size).toBeGreaterThan(350);
  for (const [id, task] of one ?? []) if (other?.has(id) === true) expect(other.get(id)).toEqual(task);
});

describe('people', () => {
  const answers = Array.from({ length: 5_000 }, (_, place) =>
    reactionOf(makeTask({ id: `t${place}`, hasPerson: true }), USUAL_HABITS, 1),
  );
  const shareOf = (holds: (reaction: (typeof answers)[number]) => boolean) =>
    answers.filter(holds).length / answers.length;

  test('rate as often as is said, and mostly mean it', () => {
    const ratings = answers.flatMap((reaction) => reaction.rating(true) ?? []);
    expect(ratings.length / answers.length).toBeCloseTo(USUAL_HABITS.rates, 1.7);
    expect(ratings.filter(({ quality }) => quality === 1).length / ratings.length).toBeGreaterThan(0.9);
  });

  test('ask again and leave much oftener when the answer is bad', () => {
    expect(shareOf((reaction) => reaction.asksAgainAfterMs(false) !== null)).toBeCloseTo(0.15, 1.7);
    expect(shareOf((reaction) => reaction.asksAgainAfterMs(true) !== null)).toBeLessThan(0.01);
    expect(shareOf((reaction) => reaction.hangsUpAfterMs(false) !== null)).toBeCloseTo(0.06, 1.7);
  });

  test('do nothing where nobody waits', () => {
    const reaction = reactionOf(makeTask({ hasPerson: false }), USUAL_HABITS, 1);
    expect([reaction.rating(false), reaction.asksAgainAfterMs(false), reaction.hangsUpAfterMs(false)]).toEqual([
      null,
      null,
      null,
    ]);
  });
});
