import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { STRATEGIES } from '../../../src-shared/strategy.ts';
import { decide } from '../../../src-main/engine/routing/decide.ts';
import type { DecisionInput } from '../../../src-main/engine/routing/decision.ts';
import { UNKNOWN_CAPABILITIES, type Endpoint } from '../../../src-main/engine/routing/endpoint.ts';
import type { Prediction } from '../../../src-main/engine/routing/estimate.ts';
import { VIRTUAL_NAMES } from '../../../src-main/engine/routing/model-name.ts';
import { STRATEGY_WEIGHTS } from '../../../src-main/engine/routing/strategies.ts';
import { makeEndpoint } from '../../support/make-endpoint.ts';
import { PROFILE } from './make-decision-input.ts';

const ACTING = Object.keys(STRATEGY_WEIGHTS) as (keyof typeof STRATEGY_WEIGHTS)[];
const wild = fc.oneof(
  { weight: 4, arbitrary: fc.double({ min: 0, max: 1e5, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, -1, 0) },
);
const share = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
  { weight: 1, arbitrary: wild },
);
const bytes = fc.option(fc.oneof(fc.double({ min: 0, max: 3e10, noNaN: true }), wild));
const track = fc.constantFrom('local' as const, 'cloud' as const);
const estimateOf = (mean: fc.Arbitrary<number>) => fc.record({ mean, sd: share, observations: wild });

const prediction: fc.Arbitrary<Prediction> = fc.record({
  firstTokenMs: estimateOf(wild),
  firstTokenP95Ms: wild,
  queueMs: wild,
  loadMs: wild,
  tokensPerSecond: estimateOf(wild),
  outputTokens: estimateOf(wild),
  costNanoUsd: fc.option(fc.oneof(fc.integer({ min: 0, max: 12_000_000 }), wild)),
  costCeilingNanoUsd: fc.option(wild),
  energyJoules: fc.option(wild),
  quality: estimateOf(share),
  success: estimateOf(share),
});

interface Situated {
  endpoint: Endpoint;
  prediction: Prediction;
  blocked: boolean;
  unsayable: boolean;
  overBudget: boolean;
}
const situated: fc.Arbitrary<Situated> = fc
  .record({
    providerId: fc.constantFrom('p', 'q', 'r'),
    model: fc.string({ minLength: 1, maxLength: 3 }),
    track,
    vision: fc.constantFrom(true, false, null),
    contextTokens: fc.option(fc.integer({ min: 1, max: 100_000 })),
    sizeBytes: bytes,
    loaded: fc.constantFrom(true, false, null),
    prediction,
    blocked: fc.boolean(),
    unsayable: fc.boolean(),
    overBudget: fc.boolean(),
  })
  .map(({ prediction, blocked, unsayable, overBudget, vision, ...rest }) => ({
    endpoint: makeEndpoint({ ...rest, capabilities: { ...UNKNOWN_CAPABILITIES, vision } }),
    prediction,
    blocked,
    unsayable,
    overBudget,
  }));

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const pins = fc
  .record({
    track: maybe(track),
    strategy: maybe(fc.constantFrom(...STRATEGIES)),
    private: maybe(fc.constant(true as const)),
    deadlineMs: maybe(wild),
    importance: maybe(fc.constantFrom('low' as const, 'normal' as const, 'high' as const)),
  })
  .map((all): DecisionInput['pins'] =>
    Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)),
  );

const policyOf = (ids: readonly string[]): fc.Arbitrary<DecisionInput['policy']> =>
  fc.record({
    strategy: fc.constantFrom(...STRATEGIES),
    actsAs: fc.constantFrom(...ACTING),
    preferences: fc.record({
      localBias: share,
      parallelThreshold: share,
      timeoutMultiplier: share,
      qualityThreshold: share,
    }),
    preferredLocal: fc.oneof(fc.constant([]), fc.subarray([...ids])),
    preferredCloud: fc.oneof(fc.constant([]), fc.subarray([...ids])),
    localOnly: fc.boolean(),
    constraints: fc.record({
      memoryBytes: bytes,
      gpuMemoryBytes: bytes,
      cpuPercent: wild,
      targetLatencyMs: wild,
      maxCostPerRequestNanoUsd: fc.option(wild),
      batteryPercent: wild,
    }),
    tariffUsdPerKwh: wild,
    hedging: fc.boolean(),
    cascade: fc.boolean(),
    bridging: fc.boolean(),
  });

const machine: fc.Arbitrary<DecisionInput['machine']> = fc.record({
  onBattery: fc.constantFrom(true, false, null),
  batteryPercent: fc.option(wild),
  thermal: fc.constantFrom('nominal', 'fair', 'serious', 'critical', null),
  speedLimitPercent: fc.option(wild),
  cpuPercent: fc.option(wild),
  memoryFreeBytes: bytes,
  memoryTotalBytes: bytes,
  gpuMemoryFreeBytes: bytes,
  gpuMemoryTotalBytes: bytes,
  online: fc.constantFrom(true, false, null),
});

function inputOf(situations: readonly Situated[]): fc.Arbitrary<DecisionInput> {
  const byId = new Map(situations.map((each) => [each.endpoint.id, each]));
  const ids = [...byId.keys()];
  const app = fc.record({
    tracks: fc.option(fc.subarray(['local' as const, 'cloud' as const])),
    models: fc.option(fc.subarray(ids)),
    private: fc.boolean(),
    maxCostPerRequestNanoUsd: fc.option(wild),
  });
  const conversation = fc.record({
    endpointId: fc.constantFrom('gone/x', ...ids),
    cachedTokens: wild,
    requests: wild,
    signedByProviderId: fc.constantFrom(null, 'p', 'q', 'gone'),
    stuck: fc.option(fc.string()),
    escalated: fc.boolean(),
  });
  const exploration = fc.record({
    rate: share,
    extraCostNanoUsd: wild,
    extraLatencyMs: wild,
    draws: fc.tuple(share, share),
  });
  return fc.record({
    virtual: fc.constantFrom(null, ...VIRTUAL_NAMES),
    endpoints: fc.constant(situations.map(({ endpoint }) => endpoint)),
    needs: fc.record({
      capabilities: fc.subarray(['text' as const, 'vision' as const]),
      promptTokens: fc.integer({ min: 0, max: 150_000 }),
    }),
    profile: fc.record({ promptTokens: wild }).map((changes) => ({ ...PROFILE, ...changes })),
    pins,
    policy: policyOf(ids),
    app: fc.option(app),
    machine,
    conversation: fc.option(conversation),
    blocked: fc.constant(({ id }: Endpoint) => (byId.get(id)?.blocked === true ? 'blocked' : null)),
    unsupported: fc.constant(({ id }: Endpoint) => (byId.get(id)?.unsayable === true ? ['that'] : [])),
    predict: fc.constant(({ id }: Endpoint) => byId.get(id)?.prediction ?? NOTHING),
    overBudget: fc.constant(({ id }: Endpoint) => (byId.get(id)?.overBudget === true ? 'budget used up' : null)),
    exploration: fc.option(exploration),
    checkable: fc.boolean(),
  });
}

const NAN = { mean: NaN, sd: NaN, observations: 0 };
const NOTHING: Prediction = {
  firstTokenMs: NAN,
  firstTokenP95Ms: NaN,
  queueMs: NaN,
  loadMs: NaN,
  tokensPerSecond: NAN,
  outputTokens: NAN,
  costNanoUsd: null,
  costCeilingNanoUsd: null,
  energyJoules: null,
  quality: NAN,
  success: NAN,
};

const anyInput = fc
  .uniqueArray(situated, { maxLength: 10, selector: ({ endpoint }) => endpoint.id })
  .chain((situations) => fc.tuple(fc.constant(situations), inputOf(situations)));

function check(property: (input: DecisionInput, situations: readonly Situated[]) => void): void {
  fc.assert(
    fc.property(anyInput, ([situations, input]) => property(input, situations)),
    { numRuns: 400 },
  );
}

describe('whatever is asked, set, measured and predicted, a decision', () => {
  test('is made, is the same again, and has every endpoint in it at most once', () => {
    check((input) => {
      const decision = decide(input);
      expect(decide(input)).toEqual(decision);
      const told = [
        ...decision.candidates.map(({ endpoint }) => endpoint.id),
        ...decision.refusals.map((each) => each.endpointId),
      ];
      expect(new Set(told).size).toBe(told.length);
      if (decision.candidates.length === 0) expect(told.length).toBe(input.endpoints.length);
      expect(decision.reason).toMatch(/^[\x20-\x7e]{1,160}$/);
    });
  });

  test('sends nothing private to the cloud, by no path', () => {
    check((input) => {
      const { pins, app, policy, virtual } = input;
      const isPrivate = pins.private === true || app?.private === true || policy.localOnly || virtual === 'private';
      const { candidates, keptPrivate, path } = decide(input);
      expect(keptPrivate !== null).toBe(isPrivate);
      if (!isPrivate) return;
      for (const { endpoint } of candidates) expect(endpoint.track).toBe('local');
      expect(path).toBe('single');
    });
  });

  test('chooses nobody who cannot, may not or does not serve now', () => {
    check((input, situations) => {
      const chosen = new Set(decide(input).candidates.map(({ endpoint }) => endpoint.id));
      for (const { endpoint, blocked, unsayable, overBudget } of situations) {
        const { app, pins, needs, machine: state } = input;
        const isBlind = needs.capabilities.includes('vision') && endpoint.capabilities.vision === false;
        const isForbidden =
          app?.tracks?.includes(endpoint.track) === false || (pins.track ?? endpoint.track) !== endpoint.track;
        const isOffline = endpoint.track === 'cloud' && state.online === false;
        if (blocked || unsayable || overBudget || isBlind || isForbidden || isOffline)
          expect(chosen).not.toContain(endpoint.id);
      }
    });
  });

  test('has finite scores, in order unless named or explored, and propensities that sum to 1', () => {
    check((input) => {
      const { candidates, explored, path } = decide(input);
      for (const { score, propensity } of candidates) {
        expect(score).toSatisfy(Number.isSafeInteger);
        expect(propensity).toBeGreaterThanOrEqual(0);
      }
      const [first, ...rest] = candidates;
      if (first === undefined) return;
      expect(candidates.reduce((sum, { propensity }) => sum + propensity, 0)).toBeCloseTo(1, 9);
      if (explored || input.virtual === null || path !== 'single') return;
      for (const { score } of rest) expect(score).toBeLessThanOrEqual(first.score);
    });
  });

  test('gives each candidate limits within the ceilings, and a race a second leg and a time', () => {
    check((input) => {
      const { candidates, limits, path, hedgeAfterMs, warm } = decide(input);
      expect(limits).toHaveLength(candidates.length);
      for (const { firstContentMs, betweenContentMs } of limits) {
        expect(firstContentMs).toBeGreaterThan(0);
        expect(firstContentMs).toBeLessThanOrEqual(300_000);
        expect(betweenContentMs).toBeGreaterThan(0);
      }
      if (path !== 'single') expect(candidates.length).toBeGreaterThan(1);
      expect(hedgeAfterMs !== null).toBe(path === 'parallel');
      if (path === 'cascade')
        expect(candidates.slice(0, 2).map(({ endpoint }) => endpoint.track)).toEqual(['local', 'cloud']);
      if (warm !== null) expect(warm.track).toBe('local');
    });
  });
});
