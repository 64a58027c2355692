import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { REWARD, rewardOf, type RewardedOutcome } from '../../../src-main/engine/learning/reward.ts';
import { haveFixtures, readFixture } from '../stats/fixtures.ts';

const NANO = 1e9;

function outcome(changes: Partial<RewardedOutcome> = {}): RewardedOutcome {
  return { succeeded: true, quality: 0.9, latencyMs: 800, costNanoUsd: 4_000_000, feedback: null, ...changes };
}

const amount = fc.double({ min: 0, max: 1e12, noNaN: true });
const anyOutcome = fc.record({
  succeeded: fc.boolean(),
  quality: fc.option(fc.double()),
  latencyMs: fc.option(fc.double()),
  costNanoUsd: fc.option(fc.double()),
  feedback: fc.option(fc.double()),
});

describe('the composite reward', () => {
  test.skipIf(!haveFixtures)('is the weighted mean of fixed utilities', () => {
    const row = z.object({ q: z.number(), lat: z.number(), cost: z.number(), fb: z.number().nullable() });
    const { inputs, expected } = readFixture(
      'composite_reward',
      z.object({ inputs: z.object({ rows: z.array(row) }), expected: z.array(z.number()) }),
    );
    const rewards = inputs.rows.map(({ q, lat, cost, fb }) =>
      rewardOf(outcome({ quality: q, latencyMs: lat, costNanoUsd: cost * NANO, feedback: fb })),
    );
    expect(rewards).toHaveLength(3);
    rewards.forEach((reward, index) => {
      expect((reward ?? NaN) / (expected[index] ?? NaN)).toBeCloseTo(1, 12);
    });
  });

  test('gives half of the latency part at the target of two seconds, and all of it to what is free', () => {
    const alone = { quality: null, latencyMs: null, costNanoUsd: null };
    expect(rewardOf(outcome({ ...alone, latencyMs: 2000 }))).toBeCloseTo(0.5, 12);
    expect(rewardOf(outcome({ ...alone, costNanoUsd: 0 }))).toBe(1);
  });

  test('leaves out what is unknown instead of counting it as bad', () => {
    const known = { quality: 0.5, latencyMs: null, costNanoUsd: null };
    expect(rewardOf(outcome(known))).toBe(0.5);
    expect(rewardOf(outcome({ ...known, latencyMs: NaN, costNanoUsd: -1 }))).toBe(0.5);
  });

  test('of a success of which nothing is known is unknown', () => {
    expect(rewardOf(outcome({ quality: null, latencyMs: null, costNanoUsd: null }))).toBeNull();
  });

  test('is nothing for a failure, however fast and cheap', () => {
    expect(rewardOf(outcome({ succeeded: false, latencyMs: 0, costNanoUsd: 0, feedback: 1 }))).toBe(0);
  });

  test('is nothing for rubbish, however fast and cheap', () => {
    const quality = REWARD.qualityFloor - 0.01;
    expect(rewardOf(outcome({ quality, latencyMs: 0, costNanoUsd: 0, feedback: 1 }))).toBe(0);
    expect(rewardOf(outcome({ quality: REWARD.qualityFloor }))).toBeGreaterThan(0);
  });

  test('lies in [0, 1] or is unknown, whatever was measured', () => {
    fc.assert(
      fc.property(anyOutcome, (any) => {
        const reward = rewardOf(any);
        if (reward !== null) expect(reward >= 0 && reward <= 1).toBe(true);
      }),
    );
  });

  test('cannot be raised by failing', () => {
    fc.assert(
      fc.property(anyOutcome, (any) => {
        expect(rewardOf({ ...any, succeeded: false })).toBe(0);
      }),
    );
  });

  test.each([
    ['quality', 1, 0, 1],
    ['feedback', 1, -1, 1],
    ['latencyMs', -1, 0, 1e6],
    ['costNanoUsd', -1, 0, 1e10],
  ] as const)('never falls when only %s gets better', (part, direction, min, max) => {
    const value = fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(amount, value, value, (other, one, two) => {
        const base = outcome({ quality: 0.7, latencyMs: other, costNanoUsd: other, feedback: 0.3 });
        const [worse, better] = direction * (one - two) < 0 ? [one, two] : [two, one];
        const gain = (rewardOf({ ...base, [part]: better }) ?? NaN) - (rewardOf({ ...base, [part]: worse }) ?? NaN);
        expect(gain).toBeGreaterThanOrEqual(-1e-12);
      }),
    );
  });
});
