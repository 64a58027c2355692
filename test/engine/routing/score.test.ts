import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAim } from '../../../src-main/engine/routing/aim.ts';
import type { DecisionInput, ScoreParts } from '../../../src-main/engine/routing/decision.ts';
import type { Endpoint } from '../../../src-main/engine/routing/endpoint.ts';
import type { Prediction } from '../../../src-main/engine/routing/estimate.ts';
import { UNKNOWN_MACHINE } from '../../../src-main/engine/routing/machine-state.ts';
import { scoreParts, sumOf } from '../../../src-main/engine/routing/score.ts';
import { STRATEGY_WEIGHTS } from '../../../src-main/engine/routing/strategies.ts';
import {
  CLOUD,
  cloudPrediction,
  conversationWith,
  decisionInput,
  estimate,
  GB,
  LOCAL,
  localPrediction,
  policy,
  POLICY,
} from './make-decision-input.ts';

const ACTING = Object.keys(STRATEGY_WEIGHTS) as (keyof typeof STRATEGY_WEIGHTS)[];
type Acting = (typeof ACTING)[number];

interface Scored {
  endpoint?: Endpoint;
  prediction?: Prediction;
  input?: Partial<DecisionInput>;
  actsAs?: Acting;
}
function partsOf({
  endpoint = CLOUD,
  prediction = cloudPrediction(),
  input = {},
  actsAs = 'balanced',
}: Scored): ScoreParts {
  return scoreParts(endpoint, prediction, createAim(decisionInput(input), actsAs));
}
const scoreOf = (scored: Scored) => sumOf(partsOf(scored));

describe('the parts of a score, in nano-dollars', () => {
  test('by hand, for an ordinary cloud answer under balanced', () => {
    const prediction = cloudPrediction({ quality: estimate(0.9), success: estimate(1), outputTokens: estimate(160) });
    expect(partsOf({ prediction })).toEqual({
      quality: 18_000_000, // 0.9 of $0.02
      latency: -1_600_000, // 0.6 s, and half of the 2 s in which 160 tokens come, at $0.001
      cost: -4_000_000,
      energy: 0,
      pressure: 0,
      preference: 0,
    });
  });

  test('by hand, for an ordinary local answer on battery', () => {
    const prediction = localPrediction({
      energyJoules: 120,
      outputTokens: estimate(82),
      quality: estimate(0.7),
      success: estimate(1),
    });
    const input = {
      machine: { ...UNKNOWN_MACHINE, onBattery: true },
      policy: policy({ constraints: { ...POLICY.constraints, memoryBytes: 2.5 * GB } }),
    };
    expect(partsOf({ endpoint: LOCAL, prediction, input })).toEqual({
      quality: 12_000_000, // 0.7 and once more the 0.1 that is missing to the threshold, of $0.02
      latency: -1_500_000, // 0.5 s and half of 2 s
      cost: 0,
      energy: -50_000, // 120 J at $0.30/kWh, five times on battery
      pressure: -550_000, // twice the memory it should take: $0.0022, a quarter of it because it is loaded
      preference: 2_000_000, // local_bias 0.5 of $0.004
    });
  });

  test('waiting behind the target costs double', () => {
    const at = (ms: number) => partsOf({ prediction: cloudPrediction({ firstTokenMs: estimate(ms) }) }).latency;
    expect(at(1_000) - at(2_000)).toBe(1_000_000);
    expect(at(2_000) - at(3_000)).toBe(2_000_000);
  });

  test('a call of unknown price is taken for the whole cap', () => {
    expect(partsOf({ prediction: cloudPrediction({ costNanoUsd: null }) }).cost).toBe(-10_000_000);
  });

  test('unknown energy is that of a machine at work for as long as it takes', () => {
    const prediction = localPrediction({
      energyJoules: null,
      outputTokens: estimate(41),
      firstTokenMs: estimate(1_000),
    });
    expect(partsOf({ endpoint: LOCAL, prediction }).energy).toBe(-5_000); // 30 W for 2 s
  });

  test('heat, a held-back or busy processor and loading press on local models only', () => {
    const calm = partsOf({ endpoint: LOCAL, prediction: localPrediction() }).pressure;
    const states = [{ thermal: 'serious' as const }, { speedLimitPercent: 70 }, { cpuPercent: 95 }];
    for (const state of states) {
      const input = { machine: { ...UNKNOWN_MACHINE, ...state } };
      expect(partsOf({ endpoint: LOCAL, prediction: localPrediction(), input }).pressure).toBeLessThan(calm);
      expect(partsOf({ input }).pressure).toBe(0);
    }
    const loading = localPrediction({ loadMs: 5_000 });
    expect(partsOf({ endpoint: LOCAL, prediction: loading }).pressure).toBe(calm - 1_000_000);
  });

  test('a deadline takes worth from an answer that comes after it, all of it at twice the time', () => {
    const at = (deadlineMs: number) => partsOf({ input: { pins: { deadlineMs } } }).preference; // takes 4.35 s
    expect(at(5_000)).toBe(0);
    expect(at(3_000)).toBe(-9_000_000);
    expect(at(1_000)).toBe(-20_000_000);
  });

  test('the order of the preferred list decides between equals', () => {
    const input = { policy: policy({ preferredCloud: ['first/m', CLOUD.id] }) };
    expect(partsOf({ input }).preference).toBe(-200_000);
  });

  test('quality_focused believes only what is known', () => {
    const unsure = cloudPrediction({ quality: estimate(0.9, 0.2) });
    const sure = cloudPrediction({ quality: estimate(0.8, 0.02) });
    expect(scoreOf({ prediction: sure, actsAs: 'quality_focused' })).toBeGreaterThan(
      scoreOf({ prediction: unsure, actsAs: 'quality_focused' }),
    );
    expect(scoreOf({ prediction: sure })).toBeLessThan(scoreOf({ prediction: unsure }));
  });
});

describe('what staying with a conversation is worth', () => {
  test('is the voice of its answers: what a warm cache saves is in the prediction already', () => {
    const conversation = conversationWith(CLOUD, { cachedTokens: 900 });
    expect(partsOf({ input: { conversation } }).preference).toBe(1_000_000);
    expect(partsOf({ input: { conversation: { ...conversation, cachedTokens: 0 } } }).preference).toBe(1_000_000);
    expect(partsOf({ input: { conversation: conversationWith(LOCAL) } }).preference).toBe(0);
    const local = { endpoint: LOCAL, prediction: localPrediction() };
    const stays = partsOf({ ...local, input: { conversation: conversationWith(LOCAL, { cachedTokens: 800 }) } });
    expect(stays.preference - partsOf(local).preference).toBe(1_000_000);
  });

  test('turns into a price of staying when the conversation is stuck, until it has been escalated', () => {
    const stuck = conversationWith(CLOUD, { stuck: 'same tool call 3 times', cachedTokens: 900 });
    expect(partsOf({ input: { conversation: stuck } }).preference).toBe(-100_000_000); // half of what an answer is worth when quality counts
    expect(partsOf({ input: { conversation: { ...stuck, escalated: true } } }).preference).toBe(1_000_000);
  });

  test('is remembered of the endpoint that it was stuck with, wherever it goes later', () => {
    const conversation = conversationWith(LOCAL, { escalated: true, stuckWith: CLOUD.id });
    expect(partsOf({ input: { conversation } }).preference).toBe(-100_000_000);
    const back = { ...conversation, endpointId: CLOUD.id };
    expect(partsOf({ input: { conversation: back } }).preference).toBe(-100_000_000);
  });
});

const probability = fc.double({ min: 0, max: 1, noNaN: true });
const anyPrediction = fc
  .record({
    first: fc.double({ min: 0, max: 1e5, noNaN: true }),
    speed: fc.double({ min: 0.1, max: 500, noNaN: true }),
    output: fc.integer({ min: 0, max: 20_000 }),
    cost: fc.integer({ min: 0, max: 10_000_000 }),
    quality: probability,
    sd: fc.double({ min: 0, max: 0.5, noNaN: true }),
    success: probability,
  })
  .map(({ first, speed, output, cost, quality, sd, success }) =>
    cloudPrediction({
      firstTokenMs: estimate(first),
      tokensPerSecond: estimate(speed),
      outputTokens: estimate(output),
      costNanoUsd: cost,
      quality: estimate(quality, sd),
      success: estimate(success),
    }),
  );
const anyInput = fc
  .record({
    stays: fc.boolean(),
    cachedTokens: fc.integer({ min: 0, max: 2_000 }),
    deadlineMs: fc.integer({ min: 1, max: 1e5 }),
  })
  .map(({ stays, cachedTokens, deadlineMs }) => ({
    conversation: stays ? conversationWith(CLOUD, { cachedTokens }) : null,
    pins: { deadlineMs },
  }));
/** Each part is rounded to a nano-dollar. */
const ROUNDING = 2;

describe.each(ACTING)('under %s, all else equal,', (actsAs) => {
  test('a cheaper candidate never scores worse', () => {
    fc.assert(
      fc.property(anyPrediction, anyInput, probability, (prediction, input, share) => {
        const cheaper = { ...prediction, costNanoUsd: Math.floor((prediction.costNanoUsd ?? 0) * share) };
        expect(scoreOf({ prediction: cheaper, input, actsAs })).toBeGreaterThanOrEqual(
          scoreOf({ prediction, input, actsAs }) - ROUNDING,
        );
      }),
    );
  });

  test('a better or a faster or a surer one never scores worse', () => {
    fc.assert(
      fc.property(anyPrediction, anyInput, probability, (prediction, input, share) => {
        const { quality, firstTokenMs, success } = prediction;
        const better = [
          { ...prediction, quality: { ...quality, mean: quality.mean + (1 - quality.mean) * share } },
          { ...prediction, success: { ...success, mean: success.mean + (1 - success.mean) * share } },
          { ...prediction, firstTokenMs: { ...firstTokenMs, mean: firstTokenMs.mean * share } },
        ];
        for (const each of better) {
          expect(scoreOf({ prediction: each, input, actsAs })).toBeGreaterThanOrEqual(
            scoreOf({ prediction, input, actsAs }) - ROUNDING,
          );
        }
      }),
    );
  });

  test('more local_bias never makes a local candidate score worse, and changes no cloud candidate', () => {
    fc.assert(
      fc.property(probability, probability, (one, other) => {
        const at = (localBias: number, endpoint: Endpoint) =>
          scoreOf({
            endpoint,
            prediction: localPrediction(),
            input: { policy: policy({ preferences: { ...POLICY.preferences, localBias } }) },
            actsAs,
          });
        expect(at(Math.max(one, other), LOCAL)).toBeGreaterThanOrEqual(at(Math.min(one, other), LOCAL));
        expect(at(one, CLOUD)).toBe(at(other, CLOUD));
      }),
    );
  });
});

test('whatever is predicted, the parts are finite integers, and what is no number scores as the worst', () => {
  const wild = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, -1, 0));
  const wildEstimate = fc.record({ mean: wild, sd: wild, observations: wild });
  const wildPrediction = fc.record({
    firstTokenMs: wildEstimate,
    firstTokenP95Ms: wild,
    queueMs: wild,
    loadMs: wild,
    tokensPerSecond: wildEstimate,
    outputTokens: wildEstimate,
    costNanoUsd: fc.option(wild),
    costCeilingNanoUsd: fc.option(wild),
    energyJoules: fc.option(wild),
    quality: wildEstimate,
    success: wildEstimate,
  });
  fc.assert(
    fc.property(
      wildPrediction,
      fc.constantFrom(LOCAL, CLOUD),
      fc.constantFrom(...ACTING),
      (prediction, endpoint, actsAs) => {
        for (const part of Object.values(partsOf({ endpoint, prediction, actsAs })))
          expect(part).toSatisfy(Number.isSafeInteger);
      },
    ),
  );
  for (const field of ['quality', 'firstTokenMs', 'tokensPerSecond', 'success'] as const) {
    const prediction = cloudPrediction({ [field]: estimate(NaN) });
    expect(scoreOf({ prediction })).toBeLessThan(scoreOf({}));
  }
});
