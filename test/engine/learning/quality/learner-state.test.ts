import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mulberry32 } from '../../../../bench/routing/mulberry32.ts';
import { readPrompt, type PromptFeatures } from '../../../../src-main/engine/learning/prompt-features.ts';
import { QualityLearner } from '../../../../src-main/engine/learning/quality-learner.ts';
import { promptAbout } from './topic-prompts.ts';

const ARMS = ['ollama/qwen3:8b', 'anthropic/claude-sonnet-4-5', 'öffentlich/模型'];
const VERSION_AT = 3;

function taught(outcomes = 900): { learner: QualityLearner; prompts: PromptFeatures[] } {
  const learner = new QualityLearner();
  learner.setPrior('only/a-prior', { mean: 0.7, strength: 12 });
  const random = mulberry32(11);
  const prompts: PromptFeatures[] = [];
  for (let at = 0; at < outcomes; at += 1) {
    const topic = random() < 0.5 ? 'code' : 'poetry';
    const prompt = promptAbout(topic, random);
    const chance = (topic === 'code' ? 0.2 : 0.6) + 0.1 * (at % 3);
    learner.learn(prompt, ARMS[at % 3] ?? '', random() < chance ? 1 : 0);
    if (at % 30 === 0) prompts.push(prompt);
  }
  return { learner, prompts };
}

/** The checksum is made good again, so that what is tested is what it covers. */
function withByte(state: Uint8Array, at: number, value: number): Uint8Array {
  const changed = state.slice(0, -4);
  changed[at] = value;
  let checksum = 0x811c9dc5;
  for (const byte of changed) checksum = Math.imul(checksum ^ byte, 0x01000193);
  const out = new Uint8Array(state.length);
  out.set(changed);
  new DataView(out.buffer).setUint32(changed.length, checksum >>> 0, true);
  return out;
}

describe('the state of the learner', () => {
  test('brings back the same predictions, within half a hundredth', () => {
    const { learner, prompts } = taught();
    const restored = QualityLearner.fromState(learner.toState());
    for (const prompt of prompts) {
      for (const arm of [...ARMS, 'only/a-prior', 'never/seen']) {
        const [before, after] = [learner.predict(prompt, arm), restored?.predict(prompt, arm)];
        expect(Math.abs((after?.mean ?? 1) - before.mean)).toBeLessThan(0.005);
        expect(Math.abs((after?.sd ?? 1) / before.sd - 1)).toBeLessThan(0.02);
        expect(after?.observations).toBe(before.observations);
      }
    }
  });

  test('goes on learning where it stopped', () => {
    const { learner, prompts } = taught();
    const restored = QualityLearner.fromState(learner.toState());
    for (const prompt of prompts) {
      learner.learn(prompt, 'ollama/qwen3:8b', 1);
      restored?.learn(prompt, 'ollama/qwen3:8b', 1);
    }
    const probe = prompts[0] ?? readPrompt('');
    expect(restored?.predict(probe, 'ollama/qwen3:8b').mean).toBeCloseTo(
      learner.predict(probe, 'ollama/qwen3:8b').mean,
      2,
    );
  });

  test('is the same when it is written, read and written again', () => {
    const once = taught().learner.toState();
    expect(QualityLearner.fromState(once)?.toState()).toEqual(once);
  });

  test('of a learner that has seen nothing is read back', () => {
    expect(QualityLearner.fromState(new QualityLearner().toState())?.predict(readPrompt('x'), 'a').mean).toBe(0.5);
  });

  test('may be taken in pieces with outcomes learned between them', () => {
    const { learner, prompts } = taught(120);
    const pieces: number[] = [];
    for (const piece of learner.stateChunks()) {
      for (const byte of piece) pieces.push(byte);
      learner.learn(prompts[0] ?? readPrompt(''), 'late/arm', 1);
    }
    expect(QualityLearner.fromState(Uint8Array.from(pieces))).not.toBeNull();
  });

  test('of another version is refused', () => {
    const state = taught(50).learner.toState();
    expect(QualityLearner.fromState(withByte(state, VERSION_AT, state[VERSION_AT] ?? 0))).not.toBeNull();
    expect(QualityLearner.fromState(withByte(state, VERSION_AT, 2))).toBeNull();
    expect(QualityLearner.fromState(withByte(state, VERSION_AT, 0))).toBeNull();
  });

  test('is refused when a bit has flipped or the end is missing', () => {
    const state = taught(30).learner.toState();
    fc.assert(
      fc.property(fc.nat(state.length - 1), fc.integer({ min: 1, max: 255 }), (at, flipped) => {
        const damaged = state.slice();
        damaged[at] = (damaged[at] ?? 0) ^ flipped;
        expect(QualityLearner.fromState(damaged)).toBeNull();
        expect(QualityLearner.fromState(state.slice(0, at))).toBeNull();
      }),
      { numRuns: 40 },
    );
  });

  test('is refused, and nothing thrown, when it is any bytes at all, even with a good checksum', () => {
    const state = taught(30).learner.toState();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(QualityLearner.fromState(bytes)).toBeNull();
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 7, max: state.length - 5 }), fc.nat(255), (at, value) => {
        expect(() => QualityLearner.fromState(withByte(state, at, value))).not.toThrow();
      }),
      { numRuns: 40 },
    );
  });

  test('stays within 2 MB when 10 arms have learned from 100,000 different prompts', { timeout: 60_000 }, () => {
    const learner = new QualityLearner();
    const random = mulberry32(12);
    // Zipf-like: the commonest of 60,000 words is a thousand times as common as one in the middle.
    const word = () => `w${Math.floor(60_000 ** random())}`;
    for (let at = 0; at < 100_000; at += 1) {
      const prompt = readPrompt(`${word()} ${word()} ${word()} ${word()} ${word()} ${word()} ${word()} ${word()}`);
      learner.learn(prompt, `arm-${at % 10}`, at % 2);
    }
    expect(learner.toState().length).toBeLessThan(2_000_000);
  });
});
