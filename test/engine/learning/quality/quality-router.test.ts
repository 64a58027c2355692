import { describe, expect, test } from 'vitest';
import { mulberry32 } from '../../../../bench/routing/mulberry32.ts';
import { readPrompt } from '../../../../src-main/engine/learning/prompt-features.ts';
import { QualityLearner } from '../../../../src-main/engine/learning/quality-learner.ts';
import { QualityRouter, type RoutingTarget } from '../../../../src-main/engine/learning/quality-router.ts';
import { promptAbout } from './topic-prompts.ts';

const ARMS = [
  { arm: 'small', strong: false, cost: 0 },
  { arm: 'medium', strong: false, cost: 0.2 },
  { arm: 'large', strong: true, cost: 1 },
];
const TARGETS: RoutingTarget[] = [
  { kind: 'share', share: 0.3 },
  { kind: 'lambda', lambda: 0.1 },
];

/** Draws what it is told; the generator of the simulated world is another one. */
function createRouter(random = mulberry32(5)): QualityRouter {
  return new QualityRouter({ learner: new QualityLearner(), random });
}

describe('the quality router', () => {
  test.each(TARGETS)('gives propensities that sum to 1 and that of the arm chosen: $kind', (target) => {
    const router = createRouter();
    const random = mulberry32(6);
    for (let at = 0; at < 400; at += 1) {
      const features = promptAbout(random() < 0.5 ? 'code' : 'poetry', random);
      const choice = router.choose({ features, arms: ARMS, target });
      const chosenAt = ARMS.findIndex(({ arm }) => arm === choice?.arm);
      expect(choice?.propensities.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
      expect(choice?.propensity).toBe(choice?.propensities[chosenAt]);
      expect(choice?.propensity).toBeGreaterThan(0);
      router.observe({ features, arm: choice?.arm ?? '', reward: random() < 0.6 ? 1 : 0 });
    }
  });

  test.each(TARGETS)('chooses as often as its propensities say: $kind', (target) => {
    const random = mulberry32(7);
    const drawn = ARMS.map(() => 0);
    const expected = ARMS.map(() => 0);
    for (let run = 0; run < 400; run += 1) {
      const router = createRouter(random);
      for (let at = 0; at < 60; at += 1) {
        const choice = router.choose({ features: readPrompt('the same'), arms: ARMS, target });
        ARMS.forEach(({ arm }, place) => {
          drawn[place] = (drawn[place] ?? 0) + (choice?.arm === arm ? 1 : 0);
          expected[place] = (expected[place] ?? 0) + (choice?.propensities[place] ?? 0);
        });
      }
    }
    const steps = 400 * 60;
    drawn.forEach((count, place) => {
      // Five standard deviations of a Bernoulli mean, at its widest.
      expect(Math.abs(count - (expected[place] ?? 0)) / steps).toBeLessThan((5 * 0.5) / Math.sqrt(steps));
    });
  });

  test('with λ ends up with the arm of the best quality less its cost, and looks at the others less and less', () => {
    const router = createRouter();
    const random = mulberry32(8);
    const quality: Record<string, number> = { small: 0.4, medium: 0.75, large: 0.8 };
    let medium = 0;
    for (let at = 0; at < 2000; at += 1) {
      const features = promptAbout('code', random);
      const choice = router.choose({ features, arms: ARMS, target: { kind: 'lambda', lambda: 0.3 } });
      router.observe({
        features,
        arm: choice?.arm ?? '',
        reward: random() < (quality[choice?.arm ?? ''] ?? 0) ? 1 : 0,
      });
      if (at >= 1500 && choice?.arm === 'medium') medium += 1;
    }
    expect(medium).toBeGreaterThan(450);
  });

  test('with a share sends the prompts on which the strong arm is better to it', () => {
    const router = createRouter();
    const random = mulberry32(9);
    const [small, , large] = ARMS;
    if (small === undefined || large === undefined) throw new Error('two arms are needed');
    const sent = { code: 0, poetry: 0 };
    for (let at = 0; at < 2000; at += 1) {
      const topic = random() < 0.3 ? 'code' : 'poetry';
      const features = promptAbout(topic, random);
      const choice = router.choose({ features, arms: [small, large], target: { kind: 'share', share: 0.3 } });
      const chance = choice?.arm === 'large' ? 0.9 : topic === 'code' ? 0.3 : 0.85;
      router.observe({ features, arm: choice?.arm ?? '', reward: random() < chance ? 1 : 0 });
      if (at >= 1000 && choice?.arm === 'large') sent[topic] += 1;
    }
    expect(Math.abs((sent.code + sent.poetry) / 1000 - 0.3)).toBeLessThan(0.03);
    expect(sent.code).toBeGreaterThan(3 * sent.poetry);
  });

  test('has no choice without arms, and no question with one side only', () => {
    const router = createRouter();
    const features = readPrompt('prompt');
    expect(router.choose({ features, arms: [], target: { kind: 'share', share: 0.5 } })).toBeNull();
    const local = ARMS.filter(({ strong }) => !strong);
    const choice = router.choose({ features, arms: local, target: { kind: 'share', share: 1 } });
    expect(choice).toEqual({ arm: 'small', propensity: 1, propensities: [1, 0] });
  });
});
