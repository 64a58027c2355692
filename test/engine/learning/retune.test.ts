import { describe, expect, it } from 'vitest';
import { LEARNER_OPTIONS, withWordPace } from '../../../src-main/engine/learning/learner-options.ts';
import { readPrompt } from '../../../src-main/engine/learning/prompt-features.ts';
import { QualityLearner } from '../../../src-main/engine/learning/quality-learner.ts';

const TOWN = readPrompt('Name a town by the sea');
const CODE = readPrompt('Write a function that adds two numbers');

function taught(): QualityLearner {
  const learner = new QualityLearner();
  learner.setPrior('a', { mean: 0.6, strength: 8 });
  for (let count = 0; count < 20; count += 1) {
    learner.learn(TOWN, 'a', count % 4 === 0 ? 0 : 1);
    learner.learn(CODE, 'b', count % 3 === 0 ? 1 : 0);
  }
  return learner;
}

describe('a learner that is to learn in another way', () => {
  it('is as it was when it is told what it knew', () => {
    const learner = taught();
    const before = ['a', 'b', 'new'].map((arm) => learner.predict(TOWN, arm));
    learner.retune(LEARNER_OPTIONS);
    expect(['a', 'b', 'new'].map((arm) => learner.predict(TOWN, arm))).toEqual(before);
  });

  it('keeps what it has learned, and is as unsure as if it had been so from the start', () => {
    const learner = taught();
    const { mean, sd } = learner.predict(CODE, 'b');
    const wide = withWordPace(4);
    const restored = QualityLearner.fromState(learner.toState(), wide);
    learner.retune(wide);
    const now = learner.predict(CODE, 'b');
    expect(now.mean).toBe(mean);
    expect(now.sd).toBeGreaterThan(sd);
    // A saved state is rounded a little.
    expect(now.sd).toBeCloseTo(restored?.predict(CODE, 'b').sd ?? NaN, 3);
  });

  it('follows words faster at a greater pace', () => {
    const [slow, fast] = [new QualityLearner(), new QualityLearner()];
    for (const learner of [slow, fast]) {
      // Only the words tell which of its answers are good.
      for (let count = 0; count < 20; count += 1) learner.learn(count % 2 === 0 ? TOWN : CODE, 'a', 1 - (count % 2));
    }
    fast.retune(withWordPace(4));
    for (const learner of [slow, fast]) learner.learn(TOWN, 'a', 0);
    expect(fast.predict(TOWN, 'a').mean).toBeLessThan(slow.predict(TOWN, 'a').mean);
  });
});
