import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { drawBestArm } from '../../../src-main/engine/learning/beta-draws.ts';
import { BetaThompson } from '../../../src-main/engine/learning/beta-thompson.ts';
import { haveFixtures, readFixture } from '../stats/fixtures.ts';
import { seededRandom } from '../stats/mersenne-twister.ts';

/** Chooses an arm at step t (from 0) and is told its reward. */
interface Policy {
  choose(step: number): number;
  learn(arm: number, reward: number): void;
}

function thompson(arms: number, random: () => number, retention = 1): Policy {
  const learner = new BetaThompson({ retention });
  const ids = Array.from({ length: arms }, (_, arm) => `arm ${arm}`);
  return {
    choose: () =>
      drawBestArm(
        ids.map((id) => learner.posterior('any', id)),
        random,
      ),
    learn: (arm, reward) => learner.update({ taskKind: 'any', endpointId: ids[arm] ?? '', reward }),
  };
}

/** Auer, Cesa-Bianchi, Fischer 2002: the yardstick. */
function ucb1(arms: number): Policy {
  const pulls = new Array<number>(arms).fill(0);
  const sums = new Array<number>(arms).fill(0);
  return {
    choose: (step) => {
      if (step < arms) return step;
      const index = pulls.map((n, arm) => ucb1Index({ mean: (sums[arm] ?? 0) / n, pulls: n, step }));
      return index.indexOf(Math.max(...index));
    },
    learn: (arm, reward) => {
      pulls[arm] = (pulls[arm] ?? 0) + 1;
      sums[arm] = (sums[arm] ?? 0) + reward;
    },
  };
}

function ucb1Index({ mean, pulls, step }: { mean: number; pulls: number; step: number }): number {
  return mean + Math.sqrt((2 * Math.log(step)) / pulls);
}

interface Run {
  /** Expected reward that was missed, in all and since half-time. */
  regret: number;
  lateRegret: number;
  pulls: number[];
}

/** Success rates may depend on the step. */
function play(policy: Policy, steps: number, random: () => number, ratesAt: (step: number) => readonly number[]): Run {
  const run: Run = { regret: 0, lateRegret: 0, pulls: ratesAt(0).map(() => 0) };
  for (let step = 0; step < steps; step += 1) {
    const rates = ratesAt(step);
    const arm = policy.choose(step);
    const rate = rates[arm] ?? 0;
    policy.learn(arm, random() < rate ? 1 : 0);
    run.pulls[arm] = (run.pulls[arm] ?? 0) + 1;
    const missed = Math.max(...rates) - rate;
    run.regret += missed;
    if (step >= steps / 2) run.lateRegret += missed;
  }
  return run;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const STEPS = 10_000;
const RUNS = 16;
const SETS: readonly { name: string; arms: readonly number[] }[] = [
  { name: '2arm_.20_.25', arms: [0.2, 0.25] },
  { name: 'kaufmann10', arms: [0.1, 0.05, 0.05, 0.05, 0.02, 0.02, 0.02, 0.01, 0.01, 0.01] },
  { name: 'chapelle_li_K10_eps.1', arms: [0.5, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4] },
];

describe.each(SETS)('Thompson sampling on $name', ({ name, arms }) => {
  const best = arms.indexOf(Math.max(...arms));
  const random = seededRandom(2026);
  const runs = Array.from({ length: RUNS }, () => play(thompson(arms.length, random), STEPS, random, () => arms));
  const regret = meanOf(runs.map((run) => run.regret));

  test('misses less than half of what UCB1 misses', () => {
    const yardstick = Array.from({ length: 4 }, () => play(ucb1(arms.length), STEPS, random, () => arms).regret);
    expect(regret).toBeLessThan(0.5 * meanOf(yardstick));
  });

  test('uses the best arm most', () => {
    for (const { pulls } of runs) expect(pulls.indexOf(Math.max(...pulls))).toBe(best);
  });

  test.skipIf(!haveFixtures)('misses what an independent simulation misses, within four standard errors', () => {
    const { expected } = readFixture('SIM_bandit_regret', z.object({ expected: z.record(z.string(), z.unknown()) }));
    const series = z.object({ 10000: z.tuple([z.number(), z.number()]).rest(z.number()) });
    const [mean, error] = series.parse(expected[`${name}|ts`])['10000'];
    // The error there is of 300 runs.
    expect(Math.abs(regret - mean)).toBeLessThan(4 * error * Math.sqrt(300 / RUNS + 1));
  });
});

describe('the yardsticks', () => {
  test.skipIf(!haveFixtures)('the index of UCB1 is the published one', () => {
    const numbers = z.array(z.number());
    const { inputs, expected } = readFixture(
      'ucb1_index',
      z.object({ inputs: z.object({ mean: numbers, n: numbers, t: z.number() }), expected: numbers }),
    );
    inputs.mean.forEach((mean, arm) => {
      expect(ucb1Index({ mean, pulls: inputs.n[arm] ?? NaN, step: inputs.t })).toBeCloseTo(expected[arm] ?? NaN, 12);
    });
  });
});

describe('forgetting', () => {
  const before = [0.7, 0.5, 0.5];
  const after = [0.3, 0.5, 0.7];
  const lateRegretWith = (retention: number) =>
    meanOf(
      Array.from({ length: 12 }, (_, seed) => {
        const random = seededRandom(seed);
        const policy = thompson(before.length, random, retention);
        return play(policy, 4000, random, (step) => (step < 2000 ? before : after)).lateRegret;
      }),
    );

  test('finds the new best arm after a change, with less than half the loss of never forgetting', () => {
    expect(lateRegretWith(0.998)).toBeLessThan(0.5 * lateRegretWith(1));
  });
});

describe('plain means of what a bandit logged', () => {
  test.skipIf(!haveFixtures)('are biased downwards, which is why propensities are logged', () => {
    const { expected } = readFixture(
      'SIM_ts_data_bias',
      z.object({ expected: z.object({ mean_bias_avg: z.number(), bias_less_pulled: z.number() }) }),
    );
    const biases = Array.from({ length: 200 }, (_, seed) => {
      const random = seededRandom(seed);
      const policy = thompson(2, random);
      const sums = [0, 0];
      const record: Policy = {
        choose: (step) => policy.choose(step),
        learn: (arm, reward) => {
          sums[arm] = (sums[arm] ?? 0) + reward;
          policy.learn(arm, reward);
        },
      };
      const { pulls } = play(record, 2000, random, () => [0.3, 0.3]);
      const bias = pulls.map((n, arm) => (n === 0 ? 0 : (sums[arm] ?? 0) / n - 0.3));
      return { average: meanOf(bias), lessPulled: bias[pulls.indexOf(Math.min(...pulls))] ?? 0 };
    });
    const average = meanOf(biases.map((bias) => bias.average));
    expect(average).toBeLessThan(-0.002);
    expect(Math.abs(average - expected.mean_bias_avg)).toBeLessThan(0.01);
    expect(Math.abs(meanOf(biases.map((bias) => bias.lessPulled)) - expected.bias_less_pulled)).toBeLessThan(0.01);
  });
});
