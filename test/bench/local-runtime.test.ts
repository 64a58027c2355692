import { expect, test } from 'vitest';
import { idOf } from '../../bench/simulation/simulated-model.ts';
import { makeModel, makeSite, makeTask, serve } from './make-site.ts';

const MINUTE_MS = 60_000;
const ONE = makeModel({ track: 'local', model: 'one' });
const OTHER = makeModel({ track: 'local', model: 'other' });
const THIRD = makeModel({ track: 'local', model: 'third', sizeBytes: 8e9 });

test('a model is loaded once for everybody who waits for it', () => {
  const { runtime, clock } = makeSite([ONE]);
  const readyMs: number[] = [];
  runtime.enter(idOf(ONE), () => readyMs.push(clock.monotonicMs()));
  clock.runUntil(1_000);
  runtime.enter(idOf(ONE), () => readyMs.push(clock.monotonicMs()));
  clock.runUntil(MINUTE_MS);
  expect(runtime.loads).toBe(1);
  expect(readyMs[0]).toBe(readyMs[1]);
  expect(readyMs[0]).toBeGreaterThan(2_000);
  expect(readyMs[0]).toBeLessThan(8_000);
});

test('it stays for five minutes after its last use, not after its first', () => {
  const { runtime, clock } = makeSite([ONE]);
  runtime.warm(idOf(ONE));
  clock.runUntil(4 * MINUTE_MS);
  runtime.warm(idOf(ONE));
  clock.runUntil(9 * MINUTE_MS - 1);
  expect(runtime.isIn(idOf(ONE))).toBe(true);
  clock.runUntil(9 * MINUTE_MS);
  expect(runtime.isIn(idOf(ONE))).toBe(false);
});

test('when memory is short the model that was unused longest goes', () => {
  const { runtime, clock } = makeSite([ONE, OTHER, THIRD]);
  for (const model of [ONE, OTHER, THIRD]) {
    runtime.warm(idOf(model));
    clock.runUntil(clock.monotonicMs() + MINUTE_MS);
  }
  expect([ONE, OTHER, THIRD].map((model) => runtime.isIn(idOf(model)))).toEqual([false, true, true]);
});

test('a model that is in use does not go', () => {
  const { runtime, clock } = makeSite([ONE, OTHER, THIRD]);
  runtime.enter(idOf(ONE), () => undefined);
  runtime.warm(idOf(OTHER));
  clock.runUntil(MINUTE_MS);
  runtime.warm(idOf(THIRD));
  clock.runUntil(2 * MINUTE_MS);
  expect([ONE, OTHER, THIRD].map((model) => runtime.isIn(idOf(model)))).toEqual([true, false, true]);
});

test('who gives up waiting is not called back, and the model is kept no longer for it', () => {
  const { runtime, clock } = makeSite([ONE]);
  let called = false;
  runtime.enter(idOf(ONE), () => (called = true))();
  clock.runUntil(10 * MINUTE_MS);
  expect([called, runtime.isIn(idOf(ONE))]).toEqual([false, false]);
});

test('the list of endpoints says what is loaded at the next look, at most five seconds later', () => {
  const site = makeSite([ONE]);
  const ending = serve(site, { task: makeTask({ answerTokens: 2_000 }) });
  expect(ending.result.calls[0]?.wasLoaded).toBe(false);
  site.runtime.warm(idOf(ONE));
  site.clock.runUntil(site.clock.monotonicMs() + 15_000);
  expect(site.endpoints[0]?.loaded).toBe(true);
});
