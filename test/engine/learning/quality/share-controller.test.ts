import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mulberry32 } from '../../../../bench/routing/mulberry32.ts';
import { ShareController } from '../../../../src-main/engine/learning/share-controller.ts';

type Score = (step: { at: number; random: () => number; lastStrong: boolean }) => number;

/** Streams of scores that are kind, moving, or made to mislead a quantile of the past. */
const STREAMS: Record<string, Score> = {
  uniform: ({ random }) => random(),
  constant: () => 0.25,
  'two values': ({ random }) => (random() < 0.3 ? 1 : 0),
  rising: ({ at }) => at,
  falling: ({ at }) => -at,
  'jumping level': ({ at, random }) => random() + (at % 700 < 350 ? 0 : 10),
  'answering back': ({ lastStrong, random }) => (lastStrong ? 5 : -5) + random(),
  'not a number': ({ at }) => (at % 2 === 0 ? Number.NaN : Number.POSITIVE_INFINITY),
};

function run(options: { share: number; requests: number; score: Score; seed: number }): {
  strong: number;
  worst: number;
} {
  const controller = new ShareController({ share: options.share });
  const random = mulberry32(options.seed);
  const sums = { strong: 0, worst: 0, lastStrong: false };
  for (let at = 0; at < options.requests; at += 1) {
    const score = options.score({ at, random, lastStrong: sums.lastStrong });
    const strong = random() < controller.propensity(score);
    controller.record(score, strong);
    sums.lastStrong = strong;
    if (strong) sums.strong += 1;
    if (at >= 100) sums.worst = Math.max(sums.worst, Math.abs(sums.strong / (at + 1) - options.share));
  }
  return sums;
}

describe('the share controller', () => {
  test.each(Object.entries(STREAMS))(
    'meets any share within 0.01 from the hundredth request on: %s scores',
    (_, score) => {
      fc.assert(
        fc.property(
          fc.record({
            share: fc.double({ min: 0, max: 1, noNaN: true }),
            seed: fc.nat(),
            requests: fc.integer({ min: 101, max: 2500 }),
          }),
          ({ share, seed, requests }) => {
            expect(run({ share, seed, requests, score }).worst).toBeLessThanOrEqual(0.0101);
          },
        ),
        { numRuns: 25 },
      );
    },
  );

  test('sends nothing at a share of 0 and everything at 1', () => {
    const score = STREAMS.uniform ?? (() => 0);
    expect(run({ share: 0, requests: 500, score, seed: 1 }).strong).toBe(0);
    expect(run({ share: 1, requests: 500, score, seed: 1 }).strong).toBe(500);
  });

  test('picks the high scores', () => {
    const controller = new ShareController({ share: 0.3 });
    const random = mulberry32(2);
    let wrong = 0;
    for (let at = 0; at < 3000; at += 1) {
      const score = random();
      const strong = random() < controller.propensity(score);
      controller.record(score, strong);
      if (at >= 500 && strong !== score > 0.7) wrong += 1;
    }
    expect(wrong / 2500).toBeLessThan(0.08);
  });

  test('draws among equal scores instead of taking all or none', () => {
    const controller = new ShareController({ share: 0.5 });
    for (let at = 0; at < 200; at += 1) controller.record(1, at % 2 === 0);
    expect(controller.propensity(1)).toBeCloseTo(0.5, 1);
  });

  test('always gives a probability', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.array(fc.double(), { maxLength: 300 }),
        (share, scores) => {
          const controller = new ShareController({ share });
          for (const score of scores) {
            const propensity = controller.propensity(score);
            expect(propensity).toBeGreaterThanOrEqual(0);
            expect(propensity).toBeLessThanOrEqual(1);
            controller.record(score, propensity > 0.5);
          }
        },
      ),
    );
  });

  test('begins a new balance when the share is changed, and keeps what it knows of scores', () => {
    const controller = new ShareController({ share: 0.1 });
    const random = mulberry32(3);
    for (let at = 0; at < 1000; at += 1) controller.record(random(), at % 10 === 0);
    controller.retarget(0.8);
    expect(controller.propensity(0.9)).toBe(1);
    let strong = 0;
    for (let at = 0; at < 500; at += 1) {
      const score = random();
      const chosen = random() < controller.propensity(score);
      controller.record(score, chosen);
      if (chosen) strong += 1;
    }
    expect(Math.abs(strong / 500 - 0.8)).toBeLessThanOrEqual(0.01);
  });
});
