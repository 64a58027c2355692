import { describe, expect, test } from 'vitest';
import { mulberry32 } from '../../../../bench/routing/mulberry32.ts';
import { readPrompt } from '../../../../src-main/engine/learning/prompt-features.ts';
import { QualityLearner } from '../../../../src-main/engine/learning/quality-learner.ts';
import { promptAbout, type Topic } from './topic-prompts.ts';

/** Outcomes of arms whose quality depends on the topic, each arm tried equally often. */
function teach(learner: QualityLearner, truth: Record<string, Record<Topic, number>>, outcomes: number): void {
  const random = mulberry32(1);
  const arms = Object.keys(truth);
  for (let at = 0; at < outcomes; at += 1) {
    const topic: Topic = random() < 0.5 ? 'code' : 'poetry';
    const arm = arms[at % arms.length] ?? '';
    const good = random() < (truth[arm]?.[topic] ?? 0);
    learner.learn(promptAbout(topic, random), arm, good ? 1 : 0);
  }
}

describe('the quality learner', () => {
  test('believes even chances, very unsure, before it has seen anything', () => {
    const { mean, sd, observations } = new QualityLearner().predict(readPrompt('anything'), 'ollama/qwen3:8b');
    expect({ mean, observations }).toEqual({ mean: 0.5, observations: 0 });
    expect(sd).toBeGreaterThan(0.2);
  });

  test('finds on which prompts an arm is the better one', () => {
    const learner = new QualityLearner();
    teach(learner, { weak: { code: 0.3, poetry: 0.8 }, strong: { code: 0.8, poetry: 0.8 } }, 1200);
    const random = mulberry32(2);
    const onCode = learner.gap(promptAbout('code', random), 'weak', 'strong');
    const onPoetry = learner.gap(promptAbout('poetry', random), 'weak', 'strong');
    expect(onCode.mean).toBeGreaterThan(0.35);
    expect(Math.abs(onPoetry.mean)).toBeLessThan(0.15);
    expect(onCode.sd).toBeGreaterThan(0);
  });

  test('ranks many arms by what they are good at', () => {
    const learner = new QualityLearner();
    const truth = Object.fromEntries(
      Array.from({ length: 6 }, (_, at) => [`arm-${at}`, { code: 0.2 + 0.14 * at, poetry: 0.9 - 0.14 * at }]),
    );
    teach(learner, truth, 3000);
    const prompt = promptAbout('code', mulberry32(3));
    const means = Object.keys(truth).map((arm) => learner.predict(prompt, arm).mean);
    expect(means.indexOf(Math.max(...means))).toBe(5);
    expect(means.indexOf(Math.min(...means))).toBe(0);
  });

  test('gives an arm it has not seen what the others have in common', () => {
    const learner = new QualityLearner();
    teach(learner, { one: { code: 0.1, poetry: 0.9 }, other: { code: 0.2, poetry: 0.8 } }, 800);
    const random = mulberry32(4);
    expect(learner.predict(promptAbout('code', random), 'new').mean).toBeLessThan(0.35);
    expect(learner.predict(promptAbout('poetry', random), 'new').mean).toBeGreaterThan(0.65);
  });

  test('becomes surer of a kind of prompt with evidence', () => {
    const learner = new QualityLearner();
    const prompt = readPrompt('sum these numbers and print the total');
    const before = learner.predict(prompt, 'a').sd;
    for (let at = 0; at < 500; at += 1) learner.learn(prompt, 'a', at % 2);
    expect(learner.predict(prompt, 'a').sd).toBeLessThan(before / 3);
  });

  test('counts outcomes by weight, and a weight moves it about as much as that many outcomes', () => {
    const [once, twice] = [new QualityLearner(), new QualityLearner()];
    const prompt = readPrompt('same prompt');
    for (const learner of [once, twice]) {
      for (let at = 0; at < 20; at += 1) learner.learn(prompt, 'a', at % 2);
    }
    once.learn(prompt, 'a', 1, 2);
    for (let at = 0; at < 2; at += 1) twice.learn(prompt, 'a', 1);
    expect(once.predict(prompt, 'a').observations).toBe(22);
    expect(once.predict(prompt, 'a').mean).toBeGreaterThan(0.52);
    expect(Math.abs(once.predict(prompt, 'a').mean - twice.predict(prompt, 'a').mean)).toBeLessThan(0.03);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0.01, 1.01])(
    'refuses a reward of %d and is none the worse',
    (reward) => {
      const learner = new QualityLearner();
      teach(learner, { a: { code: 0.9, poetry: 0.2 } }, 100);
      const prompt = promptAbout('code', mulberry32(6));
      const before = learner.predict(prompt, 'a');
      expect(learner.learn(prompt, 'a', reward)).toBe(false);
      expect(learner.predict(prompt, 'a')).toEqual(before);
    },
  );

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 0, -1])('refuses a weight of %d', (weight) => {
    const learner = new QualityLearner();
    expect(learner.learn(readPrompt('prompt'), 'a', 1, weight)).toBe(false);
    expect(learner.predict(readPrompt('prompt'), 'a').observations).toBe(0);
  });

  test('does not read quality into prompts that say nothing about it', () => {
    const learner = new QualityLearner();
    const random = mulberry32(10);
    const means: number[] = [];
    for (let at = 0; at < 4000; at += 1) {
      const prompt = promptAbout('poetry', random);
      if (at >= 1000) means.push(learner.predict(prompt, 'a').mean);
      learner.learn(prompt, 'a', random() < 0.8 ? 1 : 0);
    }
    const mean = means.reduce((sum, one) => sum + one, 0) / means.length;
    const variance = means.reduce((sum, one) => sum + (one - mean) ** 2, 0) / means.length;
    expect(Math.abs(mean - 0.8)).toBeLessThan(0.03);
    expect(Math.sqrt(variance)).toBeLessThan(0.05);
  });

  test('predicts without changing', () => {
    const learner = new QualityLearner();
    teach(learner, { a: { code: 0.9, poetry: 0.2 }, b: { code: 0.5, poetry: 0.5 } }, 200);
    const before = learner.toState();
    const random = mulberry32(7);
    for (let at = 0; at < 50; at += 1) learner.gap(promptAbout('code', random), 'a', 'unknown');
    expect(learner.toState()).toEqual(before);
  });

  test('stays within probabilities on ten thousand equal outcomes', () => {
    const learner = new QualityLearner();
    const prompt = readPrompt('always the same');
    for (let at = 0; at < 10_000; at += 1) learner.learn(prompt, 'a', 1);
    const { mean, sd } = learner.predict(prompt, 'a');
    expect(mean).toBeGreaterThan(0.99);
    expect(mean).toBeLessThanOrEqual(1);
    expect(sd).toBeLessThan(0.05);
  });
});

describe('a prior from a catalogue', () => {
  test('is what is predicted before the first outcome, with the confidence it claims', () => {
    const learner = new QualityLearner();
    learner.setPrior('known', { mean: 0.85, strength: 50 });
    learner.setPrior('guessed', { mean: 0.85, strength: 1 });
    const [known, guessed] = ['known', 'guessed'].map((arm) => learner.predict(readPrompt('prompt'), arm));
    expect(known?.mean).toBeCloseTo(0.85, 6);
    expect(known?.sd ?? 1).toBeLessThan(guessed?.sd ?? 0);
  });

  test.each([
    { mean: Number.NaN, strength: 5 },
    { mean: 1.2, strength: 5 },
    { mean: 0.5, strength: -1 },
    { mean: 0.5, strength: Number.POSITIVE_INFINITY },
  ])('that cannot be true is refused: $mean, $strength', (prior) => {
    const learner = new QualityLearner();
    expect(learner.setPrior('a', prior)).toBe(false);
    expect(learner.predict(readPrompt('prompt'), 'a').mean).toBe(0.5);
  });

  test('gives way to evidence', () => {
    const learner = new QualityLearner();
    learner.setPrior('a', { mean: 0.9, strength: 5 });
    teach(learner, { a: { code: 0.2, poetry: 0.2 } }, 600);
    expect(learner.predict(promptAbout('code', mulberry32(8)), 'a').mean).toBeLessThan(0.35);
  });

  test('changes nothing for an arm that has learned', () => {
    const learner = new QualityLearner();
    teach(learner, { a: { code: 0.2, poetry: 0.2 } }, 100);
    const prompt = promptAbout('code', mulberry32(9));
    const before = learner.predict(prompt, 'a');
    expect(learner.setPrior('a', { mean: 0.99, strength: 1000 })).toBe(false);
    expect(learner.predict(prompt, 'a')).toEqual(before);
  });
});
