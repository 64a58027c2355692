import { describe, expect, test } from 'vitest';
import { mulberry32 } from '../../../../bench/routing/mulberry32.ts';
import { DriftWatch } from '../../../../src-main/engine/learning/drift-watch.ts';
import { logit } from '../../../../src-main/engine/learning/logistic.ts';
import { QualityLearner } from '../../../../src-main/engine/learning/quality-learner.ts';
import { QualityRouter } from '../../../../src-main/engine/learning/quality-router.ts';
import { promptAbout } from './topic-prompts.ts';

const SEEDS = Array.from({ length: 20 }, (_, at) => at + 1);
const TURNS_BAD_AT = 2000;
const RECOVERS_AT = 2600;
const ENDS_AT = 3100;

/** 1 where the arm that turns bad (0.9 → 0.4) and recovers was chosen, beside one of 0.7 all along. */
function simulate(seed: number): Uint8Array {
  const random = mulberry32(seed);
  const router = new QualityRouter({ learner: new QualityLearner(), random });
  const arms = [
    { arm: 'wavering', strong: false, cost: 0 },
    { arm: 'steady', strong: true, cost: 0 },
  ];
  return Uint8Array.from({ length: ENDS_AT }, (_, at) => {
    const features = promptAbout(random() < 0.5 ? 'code' : 'poetry', random);
    const arm = router.choose({ features, arms, target: { kind: 'lambda', lambda: 0 } })?.arm ?? '';
    const bad = at >= TURNS_BAD_AT && at < RECOVERS_AT;
    const quality = arm === 'steady' ? 0.7 : bad ? 0.4 : 0.9;
    router.observe({ features, arm, reward: random() < quality ? 1 : 0 });
    return arm === 'wavering' ? 1 : 0;
  });
}

function share(choices: Uint8Array, from: number, to: number): number {
  return choices.subarray(from, to).reduce((sum, one) => sum + one, 0) / (to - from);
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('an arm that turns bad', () => {
  const runs = SEEDS.map(simulate);

  test('was the favourite before', () => {
    expect(mean(runs.map((run) => share(run, TURNS_BAD_AT - 200, TURNS_BAD_AT)))).toBeGreaterThan(0.9);
  });

  test('is mostly left within 50 requests, over 20 seeds', () => {
    expect(mean(runs.map((run) => share(run, TURNS_BAD_AT + 50, TURNS_BAD_AT + 150)))).toBeLessThan(0.25);
    expect(mean(runs.map((run) => share(run, TURNS_BAD_AT + 50, RECOVERS_AT)))).toBeLessThan(0.2);
  });

  test('is found again within 200 requests of its recovery, over 20 seeds', () => {
    expect(mean(runs.map((run) => share(run, RECOVERS_AT + 200, ENDS_AT)))).toBeGreaterThan(0.8);
  });
});

test('an arm that stays as it is raises hardly any alarm: one in ten thousand outcomes at most', () => {
  let alarms = 0;
  for (const seed of SEEDS) {
    const random = mulberry32(seed);
    const watch = new DriftWatch();
    let alarmed = false;
    for (let now = 0; now < 5000; now += 1) {
      watch.observe({ logit: logit(0.8) + watch.offset(now), reward: random() < 0.8 ? 1 : 0, weight: 1, now });
      if (watch.variance > 0 && !alarmed) alarms += 1;
      alarmed = watch.variance > 0;
    }
  }
  expect(alarms).toBeLessThanOrEqual(10);
});

test('without an alarm nothing is added to what the weights say', () => {
  const watch = new DriftWatch();
  for (let now = 0; now < 1000; now += 1) watch.observe({ logit: 0, reward: now % 2, weight: 1, now });
  expect(watch.offset(1000)).toBe(0);
});
