import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CallForecast, CallSituation, ObservedCall } from '../../../src-main/engine/optimizer/endpoint-model.ts';
import { EndpointModels } from '../../../src-main/engine/optimizer/endpoint-models.ts';
import type { TaskKind } from '../../../src-main/engine/routing/request-profile.ts';
import { makeEndpoint } from '../../support/make-endpoint.ts';
import { IDLE, logNormal, seededRandom, simulateCall, type Truth } from './endpoint-model-simulator.ts';

const LOCAL = makeEndpoint({ providerId: 'ollama', model: 'qwen3:8b', track: 'local', sizeBytes: 5e9, loaded: true });
const CLOUD = makeEndpoint({ providerId: 'cloudy', model: 'big' });

/** A machine with a good graphics card, and nothing like the guess for `LOCAL`. */
const TRUTH: Truth = {
  baseMs: 120,
  msPerPromptToken: 0.4,
  tokensPerSecond: 70,
  loadMs: 2_500,
  outputTokens: 400,
  noise: 0.3,
};
const SEEDS = Array.from({ length: 20 }, (_, seed) => seed + 1);

function request(promptTokens = 2_000, kind: TaskKind = 'chat', maxOutputTokens: number | null = null) {
  return { promptTokens, kind, maxOutputTokens };
}

/** Models that have seen so many calls to an endpoint that is really like this. */
function modelsAfter(
  calls: number,
  options: {
    truth?: Truth;
    seed?: number;
    endpoint?: typeof LOCAL;
    changes?: Partial<ObservedCall>;
    models?: EndpointModels;
  } = {},
): EndpointModels {
  const { truth = TRUTH, seed = 1, endpoint = LOCAL, changes = {}, models = new EndpointModels() } = options;
  const random = seededRandom(seed);
  for (let count = 0; count < calls; count += 1) models.observe(endpoint, simulateCall(truth, random, changes));
  return models;
}

function forecast(models: EndpointModels, situation: Partial<CallSituation> = {}, asked = request()): CallForecast {
  return models.predict(LOCAL, asked, { ...IDLE, ...situation });
}

/** The median, over the seeds, of how far a figure is off the truth, as a share of it. */
function medianError(truth: number, figure: (seed: number) => number): number {
  const errors = SEEDS.map((seed) => Math.abs(figure(seed) / truth - 1)).sort((one, other) => one - other);
  return errors[Math.floor(errors.length / 2)] ?? NaN;
}

const everyNumberOf = (value: unknown): number[] =>
  typeof value === 'number'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(everyNumberOf)
      : [];

describe('before the first call', () => {
  test('everything is a guess, with no observation behind it and little certainty', () => {
    const { firstTokenMs, tokensPerSecond, outputTokens, success } = forecast(new EndpointModels());
    for (const estimate of [firstTokenMs, tokensPerSecond, outputTokens]) {
      expect(estimate.observations).toBe(0);
      expect(estimate.sd / estimate.mean).toBeGreaterThan(0.5);
    }
    expect(success).toMatchObject({ mean: 0.97, observations: 0 });
  });

  test('the price of a cloud model and the graphics card of the machine tell of speed', () => {
    const cheap = new EndpointModels({ outputPriceOf: () => 0.3 }).predict(CLOUD, request(), IDLE);
    const dear = new EndpointModels({ outputPriceOf: () => 75 }).predict(CLOUD, request(), IDLE);
    expect(cheap.firstTokenMs.mean).toBeLessThan(dear.firstTokenMs.mean);
    const models = new EndpointModels({ cpuOnly: true });
    const slow = forecast(models).tokensPerSecond.mean;
    models.setCpuOnly(false);
    expect(forecast(models).tokensPerSecond.mean).toBeGreaterThan(4 * slow);
  });
});

describe('predictions come close to the truth', () => {
  test.each([
    ['10 calls', 10, 0.25],
    ['50 calls', 50, 0.12],
    ['300 calls', 300, 0.12],
  ])('after %s: time to first token, of short and of long prompts', (_, calls, band) => {
    for (const promptTokens of [300, 2_000, 6_000]) {
      const truth = TRUTH.baseMs + TRUTH.msPerPromptToken * promptTokens;
      const errorOf = (seed: number) =>
        forecast(modelsAfter(calls, { seed }), {}, request(promptTokens)).firstTokenMs.mean;
      expect(medianError(truth, errorOf)).toBeLessThan(promptTokens === 300 ? band * 1.6 : band);
    }
  });

  test.each([
    ['10 calls', 10, 0.12],
    ['50 calls', 50, 0.06],
  ])('after %s: tokens per second', (_, calls, band) => {
    expect(medianError(70, (seed) => forecast(modelsAfter(calls, { seed })).tokensPerSecond.mean)).toBeLessThan(band);
  });

  test('after 50 calls: the length of answers', () => {
    expect(medianError(400, (seed) => forecast(modelsAfter(50, { seed })).outputTokens.mean)).toBeLessThan(0.2);
  });

  test('after 5 cold calls: the time of loading, though nobody tells it apart', () => {
    const loadOf = (seed: number) => {
      const models = modelsAfter(20, { seed });
      modelsAfter(5, { seed: seed + 100, models, changes: { wasLoaded: false } });
      return forecast(models, { loaded: false }).loadMs;
    };
    expect(medianError(2_500, loadOf)).toBeLessThan(0.25);
  });

  test('also for a processor that reads prompts thirty times slower than guessed', () => {
    const truth = { ...TRUTH, baseMs: 900, msPerPromptToken: 30, tokensPerSecond: 5 };
    const figure = (seed: number) => forecast(modelsAfter(50, { seed, truth })).firstTokenMs.mean;
    expect(medianError(900 + 30 * 2_000, figure)).toBeLessThan(0.12);
  });

  test('nineteen of twenty calls answer within the 95th percentile', () => {
    const models = modelsAfter(200);
    const random = seededRandom(77);
    let late = 0;
    for (let count = 0; count < 2_000; count += 1) {
      const call = simulateCall(TRUTH, random);
      if ((call.firstTokenMs ?? 0) > forecast(models, {}, request(call.promptTokens)).firstTokenP95Ms) late += 1;
    }
    expect(late / 2_000).toBeGreaterThan(0.02);
    expect(late / 2_000).toBeLessThan(0.09);
  });

  test('uncertainty shrinks with every call', () => {
    const relativeSd = [0, 3, 10, 40].map((calls) => {
      const { mean, sd } = forecast(modelsAfter(calls)).tokensPerSecond;
      return sd / mean;
    });
    expect(relativeSd).toEqual([...relativeSd].sort((one, other) => other - one));
    expect(relativeSd.at(-1)).toBeLessThan(0.1);
  });

  test('prompts of one size teach the level, and the slope follows in proportion', () => {
    const guessed = forecast(new EndpointModels(), {}, request(6_000)).firstTokenMs.mean;
    const truth = { ...TRUTH, baseMs: 5, msPerPromptToken: 0, noise: 0.1 };
    const models = modelsAfter(60, { truth, changes: { promptTokens: 500 } });
    expect(forecast(models, {}, request(500)).firstTokenMs.mean).toBeGreaterThan(4.5);
    expect(forecast(models, {}, request(500)).firstTokenMs.mean).toBeLessThan(5.5);
    expect(forecast(models, {}, request(6_000)).firstTokenMs.mean).toBeLessThan(guessed / 10);
  });
});

describe('predictions follow a change', () => {
  const slower = { ...TRUTH, baseMs: 360, msPerPromptToken: 1.2, tokensPerSecond: 70 / 3 };

  test.each([
    ['three times slower', TRUTH, slower],
    ['three times faster', slower, TRUTH],
  ])('%s is recognized within 50 calls', (_, before, after) => {
    const expected = after.baseMs + after.msPerPromptToken * 2_000;
    const changed = (seed: number) => {
      const models = modelsAfter(300, { seed, truth: before });
      return modelsAfter(50, { seed: seed + 100, truth: after, models });
    };
    expect(medianError(expected, (seed) => forecast(changed(seed)).firstTokenMs.mean)).toBeLessThan(0.2);
    expect(medianError(after.tokensPerSecond, (seed) => forecast(changed(seed)).tokensPerSecond.mean)).toBeLessThan(
      0.15,
    );
  });

  test('also by calls that are cancelled or time out before they answer', () => {
    const models = modelsAfter(100);
    const before = forecast(models).firstTokenMs.mean;
    const changes = { firstTokenMs: null, outputTokens: null, durationMs: 6_000, promptTokens: 2_000 };
    modelsAfter(20, { models, changes: { ...changes, outcome: 'cancelled' } });
    expect(forecast(models).firstTokenMs.mean).toBeGreaterThan(3 * before);
    expect(forecast(models).success.mean).toBeGreaterThan(0.95);
  });

  test('but not by calls that are cancelled early, which tell nothing', () => {
    const models = modelsAfter(100);
    const before = forecast(models);
    modelsAfter(20, {
      models,
      changes: { firstTokenMs: null, outputTokens: null, durationMs: 5, outcome: 'cancelled' },
    });
    expect(forecast(models)).toEqual(before);
  });

  test('one wild value moves little', () => {
    const models = modelsAfter(100);
    const before = forecast(models).firstTokenMs.mean;
    modelsAfter(1, { models, changes: { firstTokenMs: 3_600_000, durationMs: 3_700_000 } });
    expect(forecast(models).firstTokenMs.mean).toBeLessThan(1.5 * before);
  });

  test('an outage is forgiven by time as well: after minutes of silence it is worth another try', () => {
    let nowMs = 0;
    const models = new EndpointModels({ nowMs: () => nowMs });
    const fail = () =>
      modelsAfter(1, { models, changes: { outcome: 'failed', firstTokenMs: null, outputTokens: null } });
    const success = () => forecast(models).success.mean;
    for (let count = 0; count < 10; count++) fail();
    const during = success();
    expect(during).toBeLessThan(0.5);
    nowMs = 120_000;
    expect(success()).toBe(during);
    nowMs = 1_320_000;
    expect(success()).toBeGreaterThan(0.6);
    fail();
    expect(success()).toBeLessThan(0.6);
    nowMs = 4 * 3_600_000;
    expect(success()).toBeCloseTo(0.97, 2);
  });

  test('recent failures weigh: five in a row take the probability of success under two thirds, ten successes bring it back', () => {
    const models = modelsAfter(100);
    modelsAfter(5, { models, changes: { outcome: 'failed', firstTokenMs: null, outputTokens: null, durationMs: 20 } });
    const after = forecast(models).success.mean;
    expect(after).toBeLessThan(0.82);
    modelsAfter(5, { models, changes: { outcome: 'failed', firstTokenMs: null, outputTokens: null, durationMs: 20 } });
    expect(forecast(models).success.mean).toBeLessThan(0.67);
    modelsAfter(30, { models });
    expect(forecast(models).success.mean).toBeGreaterThan(0.88);
  });
});

describe('what comes on top of the model itself', () => {
  test('a model that is not loaded waits for its loading', () => {
    const models = modelsAfter(20);
    const [warm, cold] = [forecast(models), forecast(models, { loaded: false })];
    expect(warm.loadMs).toBe(0);
    expect(cold.loadMs).toBeGreaterThan(1_000);
    expect(cold.firstTokenMs.mean).toBeCloseTo(warm.firstTokenMs.mean + cold.loadMs);
    expect(cold.firstTokenP95Ms).toBeGreaterThan(cold.firstTokenMs.mean);
  });

  test('a model of which nobody knows whether it is loaded, and a cloud model, do not', () => {
    expect(forecast(modelsAfter(20), { loaded: null }).loadMs).toBe(0);
    expect(new EndpointModels().predict(CLOUD, request(), { ...IDLE, loaded: false }).loadMs).toBe(0);
  });

  test('a model that was thought cold and answered like a warm one was warm', () => {
    const models = modelsAfter(50);
    const before = forecast(models, { loaded: false }).loadMs;
    modelsAfter(10, { models, truth: { ...TRUTH, loadMs: 0, noise: 0.05 }, changes: { wasLoaded: false } });
    expect(forecast(models, { loaded: false }).loadMs).toBe(before);
  });

  test('an upstream that tells the time of loading is believed', () => {
    const models = modelsAfter(20);
    modelsAfter(8, {
      models,
      changes: { wasLoaded: false, loadMs: 9_000, firstTokenMs: 9_900, durationMs: 12_000, promptTokens: 2_000 },
    });
    const { loadMs, firstTokenMs } = forecast(models, { loaded: false });
    expect(loadMs).toBeGreaterThan(7_000);
    expect(firstTokenMs.mean - loadMs).toBeLessThan(1_100);
  });

  test('a full endpoint makes wait as long as its calls take', () => {
    const models = modelsAfter(100);
    const wait = forecast(models, { active: 1, queued: 0, concurrency: 1 });
    const serviceMs =
      TRUTH.baseMs + TRUTH.msPerPromptToken * 3_000 + (1_000 * TRUTH.outputTokens) / TRUTH.tokensPerSecond;
    expect(wait.queueMs / serviceMs).toBeGreaterThan(0.7);
    expect(wait.queueMs / serviceMs).toBeLessThan(1.4);
    expect(forecast(models, { active: 1, queued: 2, concurrency: 1 }).queueMs).toBeCloseTo(3 * wait.queueMs);
  });

  test('what is in the prompt cache need not be read', () => {
    const models = modelsAfter(100);
    const cached = forecast(models, { cachedTokens: 1_900 }).firstTokenMs.mean;
    expect(cached).toBeCloseTo(forecast(models, {}, request(100)).firstTokenMs.mean);
  });

  test('a machine held back to half its speed writes half as fast and reads twice as long', () => {
    const models = modelsAfter(50);
    const [free, held] = [forecast(models), forecast(models, { throttledRatio: 0.5 })];
    expect(held.tokensPerSecond.mean).toBeCloseTo(free.tokensPerSecond.mean / 2);
    expect(held.firstTokenMs.mean).toBeCloseTo(2 * free.firstTokenMs.mean);
  });

  test('calls of a machine that is held back do not spoil what is known of it', () => {
    const held = { ...TRUTH, baseMs: 240, msPerPromptToken: 0.8, tokensPerSecond: 35 };
    const models = modelsAfter(100, { truth: held, changes: { throttledRatio: 0.5 } });
    expect(forecast(models).tokensPerSecond.mean / 70).toBeGreaterThan(0.9);
    expect(forecast(models).tokensPerSecond.mean / 70).toBeLessThan(1.1);
  });

  test('energy is watts times the time that the machine works, and none for the cloud', () => {
    const models = modelsAfter(100);
    const { energyJoules, firstTokenMs, tokensPerSecond, outputTokens } = forecast(models, { localWatts: 30 });
    expect(energyJoules).toBeCloseTo(30 * (firstTokenMs.mean / 1_000 + outputTokens.mean / tokensPerSecond.mean));
    expect(forecast(models).energyJoules).toBeNull();
    expect(models.predict(CLOUD, request(), { ...IDLE, localWatts: 30 }).energyJoules).toBe(0);
  });
});

describe('on battery', () => {
  const onBattery = { ...TRUTH, baseMs: 300, msPerPromptToken: 1, tokensPerSecond: 28 };

  test('a machine is expected to be as on mains until it was seen', () => {
    const models = modelsAfter(50);
    expect(forecast(models, { onBattery: true })).toEqual(forecast(models));
  });

  test('its speed is learned within 30 calls and that on mains is not forgotten', () => {
    const models = modelsAfter(100, { changes: { onBattery: false } });
    const mains = forecast(models).tokensPerSecond.mean;
    modelsAfter(30, { models, truth: onBattery, changes: { onBattery: true } });
    const battery = forecast(models, { onBattery: true }).tokensPerSecond.mean;
    expect(battery / 28).toBeGreaterThan(0.85);
    expect(battery / 28).toBeLessThan(1.15);
    expect(forecast(models, { onBattery: false }).tokensPerSecond.mean).toBe(mains);
  });

  test('a cloud endpoint stays what it is', () => {
    const models = modelsAfter(20, { endpoint: CLOUD, changes: { onBattery: true } });
    const asked = [true, false, null].map((power) => models.predict(CLOUD, request(), { ...IDLE, onBattery: power }));
    expect(asked[0]).toEqual(asked[1]);
    expect(asked[1]).toEqual(asked[2]);
    expect(asked[0]?.firstTokenMs.observations).toBeGreaterThan(10);
  });
});

describe('the length of answers', () => {
  test('of a wordy endpoint is expected of its other kinds of tasks too', () => {
    const models = new EndpointModels();
    const random = seededRandom(3);
    const other = makeEndpoint({ model: 'terse' });
    for (let count = 0; count < 60; count += 1) {
      models.observe(LOCAL, simulateCall({ ...TRUTH, outputTokens: 900 }, random, { kind: 'code' }));
      models.observe(other, simulateCall({ ...TRUTH, outputTokens: 150 }, random, { kind: 'code' }));
    }
    const lengthOf = (endpoint: typeof LOCAL, kind: TaskKind) =>
      models.predict(endpoint, request(500, kind), IDLE).outputTokens.mean;
    expect(lengthOf(LOCAL, 'code') / 900).toBeGreaterThan(0.7);
    expect(lengthOf(LOCAL, 'code') / 900).toBeLessThan(1.4);
    expect(lengthOf(other, 'code') / 150).toBeGreaterThan(0.7);
    expect(lengthOf(other, 'code') / 150).toBeLessThan(1.5);
    expect(lengthOf(LOCAL, 'write')).toBeGreaterThan(1.5 * lengthOf(other, 'write'));
  });

  test('is never beyond what the request or the model allows', () => {
    const models = modelsAfter(50);
    const { outputTokens, outputTokensP95 } = forecast(models, {}, request(2_000, 'chat', 50));
    expect([outputTokens.mean, outputTokensP95]).toEqual([50, 50]);
    const bounded = { ...LOCAL, maxOutputTokens: 30 };
    expect(models.predict(bounded, request(2_000, 'chat', 50), IDLE).outputTokensP95).toBe(30);
    expect(models.predict(bounded, request(), IDLE).outputTokensP95).toBe(30);
  });

  test('has a 95th percentile that nineteen of twenty answers keep', () => {
    const { outputTokensP95 } = forecast(modelsAfter(200));
    const random = seededRandom(9);
    const longer = Array.from({ length: 2_000 }, () => 400 * logNormal(random, 0.5)).filter(
      (tokens) => tokens > outputTokensP95,
    );
    expect(longer.length / 2_000).toBeLessThan(0.1);
  });
});

describe('answers in one piece', () => {
  test('teach the speed of writing and not the time to the first token', () => {
    const models = modelsAfter(60);
    const before = forecast(models).firstTokenMs.mean;
    const random = seededRandom(5);
    for (let count = 0; count < 60; count += 1) {
      const call = simulateCall({ ...TRUTH, tokensPerSecond: 35 }, random, { streamed: false });
      models.observe(LOCAL, { ...call, firstTokenMs: call.durationMs });
    }
    expect(forecast(models).firstTokenMs.mean).toBe(before);
    expect(forecast(models).tokensPerSecond.mean / 35).toBeGreaterThan(0.8);
    expect(forecast(models).tokensPerSecond.mean / 35).toBeLessThan(1.2);
  });

  test.each([
    ['told as the first content', (call: ObservedCall) => call.durationMs],
    ['not told', () => null],
  ])('of a cold model teach its loading, less the time of writing, with their end %s', (_, firstTokenOf) => {
    const models = modelsAfter(60);
    const random = seededRandom(6);
    for (let count = 0; count < 10; count += 1) {
      const call = simulateCall(TRUTH, random, { streamed: false, wasLoaded: false });
      models.observe(LOCAL, { ...call, firstTokenMs: firstTokenOf(call) });
    }
    const { loadMs } = forecast(models, { loaded: false });
    expect(loadMs).toBeGreaterThan(1_500);
    expect(loadMs).toBeLessThan(4_500);
  });
});

describe('after sleep', () => {
  test('everything is less certain, stays about where it was, and is soon learned anew', () => {
    const models = modelsAfter(100);
    const before = forecast(models);
    models.distrust();
    const after = forecast(models);
    for (const figure of ['firstTokenMs', 'tokensPerSecond', 'outputTokens', 'success'] as const) {
      expect(after[figure].sd).toBeGreaterThan(1.3 * before[figure].sd);
      expect(after[figure].observations).toBeCloseTo(before[figure].observations / 4);
      expect(after[figure].mean / before[figure].mean).toBeGreaterThan(0.6);
      expect(after[figure].mean / before[figure].mean).toBeLessThan(1.5);
    }
    const truth = { ...TRUTH, tokensPerSecond: 20 };
    expect(forecast(modelsAfter(15, { models, truth })).tokensPerSecond.mean).toBeLessThan(28);
  });

  test('so is what was only read from disk', () => {
    const saved: unknown = JSON.parse(JSON.stringify(modelsAfter(100).toState()));
    const models = EndpointModels.fromState(saved);
    models?.distrust();
    const distrusted = modelsAfter(100);
    distrusted.distrust();
    expect(models && forecast(models)).toEqual(forecast(distrusted));
  });
});

describe('what is kept', () => {
  test('predicts the same when it comes back', () => {
    const models = modelsAfter(30, { changes: { onBattery: false } });
    modelsAfter(30, { models, changes: { onBattery: true }, seed: 2 });
    modelsAfter(30, { models, endpoint: CLOUD, seed: 3 });
    const restored = EndpointModels.fromState(JSON.parse(JSON.stringify(models.toState())));
    if (restored === null) throw new Error('the state was refused');
    for (const situation of [{ loaded: false }, { onBattery: true }, { active: 4, throttledRatio: 0.7 }]) {
      expect(forecast(restored, situation)).toEqual(forecast(models, situation));
    }
    expect(restored.predict(CLOUD, request(), IDLE)).toEqual(models.predict(CLOUD, request(), IDLE));
    expect(restored.toState()).toEqual(models.toState());
  });

  test('survives a restart in which nobody asked for it', () => {
    const state = modelsAfter(30).toState();
    expect(EndpointModels.fromState(state)?.toState()).toEqual(state);
  });

  test('does not hold endpoints that were never called, and is small', () => {
    const models = modelsAfter(100);
    models.predict(CLOUD, request(), IDLE);
    expect(Object.keys(models.toState().endpoints)).toEqual([LOCAL.id]);
    expect(JSON.stringify(models.toState()).length).toBeLessThan(2_000);
  });

  test('of very many endpoints are the 500 last called', () => {
    const models = new EndpointModels();
    for (let count = 0; count < 600; count += 1)
      modelsAfter(1, { models, endpoint: makeEndpoint({ model: `m${count}` }) });
    const kept = Object.keys(models.toState().endpoints);
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([500, 'one/m599', 'one/m100']);
  });

  test('outlives that the size of a model becomes known', () => {
    const models = modelsAfter(50, { endpoint: { ...LOCAL, sizeBytes: null } });
    expect(forecast(models).tokensPerSecond.mean / 70).toBeGreaterThan(0.9);
    expect(forecast(models).tokensPerSecond.observations).toBeGreaterThan(10);
  });

  const good = modelsAfter(5).toState();
  test.each([
    ['nothing', null],
    ['a text', 'state'],
    ['a list', [good]],
    ['a later version', { ...good, version: 2 }],
    ['missing lengths', { ...good, lengths: [] }],
    ['NaN in the lengths', { ...good, lengths: good.lengths.map(() => [NaN, 0, 0]) }],
    ['no endpoints', { ...good, endpoints: null }],
  ])('is refused when it is %s', (_, state) => {
    expect(EndpointModels.fromState(state)).toBeNull();
  });

  const saved = good.endpoints[LOCAL.id];
  test.each([
    ['is no object', 7],
    ['lacks a part', { ...saved, load: undefined }],
    ['has a NaN', { ...saved, load: [NaN, 1, 1] }],
    ['has a negative weight', { ...saved, service: [-1, 1, 1] }],
    ['has an absurd mean', { ...saved, service: [1, 1e6, 1] }],
    ['has too few numbers', { ...saved, success: [1] }],
    [
      'has no weight behind its line',
      { ...saved, speeds: { mains: { ...saved?.speeds.mains, firstToken: [0, 0, 0, 0, 0, 0, 0] }, battery: null } },
    ],
    [
      'has a damaged speed',
      { ...saved, speeds: { mains: null, battery: { firstToken: 3, tokensPerSecond: [1, 1, 1] } } },
    ],
    ['has no speeds', { ...saved, speeds: null }],
  ])('goes without an endpoint whose state %s, and keeps the others', (_, damaged) => {
    const models = EndpointModels.fromState({ ...good, endpoints: { ...good.endpoints, 'one/bad': damaged } });
    expect(Object.keys(models?.toState().endpoints ?? {})).toEqual([LOCAL.id]);
  });
});

describe('numbers that make no sense', () => {
  test.each([
    ['a NaN prompt', { promptTokens: NaN }],
    ['a negative duration', { durationMs: -1 }],
    ['an infinite first token', { firstTokenMs: Infinity }],
    ['a NaN load', { loadMs: NaN }],
    ['a negative number of tokens', { outputTokens: -3 }],
    ['a NaN throttle', { throttledRatio: NaN }],
  ])('%s is refused with its call, and counted', (_, wrong) => {
    const models = modelsAfter(10);
    const before = models.toState();
    expect(models.observe(LOCAL, simulateCall(TRUTH, seededRandom(1), wrong))).toBe(false);
    expect(models.rejected).toBe(1);
    expect(models.toState()).toEqual(before);
  });

  test('no sound call, however strange, makes a prediction that is not a number above zero', () => {
    const ms = fc.oneof(fc.double({ min: 0, max: 1e9, noNaN: true }), fc.constant(0));
    const anyCall: fc.Arbitrary<ObservedCall> = fc.record({
      kind: fc.constantFrom('chat', 'code', 'vision'),
      promptTokens: fc.oneof(fc.nat(1e6), fc.constant(0)),
      wasLoaded: fc.constantFrom(true, false, null),
      streamed: fc.boolean(),
      firstTokenMs: fc.option(ms, { nil: null }),
      durationMs: ms,
      loadMs: fc.option(ms, { nil: null }),
      outputTokens: fc.option(fc.nat(1e6), { nil: null }),
      outcome: fc.constantFrom('ok', 'failed', 'cancelled'),
      onBattery: fc.constantFrom(true, false, null),
      throttledRatio: fc.option(fc.double({ min: 0, max: 3, noNaN: true }), { nil: null }),
    });
    fc.assert(
      fc.property(fc.array(anyCall, { maxLength: 80 }), fc.boolean(), fc.nat(1e6), (calls, onBattery, promptTokens) => {
        const models = new EndpointModels();
        for (const call of calls) models.observe(LOCAL, call);
        const restored = EndpointModels.fromState(JSON.parse(JSON.stringify(models.toState())));
        const { firstTokenMs, firstTokenP95Ms, tokensPerSecond, ...rest } = forecast(
          models,
          { onBattery, loaded: false, localWatts: 20 },
          request(promptTokens),
        );
        for (const number of everyNumberOf({ firstTokenMs, tokensPerSecond, rest })) {
          expect(Number.isFinite(number)).toBe(true);
          expect(number).toBeGreaterThanOrEqual(0);
        }
        expect(tokensPerSecond.mean).toBeGreaterThan(0);
        expect(firstTokenP95Ms).toBeGreaterThanOrEqual(0);
        expect(restored?.toState()).toEqual(models.toState());
      }),
    );
  });
});

describe('a prompt that may have been in the cache, as local models do not tell', () => {
  const cached = (models: EndpointModels) =>
    forecast(models, { cachedTokens: 19_500 }, request(20_000)).firstTokenMs.mean;
  const whole = (models: EndpointModels) => forecast(models, {}, request(20_000)).firstTokenMs.mean;
  const asked = { promptTokens: 20_000, maybeCachedTokens: 19_500, outputTokens: null, durationMs: 10_000 };
  const call = (firstTokenMs: number): ObservedCall => ({
    kind: 'chat',
    wasLoaded: true,
    streamed: true,
    loadMs: null,
    outcome: 'ok',
    onBattery: null,
    throttledRatio: null,
    ...asked,
    firstTokenMs,
  });

  test('is taken to have been there when the first token came early, and not when it came late', () => {
    const models = modelsAfter(30);
    // 120 ms and 0.4 ms a token: 320 ms with the cache, 8,120 ms without.
    for (let count = 0; count < 40; count += 1) models.observe(LOCAL, call(count % 2 === 0 ? 320 : 8_120));
    expect(cached(models)).toBeGreaterThan(200);
    expect(cached(models)).toBeLessThan(500);
    expect(whole(models)).toBeGreaterThan(6_000);
    expect(whole(models)).toBeLessThan(10_500);
  });

  test('is read anew by a model that has to be loaded first', () => {
    const models = modelsAfter(30);
    const cold = forecast(models, { cachedTokens: 19_500, loaded: false }, request(20_000));
    expect(cold.firstTokenMs.mean - cold.loadMs).toBeCloseTo(whole(models), 6);
  });
});

describe('an endpoint that was left alone while others were called', () => {
  test('is believed sooner to have become fast again', () => {
    const slow = { ...TRUTH, baseMs: 3 * TRUTH.baseMs, msPerPromptToken: 3 * TRUTH.msPerPromptToken, noise: 0 };
    const fast = { ...TRUTH, noise: 0 };
    const after = (others: number) => {
      const models = modelsAfter(30, { truth: slow });
      for (let round = 0; round < 5; round += 1) {
        modelsAfter(others, { models, endpoint: CLOUD, seed: round });
        modelsAfter(1, { models, truth: fast, seed: 10 + round });
      }
      return forecast(models).firstTokenMs.mean;
    };
    const usual = forecast(modelsAfter(30, { truth: fast })).firstTokenMs.mean;
    expect(after(0)).toBeGreaterThan(2.2 * usual);
    expect(after(5)).toBe(after(0)); // a few calls elsewhere change nothing
    expect(after(40)).toBeLessThan(1.8 * usual);
  });
});
