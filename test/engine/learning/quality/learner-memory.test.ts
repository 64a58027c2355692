import { expect, test } from 'vitest';
import { createLearnerMemory } from '../../../../src-main/engine/learning/learner-memory.ts';
import { LEARNER_OPTIONS } from '../../../../src-main/engine/learning/learner-options.ts';
import { readPrompt } from '../../../../src-main/engine/learning/prompt-features.ts';
import { QualityLearner } from '../../../../src-main/engine/learning/quality-learner.ts';

const MEGABYTE = 1e6;

test('forty arms with outcomes stay within 12 MB of tables, and one that has none takes no table', () => {
  const memory = createLearnerMemory(LEARNER_OPTIONS);
  const learner = new QualityLearner(LEARNER_OPTIONS, memory);
  for (let at = 0; at < 40; at += 1) learner.learn(readPrompt('a prompt'), `provider/model-${at}`, 1);
  learner.setPrior('catalogue/only', { mean: 0.7, strength: 10 });
  const tables = [memory.shared, ...[...memory.arms.values()].flatMap(({ weights }) => weights ?? [])];
  const bytes = tables.reduce((sum, { means, gathered }) => sum + means.byteLength + gathered.byteLength, 0);
  expect(tables).toHaveLength(41);
  expect(bytes + memory.scaler.frequencies.byteLength).toBeLessThan(12 * MEGABYTE);
});

test('an arm beyond those with text weights still learns its level', () => {
  const learner = new QualityLearner({ ...LEARNER_OPTIONS, mostTextArms: 1 });
  const prompt = readPrompt('the same prompt for both arms');
  for (let at = 0; at < 300; at += 1) {
    learner.learn(prompt, 'first', 1);
    learner.learn(prompt, 'second', 0);
  }
  expect(learner.predict(prompt, 'first').mean).toBeGreaterThan(0.85);
  expect(learner.predict(prompt, 'second').mean).toBeLessThan(0.15);
});
