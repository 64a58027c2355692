import { describe, expect, test } from 'vitest';
import { decide } from '../../../src-main/engine/routing/decide.ts';
import type { DecisionInput, ScoreParts } from '../../../src-main/engine/routing/decision.ts';
import type { Prediction } from '../../../src-main/engine/routing/estimate.ts';
import { UNKNOWN_MACHINE } from '../../../src-main/engine/routing/machine-state.ts';
import { makeEndpoint } from '../../support/make-endpoint.ts';
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
  PROFILE,
} from './make-decision-input.ts';

const EXPLORING = { rate: 1, extraCostNanoUsd: 1e9, extraLatencyMs: 1e6, draws: [0.5, 0.5] as const };

function idsOf(changes: Partial<DecisionInput> = {}, predictions: Record<string, Prediction> = {}): string[] {
  return decide(decisionInput(changes, predictions)).candidates.map(({ endpoint }) => endpoint.id);
}

describe('a focused strategy takes what is best on its own measure', () => {
  const cloud = (model: string) => makeEndpoint({ providerId: 'cloud', model });
  const local = (model: string, sizeGb: number) =>
    makeEndpoint({ providerId: 'ollama', model, track: 'local', sizeBytes: sizeGb * GB, loaded: true });
  const endpoints = [local('light', 2), local('heavy', 12), cloud('quick'), cloud('frontier'), cloud('bargain')];
  const predictions: Record<string, Prediction> = {
    'ollama/light': localPrediction({ quality: estimate(0.6), energyJoules: 20, tokensPerSecond: estimate(90) }),
    'ollama/heavy': localPrediction({ quality: estimate(0.75), energyJoules: 900, tokensPerSecond: estimate(9) }),
    'cloud/quick': cloudPrediction({
      firstTokenMs: estimate(150),
      tokensPerSecond: estimate(400),
      costNanoUsd: 3_000_000,
      quality: estimate(0.75),
    }),
    'cloud/frontier': cloudPrediction({
      firstTokenMs: estimate(1_500),
      costNanoUsd: 9_500_000,
      quality: estimate(0.96),
    }),
    'cloud/bargain': cloudPrediction({ firstTokenMs: estimate(2_500), costNanoUsd: 400_000, quality: estimate(0.7) }),
  };

  test.each([
    ['latency_focused', 'cloud/quick'],
    ['quality_focused', 'cloud/frontier'],
    ['cost_focused', 'ollama/light'],
    ['resource_efficient', 'cloud/bargain'],
  ] as const)('%s: %s', (strategy, best) => {
    expect(idsOf({ endpoints, pins: { strategy } }, predictions)[0]).toBe(best);
  });

  test('the cheapest cloud model when there is no local one, and the lightest local one to save resources', () => {
    expect(idsOf({ endpoints: endpoints.slice(2), virtual: 'cheap' }, predictions)[0]).toBe('cloud/bargain');
    const choice = idsOf({ endpoints, virtual: 'private', pins: { strategy: 'resource_efficient' } }, predictions)[0];
    expect(choice).toBe('ollama/light');
  });

  test('the virtual names do the same', () => {
    expect(idsOf({ endpoints, virtual: 'fast' }, predictions)[0]).toBe('cloud/quick');
    expect(idsOf({ endpoints, virtual: 'best' }, predictions)[0]).toBe('cloud/frontier');
    expect(idsOf({ endpoints, virtual: 'cheap' }, predictions)[0]).toBe('ollama/light');
  });
});

describe('a decision', () => {
  test('tells what it was made by', () => {
    const decision = decide(decisionInput({ virtual: 'fast', pins: { private: true } }));
    expect(decision).toMatchObject({
      strategy: 'latency_focused',
      actsAs: 'latency_focused',
      kind: 'chat',
      keptPrivate: 'this request is private',
      explored: false,
      escalated: false,
    });
    expect(decision.limits).toHaveLength(decision.candidates.length);
  });

  test('adds up its scores', () => {
    const sumOf = ({ quality, latency, cost, energy, pressure, preference }: ScoreParts) =>
      quality + latency + cost + energy + pressure + preference;
    for (const { parts, score } of decide(decisionInput()).candidates) {
      expect(sumOf(parts)).toBe(score);
    }
  });

  test('without anybody to serve has no candidate and every reason', () => {
    const decision = decide(decisionInput({ blocked: () => 'asleep' }));
    expect(decision).toMatchObject({ candidates: [], limits: [], path: 'single', warm: null, escalated: false });
    expect(decision.refusals).toHaveLength(2);
  });

  test('tries at most three endpoints of a track, and whoever exploration could have taken', () => {
    const endpoints = ['a', 'b', 'c', 'd', 'e'].map((model) => makeEndpoint({ model }));
    expect(idsOf({ endpoints })).toHaveLength(3);
    expect(idsOf({ endpoints, virtual: null })).toEqual(['one/a', 'one/b', 'one/c']);
    const { candidates } = decide(decisionInput({ endpoints, exploration: { ...EXPLORING, rate: 0.1 } }));
    expect(candidates.reduce((sum, { propensity }) => sum + propensity, 0)).toBeCloseTo(1, 12);
    expect(candidates).toHaveLength(5);
  });

  test.each([5, 16, 17, 60])(
    'among %i endpoints has the best first, and of those that are as good the first named',
    (count) => {
      const endpoints = Array.from({ length: count }, (_each, place) => makeEndpoint({ model: `model-${place}` }));
      const qualities = [0.5, 0.7, 0.6, 0.7];
      const predictions = Object.fromEntries(
        endpoints.map(({ id }, place) => [id, cloudPrediction({ quality: estimate(qualities[place % 4] ?? 0) })]),
      );
      const best = endpoints.filter((_each, place) => place % 2 === 1).map(({ id }) => id);
      const next = endpoints.filter((_each, place) => place % 4 === 2).map(({ id }) => id);
      expect(idsOf({ endpoints }, predictions)).toEqual([...best, ...next].slice(0, 3));
    },
  );

  test('of exact names keeps their order and explores nothing', () => {
    const better = makeEndpoint({ providerId: 'better' });
    const predictions = { 'better/m': cloudPrediction({ quality: estimate(1), costNanoUsd: 0 }) };
    const decision = decide(
      decisionInput({ virtual: null, endpoints: [CLOUD, better], exploration: EXPLORING }, predictions),
    );
    expect(decision.candidates.map(({ endpoint, propensity }) => [endpoint.id, propensity])).toEqual([
      [CLOUD.id, 1],
      ['better/m', 0],
    ]);
    expect(decision).toMatchObject({ reason: 'named exactly', path: 'single', explored: false });
  });

  test('puts a candidate whose prediction is no number behind those that are', () => {
    const broken = makeEndpoint({ providerId: 'broken' });
    const nothing = cloudPrediction({ quality: estimate(NaN), firstTokenMs: estimate(NaN), costNanoUsd: NaN });
    expect(idsOf({ endpoints: [broken, LOCAL, CLOUD] }, { 'broken/m': nothing })).toEqual([
      LOCAL.id,
      CLOUD.id,
      'broken/m',
    ]);
  });
});

describe('exploration', () => {
  test('puts another candidate in front, and the best behind it', () => {
    const decision = decide(decisionInput({ exploration: EXPLORING }));
    expect(decision).toMatchObject({ explored: true, path: 'single' });
    expect(decision.candidates.map(({ endpoint }) => endpoint.id)).toEqual([CLOUD.id, LOCAL.id]);
  });

  test.each<[string, Partial<DecisionInput>]>([
    ['in a conversation', { conversation: conversationWith(LOCAL) }],
    ["with an agent's first request", { profile: { ...PROFILE, kind: 'tools', toolCount: 4 } }],
    ['with an important request', { pins: { importance: 'high' } }],
    ['with a deadline', { pins: { deadlineMs: 60_000 } }],
    ['over a privacy boundary', { pins: { private: true } }],
    ['off a pinned track', { pins: { track: 'local' } }],
  ])('does not happen %s', (_name, changes) => {
    const decision = decide(decisionInput({ exploration: EXPLORING, ...changes }));
    expect(decision.explored).toBe(false);
    expect(decision.candidates[0]?.propensity).toBe(1);
  });
});

describe('a conversation', () => {
  test('stays where it is when another endpoint is a little better', () => {
    const rival = makeEndpoint({ providerId: 'rival' });
    const predictions = { 'rival/m': cloudPrediction({ quality: estimate(0.93) }) };
    const endpoints = [CLOUD, rival];
    expect(idsOf({ endpoints }, predictions)[0]).toBe('rival/m');
    const conversation = conversationWith(CLOUD, { cachedTokens: 900 });
    expect(idsOf({ endpoints, conversation }, predictions)[0]).toBe(CLOUD.id);
  });

  test('leaves an endpoint that has become bad', () => {
    const predictions = { [LOCAL.id]: localPrediction({ quality: estimate(0.2) }) };
    expect(idsOf({ conversation: conversationWith(LOCAL, { cachedTokens: 900 }) }, predictions)[0]).toBe(CLOUD.id);
  });

  test('that is stuck goes to the strongest model, whatever the strategy, and stays there', () => {
    const strong = makeEndpoint({ providerId: 'strong' });
    const predictions = { 'strong/m': cloudPrediction({ quality: estimate(0.97), costNanoUsd: 9_000_000 }) };
    const endpoints = [LOCAL, CLOUD, strong];
    const stuck = conversationWith(LOCAL, { stuck: 'an edit was undone' });
    const first = decide(decisionInput({ endpoints, virtual: 'cheap', conversation: stuck }, predictions));
    expect(first).toMatchObject({ escalated: true, path: 'single' });
    expect(first.candidates[0]?.endpoint).toBe(strong);
    const later = conversationWith(strong, { escalated: true });
    const next = decide(decisionInput({ endpoints, virtual: 'cheap', conversation: later }, predictions));
    expect(next.escalated).toBe(true);
    expect(next.candidates[0]?.endpoint).toBe(strong);
  });

  test('that is stuck wears the machine down no more than its strategy does', () => {
    const heavy = makeEndpoint({ providerId: 'ollama', model: 'heavy', track: 'local' });
    const predictions = { 'ollama/heavy': localPrediction({ quality: estimate(0.95), energyJoules: 4_000 }) };
    const conversation = conversationWith(CLOUD, { stuck: 'an edit was undone' });
    const firstBy = (actsAs: 'balanced' | 'resource_efficient') => {
      const changes = { endpoints: [CLOUD, heavy], conversation, policy: policy({ actsAs, strategy: actsAs }) };
      return idsOf({ ...changes, machine: { ...UNKNOWN_MACHINE, onBattery: true } }, predictions)[0];
    };
    expect([firstBy('balanced'), firstBy('resource_efficient')]).toEqual(['ollama/heavy', CLOUD.id]);
  });

  test('that is stuck stays on the machine when it is private', () => {
    const second = makeEndpoint({ providerId: 'ollama', model: 'second', track: 'local' });
    const conversation = conversationWith(LOCAL, { stuck: 'an edit was undone' });
    const decision = decide(decisionInput({ endpoints: [LOCAL, second, CLOUD], conversation, virtual: 'private' }));
    expect(decision.escalated).toBe(true);
    expect(decision.candidates.map(({ endpoint }) => endpoint.id)).toEqual([second.id, LOCAL.id]);
  });

  test('with nowhere else to go has not been escalated', () => {
    const conversation = conversationWith(LOCAL, { stuck: 'an edit was undone' });
    expect(decide(decisionInput({ conversation, endpoints: [LOCAL] })).escalated).toBe(false);
  });
});

test('local_bias decides between tracks that are near each other', () => {
  const at = (localBias: number) =>
    idsOf(
      {
        policy: policy({
          preferences: { localBias, parallelThreshold: 0.7, timeoutMultiplier: 1, qualityThreshold: 0.8 },
        }),
      },
      { [CLOUD.id]: cloudPrediction({ costNanoUsd: 1_500_000 }) },
    )[0];
  expect(at(0)).toBe(CLOUD.id);
  expect(at(1)).toBe(LOCAL.id);
});
