import { describe, expect, it } from 'vitest';
import type { ShadowLesson } from '../../../src-main/engine/optimizer/shadow-lesson.ts';
import { readPrompt } from '../../../src-main/engine/learning/prompt-features.ts';
import { QualityLearner } from '../../../src-main/engine/learning/quality-learner.ts';
import { MemoryKeeper, optimizerForTest } from './make-optimizer.ts';
import { CLOUD, LOCAL } from './make-result.ts';

const QUESTION = 'Prove that the sum of two even numbers is even.';

function lesson(place: number, changes: Partial<ShadowLesson> = {}): ShadowLesson {
  return {
    request: {
      ...{ model: 'auto', mode: 'chat', stream: false },
      messages: [{ role: 'user', parts: [{ type: 'text', text: QUESTION }] }],
    },
    ...{ endpointId: LOCAL.id, acceptedFrom: CLOUD.id, quality: 1, weight: 1, place },
    ...changes,
  };
}

describe('lessons from past answers', () => {
  it('move what is expected of the model that answered in the shadow', () => {
    const qualityAfter = (quality: number) => {
      const { optimizer } = optimizerForTest();
      for (let place = 1; place <= 20; place += 1) optimizer.learnShadow(lesson(place, { quality }));
      optimizer.learnNow();
      const { decision } = optimizer.getOptimizationRecommendations(QUESTION, { dryRun: true });
      return (
        decision.candidates.find(({ endpoint }) => endpoint.id === LOCAL.id)?.prediction.quality.mean ?? Number.NaN
      );
    };
    expect(qualityAfter(1)).toBeGreaterThan(qualityAfter(0) + 0.3);
  });

  it('make no model better than the one that it was measured by', () => {
    const { optimizer } = optimizerForTest();
    for (let place = 1; place <= 200; place += 1) optimizer.learnShadow(lesson(place));
    optimizer.learnNow();
    const { candidates } = optimizer.getOptimizationRecommendations(QUESTION, { dryRun: true }).decision;
    const of = (id: string) =>
      candidates.find(({ endpoint }) => endpoint.id === id)?.prediction.quality.mean ?? Number.NaN;
    expect(of(LOCAL.id)).toBeLessThan(of(CLOUD.id) + 0.1);
  });

  it('count once, however often they are given', () => {
    const { optimizer } = optimizerForTest();
    for (const place of [5, 6, 5, 6, 4]) optimizer.learnShadow(lesson(place));
    optimizer.learnNow();
    expect(optimizer.getOptimizationStatus().learning.observations).toBe(2);
    expect(optimizer.shadowLearnedUntil).toBe(6);
  });

  it('are refused while learning is off, and not taken for learned', () => {
    const { optimizer } = optimizerForTest({ settings: { optimizer: { learning: false } } });
    expect(optimizer.learnShadow(lesson(1))).toBe(false);
    optimizer.learnNow();
    expect(optimizer.shadowLearnedUntil).toBe(0);
  });

  it('are remembered together with what they taught', () => {
    const state = new MemoryKeeper();
    const before = optimizerForTest({ state });
    before.optimizer.start();
    before.optimizer.learnShadow(lesson(7));
    before.optimizer.stop();
    const after = optimizerForTest({ state });
    after.optimizer.start();
    expect(after.optimizer.shadowLearnedUntil).toBe(7);
    expect(after.optimizer.getOptimizationStatus().learning.observations).toBe(1);
    after.optimizer.stop();
  });

  it('are forgotten together with it: what was killed before it was saved is asked for again', () => {
    const state = new MemoryKeeper();
    const killed = optimizerForTest({ state });
    killed.optimizer.start();
    killed.optimizer.learnShadow(lesson(7));
    killed.optimizer.learnNow();
    const after = optimizerForTest({ state });
    after.optimizer.start();
    expect(after.optimizer.shadowLearnedUntil).toBe(0);
    after.optimizer.stop();
  });
});

describe("the mark of a learner's teacher", () => {
  it('is kept with what was learned', () => {
    const learner = new QualityLearner();
    learner.learn(readPrompt(QUESTION), 'one', 1);
    learner.mark = 1_763_000_000_123;
    expect(QualityLearner.fromState(learner.toState())?.mark).toBe(1_763_000_000_123);
  });

  it('is none in what was kept before there was one', () => {
    expect(new QualityLearner().mark).toBe(0);
  });
});
