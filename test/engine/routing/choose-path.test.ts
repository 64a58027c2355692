import { describe, expect, test } from 'vitest';
import { decide } from '../../../src-main/engine/routing/decide.ts';
import type { DecisionInput, DecisionPolicy } from '../../../src-main/engine/routing/decision.ts';
import type { Prediction } from '../../../src-main/engine/routing/estimate.ts';
import { UNKNOWN_MACHINE } from '../../../src-main/engine/routing/machine-state.ts';
import { makeEndpoint } from '../../support/make-endpoint.ts';
import {
  CLOUD,
  cloudPrediction,
  conversationWith,
  decisionInput,
  estimate,
  LOCAL,
  localPrediction,
  policy,
  POLICY,
} from './make-decision-input.ts';

const MAINS = { ...UNKNOWN_MACHINE, onBattery: false };
const BATTERY = { ...UNKNOWN_MACHINE, onBattery: true };
type Predictions = Record<string, Prediction>;

const idsOf = (input: DecisionInput) => decide(input).candidates.map(({ endpoint }) => endpoint.id);
function withPreferences(
  changes: Partial<DecisionPolicy['preferences']>,
  rest: Partial<DecisionPolicy>,
): DecisionPolicy {
  return policy({ ...rest, preferences: { ...POLICY.preferences, ...changes } });
}

describe('a race', () => {
  /** Nobody could say which is better. */
  const ALIKE: Predictions = {
    [LOCAL.id]: localPrediction({ quality: estimate(0.8, 0.3), firstTokenP95Ms: 1_500 }),
    [CLOUD.id]: cloudPrediction({ quality: estimate(0.9, 0.3), firstTokenP95Ms: 1_300 }),
  };
  const hedging = policy({ hedging: true });
  const racing = (changes: Partial<DecisionInput> = {}, predictions = ALIKE) =>
    decide(decisionInput({ policy: hedging, machine: MAINS, ...changes }, predictions));

  test('is run between the best of both tracks when they are too close to call', () => {
    const { path, candidates, hedgeAfterMs } = racing();
    expect(path).toBe('parallel');
    expect(new Set(candidates.map(({ endpoint }) => endpoint.track))).toEqual(new Set(['local', 'cloud']));
    expect(hedgeAfterMs).toBe(candidates[0]?.prediction.firstTokenP95Ms);
  });

  test('is not run when one is clearly better, or as alike as the threshold does not reach', () => {
    const clear = { ...ALIKE, [CLOUD.id]: cloudPrediction({ quality: estimate(0.3, 0.01) }) };
    expect(racing({}, { ...clear, [LOCAL.id]: localPrediction() })).toMatchObject({
      path: 'single',
      hedgeAfterMs: null,
    });
    expect(racing({ policy: withPreferences({ parallelThreshold: 1 }, { hedging: true }) }).path).toBe('single');
    expect(racing({ policy: withPreferences({ parallelThreshold: 0 }, { hedging: true }) }, clear).path).toBe(
      'parallel',
    );
  });

  const late: Predictions = { [LOCAL.id]: localPrediction({ firstTokenP95Ms: 9_000 }) };

  test('is run when the first content may be later than the target', () => {
    const decision = racing({}, late);
    expect(decision).toMatchObject({ path: 'parallel', hedgeAfterMs: 9_000 });
    expect(decision.candidates.map(({ endpoint }) => endpoint.id)).toEqual([LOCAL.id, CLOUD.id]);
    expect(racing({}, { [LOCAL.id]: localPrediction({ firstTokenP95Ms: 1_999 }) }).path).toBe('single');
  });

  test('is not joined by somebody slower, by the same provider, or by a second local model', () => {
    const slow = { ...late, [CLOUD.id]: cloudPrediction({ firstTokenMs: estimate(9_001) }) };
    expect(racing({}, slow).path).toBe('single');
    const second = makeEndpoint({ providerId: 'ollama', model: 'second', track: 'local' });
    expect(racing({ endpoints: [LOCAL, second] }, late).path).toBe('single');
    const lateCloud = { [CLOUD.id]: cloudPrediction({ firstTokenP95Ms: 9_000 }) };
    const sibling = makeEndpoint({ providerId: 'openai', model: 'sibling' });
    const other = makeEndpoint({ providerId: 'groq' });
    expect(racing({ endpoints: [CLOUD, sibling] }, lateCloud).path).toBe('single');
    expect(racing({ endpoints: [CLOUD, other] }, lateCloud).path).toBe('parallel');
  });

  test('is not joined by somebody whose price the waiting is not worth', () => {
    const uncapped = policy({ hedging: true, constraints: { ...POLICY.constraints, maxCostPerRequestNanoUsd: null } });
    const costing = (costNanoUsd: number) => ({ ...late, [CLOUD.id]: cloudPrediction({ costNanoUsd }) });
    // Nine seconds more, late already: 8.4 s are saved at two tenths of a cent each.
    expect(racing({ policy: uncapped }, costing(16_000_000)).path).toBe('parallel');
    expect(racing({ policy: uncapped }, costing(17_500_000)).path).toBe('single');
  });

  test.each<[string, Partial<DecisionInput>]>([
    ['on battery', { machine: BATTERY }],
    ['when racing is off', { policy: policy() }],
    ['for a request of low importance', { pins: { importance: 'low' } }],
    ['when resources are to be saved', { pins: { strategy: 'resource_efficient' } }],
    ['when cost is what counts', { virtual: 'cheap' }],
    ['for a private request', { pins: { private: true } }],
    ['for a request that is pinned to one track', { pins: { track: 'local' } }],
    ['for an exact name', { virtual: null }],
    ['for a stuck conversation', { conversation: conversationWith(LOCAL, { stuck: 'edits undone' }) }],
    [
      'when both together are over the cap',
      { app: { tracks: null, models: null, private: false, maxCostPerRequestNanoUsd: 3_999_999 } },
    ],
  ])('is not run %s', (_name, changes) => {
    expect(racing(changes).path).toBe('single');
    expect(racing(changes, late).path).toBe('single');
  });

  test('of two cloud models is not run over the cap that holds for both', () => {
    const dear = cloudPrediction({ costNanoUsd: 6_000_000, firstTokenP95Ms: 9_000 });
    const endpoints = [CLOUD, makeEndpoint({ providerId: 'groq' })];
    expect(racing({ endpoints }, { [CLOUD.id]: dear, 'groq/m': dear }).path).toBe('single');
  });
});

describe('a cascade', () => {
  /** Fast enough to be waited for as a whole, and good enough to be tried; the cloud is dear. */
  const CHEAP_TRY: Predictions = {
    [LOCAL.id]: localPrediction({
      quality: estimate(0.72),
      tokensPerSecond: estimate(200),
      outputTokens: estimate(100),
    }),
    [CLOUD.id]: cloudPrediction({ quality: estimate(0.95), outputTokens: estimate(100), costNanoUsd: 8_000_000 }),
  };
  const cascading = (changes: Partial<DecisionInput> = {}, predictions = CHEAP_TRY) =>
    decide(decisionInput({ policy: policy({ cascade: true }), machine: MAINS, ...changes }, predictions));

  test('tries the local model first when that, checked, is worth more than either alone', () => {
    const decision = cascading();
    expect(decision.path).toBe('cascade');
    expect(decision.candidates.map(({ endpoint }) => endpoint.track)).toEqual(['local', 'cloud']);
  });

  test('is logged as the choice of its first candidate, not of the one with the best score', () => {
    const allowance = { rate: 0.1, extraCostNanoUsd: 1e9, extraLatencyMs: 1e9, draws: [0.5, 0.5] as const };
    const quick = { firstTokenMs: estimate(100), tokensPerSecond: estimate(400), outputTokens: estimate(60) };
    const { candidates, path } = cascading(
      { exploration: allowance },
      {
        [LOCAL.id]: localPrediction({ ...quick, quality: estimate(0.65) }),
        [CLOUD.id]: cloudPrediction({ outputTokens: estimate(60), quality: estimate(0.85), costNanoUsd: 3_000_000 }),
      },
    );
    expect(path).toBe('cascade');
    expect(candidates[0]?.score).toBeLessThan(candidates[1]?.score ?? 0);
    expect(candidates.map(({ propensity }) => Math.round(propensity * 100) / 100)).toEqual([1, 0]);
  });

  test('is not worth it when the local answer takes long or is hardly ever good', () => {
    const slow = {
      ...CHEAP_TRY,
      [LOCAL.id]: localPrediction({ quality: estimate(0.72), tokensPerSecond: estimate(5) }),
    };
    expect(cascading({}, slow).path).toBe('single');
    const poor = {
      ...CHEAP_TRY,
      [LOCAL.id]: localPrediction({ quality: estimate(0.5), tokensPerSecond: estimate(200) }),
    };
    expect(cascading({}, poor).path).toBe('single');
  });

  test.each<[string, Partial<DecisionInput>]>([
    ['when it is off', { policy: policy() }],
    ['of what cannot be checked', { checkable: false }],
    ['for an important request', { pins: { importance: 'high' } }],
    ['when quality is what counts', { virtual: 'best' }],
    ['when speed is what counts', { virtual: 'fast' }],
    ['for a private request', { virtual: 'private' }],
    ['for a request that is pinned to the cloud', { pins: { track: 'cloud' } }],
    ['for an exact name', { virtual: null }],
  ])('is not run %s', (_name, changes) => {
    expect(cascading(changes).path).toBe('single');
  });
});

describe('bridging', () => {
  const cold = { ...LOCAL, loaded: false };
  const PREFERRED_WARM: Predictions = {
    [cold.id]: localPrediction({
      loadMs: 14_000,
      firstTokenMs: estimate(14_500),
      firstTokenP95Ms: 20_000,
      quality: estimate(0.88),
    }),
  };
  const bridging = (changes: Partial<DecisionInput> = {}, predictions = PREFERRED_WARM) =>
    decide(
      decisionInput(
        { endpoints: [cold, CLOUD], policy: policy({ bridging: true }), machine: MAINS, ...changes },
        predictions,
      ),
    );

  test('lets the cloud answer while the local model that is better when warm is loaded', () => {
    const decision = bridging();
    expect(decision).toMatchObject({ path: 'single', warm: cold });
    expect(decision.candidates[0]?.endpoint.track).toBe('cloud');
  });

  test('loads nothing that would not be preferred when warm, or loads quickly', () => {
    const poor = {
      [cold.id]: localPrediction({ loadMs: 14_000, firstTokenMs: estimate(14_500), quality: estimate(0.3) }),
    };
    expect(bridging({}, poor).warm).toBeNull();
    const dear = {
      [cold.id]: localPrediction({ loadMs: 2_000, firstTokenMs: estimate(2_500), quality: estimate(0.6) }),
    };
    expect(bridging({}, dear).warm).toBeNull();
  });

  test.each<[string, Partial<DecisionInput>]>([
    ['when it is off', { policy: policy() }],
    ['on battery', { machine: BATTERY }],
    ['without the memory for it', { machine: { ...MAINS, memoryFreeBytes: 1e9 } }],
    ['for a request that is pinned to the cloud', { pins: { track: 'cloud' } }],
    ['for an exact name', { virtual: null, endpoints: [CLOUD, cold] }],
  ])('loads nothing %s', (_name, changes) => {
    expect(bridging(changes).warm).toBeNull();
  });

  test('has the cold model answer itself when the request must stay here', () => {
    expect(bridging({ virtual: 'private' })).toMatchObject({ warm: null, path: 'single' });
    expect(idsOf(decisionInput({ endpoints: [cold, CLOUD], virtual: 'private' }, PREFERRED_WARM))).toEqual([cold.id]);
  });
});
