import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { toPrior } from '../../../src-main/engine/learning/beta-posterior.ts';
import { BetaThompson } from '../../../src-main/engine/learning/beta-thompson.ts';
import { haveFixtures, readFixture } from '../stats/fixtures.ts';
import { seededRandom } from '../stats/mersenne-twister.ts';

const KIND = 'code';

function learn(learner: BetaThompson, rewards: Readonly<Record<string, readonly number[]>>): void {
  for (const [endpointId, each] of Object.entries(rewards)) {
    for (const reward of each) learner.update({ taskKind: KIND, endpointId, reward });
  }
}

describe('what is believed of an endpoint', () => {
  test('is nothing at first', () => {
    expect(new BetaThompson().posterior(KIND, 'a')).toEqual({ alpha: 1, beta: 1 });
  });

  test('grows by fractions of a success', () => {
    const learner = new BetaThompson({ retention: 1 });
    learn(learner, { a: [1, 0.75, 0] });
    expect(learner.posterior(KIND, 'a')).toEqual({ alpha: 2.75, beta: 2.25 });
  });

  test.skipIf(!haveFixtures)('is discounted at each reward, its prior is not (Raj & Kalyani 2017)', () => {
    const { inputs, expected } = readFixture(
      'discounted_ts_update',
      z.object({
        inputs: z.object({ gamma: z.number(), rewards: z.array(z.number()) }),
        expected: z.object({ alpha: z.number(), beta: z.number() }),
      }),
    );
    const learner = new BetaThompson({ retention: inputs.gamma });
    learn(learner, { a: inputs.rewards });
    const { alpha, beta } = learner.posterior(KIND, 'a');
    expect(alpha).toBeCloseTo(expected.alpha, 12);
    expect(beta).toBeCloseTo(expected.beta, 12);
  });

  test('fades while others of its kind are used, and only then', () => {
    const learner = new BetaThompson({ retention: 0.9 });
    learn(learner, { a: [1, 1, 1] });
    const before = learner.posterior(KIND, 'a').alpha;
    learner.update({ taskKind: 'prose', endpointId: 'b', reward: 1 });
    expect(learner.posterior(KIND, 'a').alpha).toBe(before);
    learner.update({ taskKind: KIND, endpointId: 'b', reward: 1 });
    expect(learner.posterior(KIND, 'a').alpha).toBeCloseTo(1 + (before - 1) * 0.9, 12);
  });

  test('begins with the prior it was given', () => {
    const learner = new BetaThompson({ priorOf: (_, id) => toPrior({ mean: id === 'good' ? 0.75 : 0.5, count: 20 }) });
    expect(learner.posterior(KIND, 'good')).toEqual({ alpha: 16, beta: 6 });
  });

  test.each([NaN, -0.1, 1.1, Infinity])('is not moved by a reward of %s', (reward) => {
    const learner = new BetaThompson();
    expect(learner.update({ taskKind: KIND, endpointId: 'a', reward })).toBe(false);
    expect(learner.posterior(KIND, 'a')).toEqual({ alpha: 1, beta: 1 });
  });
});

describe('a Thompson choice', () => {
  const known = new BetaThompson();
  learn(known, { good: new Array<number>(60).fill(1), bad: new Array<number>(60).fill(0) });

  test('is made among the endpoints that were asked about, and none of none', () => {
    const random = seededRandom(1);
    const question = { taskKind: KIND, endpointIds: ['x'], explore: true };
    expect(known.choose(question, random)).toEqual({ endpointId: 'x', probabilities: [1], propensity: 1 });
    expect(known.choose({ ...question, endpointIds: [] }, random)).toBeNull();
    expect(known.choose({ ...question, endpointIds: [], explore: false }, random)).toBeNull();
  });

  test('tries even a bad endpoint in two of a hundred cases', () => {
    const [good, bad] = known.probabilities({ taskKind: KIND, endpointIds: ['good', 'bad'], explore: true });
    expect(bad).toBeCloseTo(0.02, 6);
    expect(good).toBeCloseTo(0.98, 6);
  });

  test('with many endpoints tries bad ones not more than one time in ten altogether', () => {
    const endpointIds = ['good', ...Array.from({ length: 39 }, (_, index) => `bad${index}`)];
    const learner = new BetaThompson({
      priorOf: (_, id) => (id === 'good' ? toPrior({ mean: 1, count: 20 }) : toPrior({ mean: 0, count: 20 })),
    });
    learn(learner, { good: new Array<number>(100).fill(1) });
    const [good] = learner.probabilities({ taskKind: KIND, endpointIds, explore: true });
    expect(good).toBeGreaterThan(0.9);
  });

  test('for an important request is the best by what is known', () => {
    const random = seededRandom(3);
    const question = { taskKind: KIND, endpointIds: ['bad', 'good'], explore: false };
    for (let draw = 0; draw < 200; draw += 1) {
      expect(known.choose(question, random)).toEqual({ endpointId: 'good', probabilities: [0, 1], propensity: 1 });
    }
  });

  test('among equals does not prefer the first', () => {
    const random = seededRandom(4);
    const question = { taskKind: 'never seen', endpointIds: ['a', 'b'], explore: false };
    const chosen = Array.from({ length: 400 }, () => known.choose(question, random)?.endpointId);
    expect(chosen.filter((id) => id === 'a').length).toBeGreaterThan(150);
    expect(chosen.filter((id) => id === 'b').length).toBeGreaterThan(150);
  });

  test('is made as often as its logged propensity says', () => {
    const random = seededRandom(6);
    const learner = new BetaThompson();
    learn(learner, { a: [1, 1, 0, 1], b: [0, 1, 0], c: [0.5] });
    const question = { taskKind: KIND, endpointIds: ['a', 'b', 'c'], explore: true };
    const draws = 8000;
    const counts = new Map<string, number>();
    for (let draw = 0; draw < draws; draw += 1) {
      const choice = learner.choose(question, random);
      if (choice === null) throw new Error('there are three');
      expect(choice.propensity).toBe(choice.probabilities[question.endpointIds.indexOf(choice.endpointId)]);
      counts.set(choice.endpointId, (counts.get(choice.endpointId) ?? 0) + 1);
    }
    learner.probabilities(question).forEach((share, index) => {
      const made = (counts.get(question.endpointIds[index] ?? '') ?? 0) / draws;
      expect(Math.abs(made - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / draws));
    });
  });
});

describe('its state', () => {
  test('survives JSON with everything that was learned', () => {
    const update = fc.record({
      taskKind: fc.constantFrom('code', 'prose', '__proto__'),
      endpointId: fc.constantFrom('a', 'b/c', '__proto__'),
      reward: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(update, { maxLength: 40 }), (updates) => {
        const learner = new BetaThompson({ retention: 0.95 });
        for (const each of updates) learner.update(each);
        const restored = BetaThompson.fromState(JSON.parse(JSON.stringify(learner.toState())), { retention: 0.95 });
        // Also what is learned afterwards is the same.
        const next = { taskKind: 'code', endpointId: 'a', reward: 1 };
        learner.update(next);
        restored?.update(next);
        for (const { taskKind, endpointId } of [...updates, next]) {
          const { alpha, beta } = learner.posterior(taskKind, endpointId);
          expect(restored?.posterior(taskKind, endpointId).alpha).toBeCloseTo(alpha, 9);
          expect(restored?.posterior(taskKind, endpointId).beta).toBeCloseTo(beta, 9);
        }
      }),
    );
  });

  test.each([
    null,
    'x',
    {},
    { version: 2, cells: [] },
    { version: 1, cells: [null] },
    { version: 1, cells: [{ taskKind: 'k', endpointId: 'e', successes: -1, failures: 0 }] },
    { version: 1, cells: [{ taskKind: 'k', endpointId: 'e', successes: 1, failures: null }] },
    { version: 1, cells: [{ taskKind: 1, endpointId: 'e', successes: 1, failures: 0 }] },
  ])('is not taken when it is damaged or newer: %j', (state) => {
    expect(BetaThompson.fromState(state)).toBeNull();
  });
});
