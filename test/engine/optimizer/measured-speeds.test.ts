import { describe, expect, test } from 'vitest';
import { EndpointModels } from '../../../src-main/engine/optimizer/endpoint-models.ts';
import { explainRoute } from '../../../src-main/engine/optimizer/explain-route.ts';
import { MeasuredSpeeds, type MeasuredSpeed } from '../../../src-main/engine/optimizer/measured-speeds.ts';
import { UNKNOWN_MACHINE } from '../../../src-main/engine/routing/machine-state.ts';
import { routeQuestion } from '../../../src-shared/optimizer.ts';
import { makeEndpoint } from '../../support/make-endpoint.ts';
import { IDLE, seededRandom, simulateCall } from './endpoint-model-simulator.ts';
import { optimizerForTest } from './make-optimizer.ts';
import { LOCAL } from './make-result.ts';

const MODEL = makeEndpoint({ providerId: 'ollama', model: 'qwen3:8b', track: 'local', sizeBytes: 5e9, loaded: false });
const ASKED = { promptTokens: 1_000, kind: 'chat', maxOutputTokens: null } as const;

/** A machine four times as fast as one guesses it to be. */
const MEASURED: MeasuredSpeed = {
  endpointId: MODEL.id,
  takenAtMs: 1_000,
  onBattery: false,
  firstTokenMs: 100,
  msPerPromptToken: 0.2,
  tokensPerSecond: 90,
  loadMs: 1_200,
};

function modelsWith(...measured: MeasuredSpeed[]): { models: EndpointModels; speeds: MeasuredSpeeds } {
  const speeds = new MeasuredSpeeds();
  for (const each of measured) speeds.adopt(each);
  return { models: new EndpointModels({ measured: speeds }), speeds };
}

const cold = (models: EndpointModels, onBattery = false) =>
  models.predict(MODEL, ASKED, { ...IDLE, loaded: false, onBattery });

describe('a measured speed', () => {
  test('takes the place of the guess, with more certainty', () => {
    const guessed = cold(new EndpointModels());
    const { tokensPerSecond, loadMs, firstTokenMs } = cold(modelsWith(MEASURED).models);
    expect(tokensPerSecond.mean).toBeGreaterThan(80);
    expect(tokensPerSecond.mean).toBeLessThan(95);
    expect(loadMs / 1_200).toBeCloseTo(1.08, 1);
    // Loading, an empty prompt and a thousand tokens at 0.2 ms, with the usual scatter.
    expect(firstTokenMs.mean).toBeGreaterThan(1_500);
    expect(firstTokenMs.mean).toBeLessThan(1_750);
    expect(tokensPerSecond.sd / tokensPerSecond.mean).toBeLessThan(
      guessed.tokensPerSecond.sd / guessed.tokensPerSecond.mean / 2,
    );
    expect(tokensPerSecond.observations).toBe(0);
  });

  test('leaves what it does not know to the guess', () => {
    const guessed = cold(new EndpointModels());
    const { models } = modelsWith({ ...MEASURED, tokensPerSecond: null, loadMs: null });
    const forecast = cold(models);
    expect(forecast.tokensPerSecond.mean / guessed.tokensPerSecond.mean).toBeCloseTo(1, 0);
    expect(forecast.firstTokenMs.mean).toBeLessThan(guessed.firstTokenMs.mean);
  });

  test('is for its own source of power; on battery mains stand in as long as nothing else is known', () => {
    const onBattery = { ...MEASURED, onBattery: true, tokensPerSecond: 20 };
    const { models } = modelsWith(MEASURED, onBattery);
    expect(cold(models).tokensPerSecond.mean).toBeGreaterThan(80);
    expect(cold(models, true).tokensPerSecond.mean).toBeLessThan(22);
    expect(cold(modelsWith(MEASURED).models, true).tokensPerSecond.mean).toBeGreaterThan(80);
    const guessed = cold(new EndpointModels()).tokensPerSecond.mean;
    expect(cold(modelsWith(onBattery).models).tokensPerSecond.mean / guessed).toBeCloseTo(1, 1);
  });

  test('does not hold against what real calls have taught', () => {
    const truth = {
      baseMs: 400,
      msPerPromptToken: 2,
      tokensPerSecond: 12,
      loadMs: 8_000,
      outputTokens: 300,
      noise: 0.1,
    };
    const random = seededRandom(1);
    const { models } = modelsWith(MEASURED);
    for (let count = 0; count < 40; count += 1) models.observe(MODEL, simulateCall(truth, random));
    const learned = models.predict(MODEL, ASKED, { ...IDLE, loaded: true });
    expect(learned.tokensPerSecond.mean).toBeLessThan(13);
    expect(learned.firstTokenMs.mean).toBeGreaterThan(2_000);
  });

  test('that comes after many calls does not undo them', () => {
    const truth = {
      baseMs: 400,
      msPerPromptToken: 2,
      tokensPerSecond: 12,
      loadMs: 8_000,
      outputTokens: 300,
      noise: 0.1,
    };
    const random = seededRandom(1);
    const { models, speeds } = modelsWith();
    for (let count = 0; count < 40; count += 1) models.observe(MODEL, simulateCall(truth, random));
    const before = models.predict(MODEL, ASKED, { ...IDLE, loaded: true });
    speeds.adopt(MEASURED);
    models.reconsider(MODEL.id);
    const after = models.predict(MODEL, ASKED, { ...IDLE, loaded: true });
    expect(after.firstTokenMs.mean).toBe(before.firstTokenMs.mean);
    expect(after.tokensPerSecond.mean / before.tokensPerSecond.mean).toBeLessThan(1.2);
    // Of its loading nothing was seen: there the measurement is all there is.
    expect(cold(models).loadMs).toBeLessThan(1_500);
  });

  test('that is older than the one that is known changes nothing', () => {
    const { speeds } = modelsWith(MEASURED);
    expect(speeds.adopt({ ...MEASURED, takenAtMs: 999, tokensPerSecond: 1 })).toBe(false);
    expect(speeds.of(MODEL.id, false)).toBe(MEASURED);
    expect(speeds.of('another', false)).toBeNull();
  });

  test('is kept together with what was learned before a restart', () => {
    const random = seededRandom(1);
    const truth = {
      baseMs: 400,
      msPerPromptToken: 2,
      tokensPerSecond: 12,
      loadMs: 8_000,
      outputTokens: 300,
      noise: 0.1,
    };
    const { models, speeds } = modelsWith(MEASURED);
    for (let count = 0; count < 20; count += 1) models.observe(MODEL, simulateCall(truth, random));
    const again = EndpointModels.fromState(models.toState(), { measured: speeds });
    expect(again === null ? null : cold(again).tokensPerSecond.mean).toBe(cold(models).tokensPerSecond.mean);
  });
});

describe('the load time that an engine tells with a call', () => {
  const call = {
    kind: 'chat' as const,
    outcome: 'ok' as const,
    ...{ promptTokens: 100, wasLoaded: false, streamed: true, outputTokens: 50 },
    ...{ onBattery: false, throttledRatio: null },
  };

  test('is what is learned of loading', () => {
    const models = new EndpointModels();
    for (let count = 0; count < 5; count += 1) {
      models.observe(MODEL, { ...call, firstTokenMs: 6_300, durationMs: 7_000, loadMs: 6_000 });
    }
    expect(cold(models).loadMs).toBeGreaterThan(5_500);
    expect(cold(models).loadMs).toBeLessThan(6_800);
  });

  test('counts more than what was thought to be in memory', () => {
    const models = new EndpointModels();
    const guessed = cold(models).loadMs;
    // It was there after all: a few milliseconds are the look for it.
    models.observe(MODEL, { ...call, firstTokenMs: 300, durationMs: 1_000, loadMs: 8 });
    expect(cold(models).loadMs).toBe(guessed);
    // It had left the memory: the time to its first token is not that of a loaded model.
    const warm = models.predict(MODEL, ASKED, { ...IDLE, loaded: true }).firstTokenMs.mean;
    models.observe(MODEL, { ...call, wasLoaded: true, firstTokenMs: 20_300, durationMs: 21_000, loadMs: 20_000 });
    expect(models.predict(MODEL, ASKED, { ...IDLE, loaded: true }).firstTokenMs.mean).toBeLessThan(warm * 1.5);
    expect(cold(models).loadMs).toBeGreaterThan(guessed);
  });
});

describe('an explained route', () => {
  test('says which predictions start from a measurement, when and on which power it was taken', () => {
    const { optimizer, around, clock } = optimizerForTest();
    const explain = () =>
      explainRoute({ clock, optimizer }, routeQuestion.parse({ prompt: 'Hello' }), {}).candidates.map(
        ({ endpoint, measured }) => ({ endpoint, measured }),
      );
    const measuredOf = (id: string) => explain().find(({ endpoint }) => endpoint === id)?.measured;
    expect(measuredOf(LOCAL.id)).toBeNull();
    const of = { ...MEASURED, endpointId: LOCAL.id };
    optimizer.adoptMeasured([of, { ...of, onBattery: true, takenAtMs: 2_000 }]);
    expect(measuredOf(LOCAL.id)).toEqual({ atMs: 1_000, onBattery: false });
    around.machine = { ...UNKNOWN_MACHINE, onBattery: true };
    expect(measuredOf(LOCAL.id)).toEqual({ atMs: 2_000, onBattery: true });
    expect(measuredOf('cloud/big')).toBeNull();
  });
});
