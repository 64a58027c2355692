import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isRight } from '../../src-main/demo/known-questions.ts';
import { startSimulatedEngines, type SimulatedEngines } from '../../src-main/demo/start-simulated-engines.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { expectSchema } from '../support/wire-schemas.ts';
import { askLocal, call, callJson, chat, contentOf, objects } from './demo-client.ts';
import { InstantClock } from './instant-clock.ts';

let engines: SimulatedEngines;

beforeEach(async () => {
  engines = await startSimulatedEngines({ seed: 1, clock: new InstantClock() });
});
afterEach(() => engines.stop());

const LLAMA = 'sim-llama:3b';
const CLOUD = 'sim-cloud-large';

describe('both engines', () => {
  const questions = Array.from({ length: 150 }, (_, index) => `What is ${index + 11} + ${3 * index + 7}?`);

  test('are right as often as their models are made to be', async () => {
    const local = await Promise.all(
      questions.map(async (question) => contentOf(await askLocal(engines, { model: LLAMA, question }))),
    );
    const cloud = await Promise.all(
      questions.map(async (question) => {
        const asked = { ...chat(CLOUD, question), stream: false };
        return contentOf(objects((await callJson(`${engines.cloud.url}/chat/completions`, asked)).choices)[0] ?? {});
      }),
    );
    const rightOf = (replies: string[]): number =>
      replies.filter((reply, index) => isRight({ prompt: questions[index] ?? '', reply })).length / replies.length;
    // The seed is fixed, so these are facts; the bounds are four standard deviations.
    expect(Math.abs(rightOf(local) - 0.5)).toBeLessThan(0.16);
    expect(rightOf(cloud)).toBeGreaterThan(0.93);
  });

  test('say the same to the same question with the same seed, in any order', async () => {
    const again = await startSimulatedEngines({ seed: 1, clock: new InstantClock() });
    const other = await startSimulatedEngines({ seed: 2, clock: new InstantClock() });
    const few = questions.slice(0, 20);
    const ask = (at: SimulatedEngines, list: string[]): Promise<string[]> =>
      Promise.all(list.map(async (question) => contentOf(await askLocal(at, { model: LLAMA, question }))));
    const first = await ask(engines, few);
    expect((await ask(again, few.toReversed())).toReversed()).toEqual(first);
    expect(await ask(other, few)).not.toEqual(first);
    await Promise.all([again.stop(), other.stop()]);
  });

  test('answer 500 during an outage, in their own words', async () => {
    engines.local.setFailing(true);
    engines.cloud.setFailing(true);
    const local = await call(`${engines.local.url}/api/tags`);
    const cloud = await call(`${engines.cloud.url}/models`);
    expect([local.status, cloud.status]).toEqual([500, 500]);
    expect(await local.json()).toEqual({ error: 'simulated outage of the simulated local engine' });
    expectSchema('openai', 'ErrorResponse', await cloud.json());
    engines.cloud.setFailing(false);
    expect((await call(`${engines.cloud.url}/models`)).status).toBe(200);
  });

  test('stop working for a client that has gone', async () => {
    const standing = new ManualClock();
    const slow = await startSimulatedEngines({ seed: 1, clock: standing });
    const stop = new AbortController();
    const body = JSON.stringify({ ...chat(CLOUD, 'What is 2 + 2?'), stream: true });
    const response = await fetch(`${slow.cloud.url}/chat/completions`, { method: 'POST', body, signal: stop.signal });
    await response.body?.getReader().read();
    expect(standing.pendingTimers).toBe(1);
    stop.abort();
    await expect.poll(() => standing.pendingTimers).toBe(0);
    await slow.stop();
  });
});
