import { expect, onTestFinished } from 'vitest';
import type { Random } from '../../../src-main/engine/ports.ts';
import { systemRandom } from '../../../src-main/engine/system-ports.ts';
import { callOperation } from '../../support/call-operation.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { startTwoTracks, type TwoTracks } from '../../support/start-two-tracks.ts';
import { silent } from '../../support/upstreams/script.ts';
import { startUpstream } from '../../support/upstreams/start-upstream.ts';
import type { UpstreamModel } from '../../support/upstreams/upstream-model.ts';
import { FakePower, fakeSensors } from '../resources/fake-sensors.ts';
import { candidate, chat, route, set, statusOf, type SettingCheck, type SettingChecks } from './setting-bench.ts';

export const optimizerChecks: SettingChecks = {
  async 'optimizer.enabled'(path) {
    const bench = await startTwoTracks();
    const reason = async () => {
      const reply = await chat(bench);
      await reply.text();
      return reply.headers.get('x-pointsman-reason') ?? '';
    };
    expect(candidate(await route(bench), 'local').quality).not.toBeNull();
    expect(await reason()).not.toBe('');
    await set(bench, path, false);
    expect(candidate(await route(bench), 'local').quality).toBeNull();
  },

  async 'optimizer.strategy'(path) {
    const bench = await startTwoTracks();
    await set(bench, path, 'cost_focused');
    expect((await route(bench)).candidates[0]?.track).toBe('local');
    await set(bench, path, 'quality_focused');
    expect((await route(bench)).candidates[0]?.track).toBe('cloud');
  },

  async 'optimizer.preferences.localBias'(path) {
    const bench = await startTwoTracks();
    const preference = async () => candidate(await route(bench), 'local').parts.preference;
    const usual = await preference();
    await set(bench, path, 1);
    expect(await preference()).toBe(2 * usual);
  },

  async 'optimizer.preferences.parallelThreshold'(path) {
    const bench = await startTwoTracks({ settings: RACES });
    expect((await route(bench)).path).toBe('parallel');
    await set(bench, path, 1);
    expect((await route(bench)).path).toBe('single');
  },

  async 'optimizer.preferences.qualityThreshold'(path) {
    const bench = await startTwoTracks();
    const quality = async () => candidate(await route(bench), 'local').parts.quality;
    const usual = await quality();
    await set(bench, path, 1);
    expect(await quality()).toBeLessThan(usual);
  },

  async 'optimizer.hedging'(path) {
    const bench = await startTwoTracks({ settings: RACES });
    expect((await route(bench)).path).toBe('parallel');
    await set(bench, path, false);
    expect((await route(bench)).path).toBe('single');
  },

  async 'optimizer.adaptation'(path) {
    const { bench, clock } = await startStrained({ strategy: 'resource_efficient' });
    const threshold = async () => (await callOperation(bench, 'optimizer.read', {})).preferences.parallelThreshold;
    for (let count = 0; count < 20; count += 1) await statusOf(bench);
    await clock.advance(180_000);
    expect(await threshold()).toBeGreaterThan(0.7);
    await set(bench, path, false);
    await clock.advance(30_000);
    expect(await threshold()).toBe(0.7);
  },

  async 'optimizer.adaptationIntervalSeconds'(path) {
    const { bench, clock } = await startStrained({ strategy: 'adaptive', adaptationIntervalSeconds: 3_600 });
    const actsAs = async () => (await callOperation(bench, 'optimizer.read', {})).actsAs;
    await clock.advance(60_000);
    expect(await actsAs()).toBe('balanced');
    await set(bench, path, 1);
    await clock.advance(10_000);
    expect(await actsAs()).toBe('resource_efficient');
  },

  async 'optimizer.preferences.timeoutMultiplier'(path) {
    const clock = new ManualClock();
    const bench = await startTwoTracks({ clock, settings: { optimizer: { hedging: false } } });
    bench.cloud.script(silent());
    const asked = { headers: { 'x-pointsman-track': 'cloud' } };
    const isGivenUp = async (count: number): Promise<boolean> => {
      void statusOf(bench, asked).catch(() => undefined);
      const call = await bench.cloud.call(count);
      await clock.advance(20_000);
      await callOperation(bench, 'status.read', {});
      return call.isAborted;
    };
    expect(await isGivenUp(1)).toBe(true);
    await set(bench, path, 4);
    expect(await isGivenUp(2)).toBe(false);
    await clock.advance(200_000);
    await bench.cloud.calls[1]?.aborted;
  },

  async 'optimizer.learning'(path) {
    const bench = await startTwoTracks();
    const observations = async () => (await callOperation(bench, 'optimizer.read', {})).learning.observations;
    // The same words again say that the answer before was not good.
    const askTwice = async (text: string) => {
      const messages = [{ role: 'user', content: text }];
      for (let count = 0; count < 2; count += 1) expect(await statusOf(bench, { messages })).toBe(200);
    };
    const atFirst = await observations();
    await askTwice('What is the capital of France?');
    await expect.poll(observations).toBeGreaterThan(atFirst);
    await set(bench, path, false);
    await expect.poll(async () => (await callOperation(bench, 'optimizer.read', {})).learning.waiting).toBe(0);
    const learned = await observations();
    await askTwice('What is the capital of Spain?');
    const { learning } = await callOperation(bench, 'optimizer.read', {});
    expect(learning).toMatchObject({ waiting: 0, observations: learned });
  },

  async 'optimizer.cascade'(path) {
    const bench = await withLocal({ name: 'qwen3:8b', sizeBytes: 5e9, isLoaded: true });
    const question = { maxOutputTokens: 10, strategy: 'cost_focused' } as const;
    expect((await route(bench, question)).path).toBe('cascade');
    await set(bench, path, false);
    expect((await route(bench, question)).path).toBe('single');
  },

  async 'optimizer.bridging'(path) {
    const bench = await withLocal({ name: 'qwen3:32b', sizeBytes: 20e9, isLoaded: false });
    const question = { json: true, strategy: 'cost_focused' } as const;
    expect((await route(bench, question)).warm).toBe('ollama/qwen3:32b');
    await set(bench, path, false);
    expect((await route(bench, question)).warm).toBeNull();
  },

  async 'optimizer.cloudShare'(path) {
    const bench = await startTwoTracks();
    for (const [share, track] of [
      [1, 'cloud'],
      [0, 'local'],
    ] as const) {
      await set(bench, path, share);
      for (let count = 0; count < 5; count += 1) {
        const reply = await chat(bench, { messages: [{ role: 'user', content: `${track} ${count}` }] });
        await reply.text();
        expect(reply.headers.get('x-pointsman-track')).toBe(track);
      }
    }
  },

  'optimizer.exploration.enabled': stopsExploring(false),
  'optimizer.exploration.usdPerDay': stopsExploring(0),
  'optimizer.exploration.latencyShare': stopsExploring(0),

  // Who forgets keeps nearer to the first guess of so small a model, which is poor.
  'optimizer.learner.retention': expectsOtherwise(0.5, 'less'),
  // A firm guess makes less of what was good since.
  'optimizer.learner.guessStrength': expectsOtherwise(100, 'less'),
  // All kinds of task together are held nearer to the guess than this one.
  'optimizer.learner.overallStrength': expectsOtherwise(200, 'less'),
  // The very words of the question were answered well.
  'optimizer.learner.promptSpread': expectsOtherwise(1, 'more'),
  // Words that move fast are less sure of, and so weigh less than the kind of task.
  'optimizer.learner.wordPace': expectsOtherwise(10, 'less'),
};

const GOOD_ONES = ['town', 'hill', 'road', 'wood', 'sea', 'bay', 'cape', 'moor'];

/** What is expected of the local model after two bad answers and eight good ones, with the setting changed in between. */
function expectsOtherwise(value: number, direction: 'more' | 'less'): SettingCheck {
  return async (path) => {
    const random: Random = { bytes: (count) => new Uint8Array(count).fill(170) };
    const quality = async (changed: boolean): Promise<number> => {
      const bench = await startTwoTracks({ random });
      const teach = async (kind: 'success' | 'failure', text: string) => {
        const asked = { headers: { 'x-pointsman-track': 'local' }, messages: [{ role: 'user', content: text }] };
        const reply = await chat(bench, asked);
        await reply.text();
        const requestId = reply.headers.get('x-pointsman-request-id') ?? '';
        const taken = await callOperation(bench, 'optimizer.feedback', { requestId, kind });
        expect(taken.learned).toBe('prompt');
      };
      for (const text of ['Name a river', 'Name a lake']) await teach('failure', text);
      if (changed) await set(bench, path, value);
      for (const what of GOOD_ONES) await teach('success', `Name a ${what}`);
      const learned = async () => (await callOperation(bench, 'optimizer.read', {})).learning.waiting;
      await expect.poll(learned).toBe(0);
      return candidate(await route(bench, { prompt: 'Name a town' }), 'local').quality ?? NaN;
    };
    const [usual, other] = [await quality(false), await quality(true)];
    if (direction === 'more') expect(other).toBeGreaterThan(usual + 0.005);
    else expect(other).toBeLessThan(usual - 0.005);
  };
}

/** The cloud is dearer and slower than what is best here: exploring it needs money and time, and every chance is taken. */
function stopsExploring(value: unknown): SettingCheck {
  return async (path) => {
    // A generator that begins with nothing but zeros draws numbers close to zero for a while.
    const random: Random = { bytes: (count) => (count === 16 ? new Uint8Array(16) : systemRandom.bytes(count)) };
    const explores = async (off: boolean): Promise<boolean | undefined> => {
      const bench = await startTwoTracks({
        random,
        settings: { optimizer: { strategy: 'cost_focused', cascade: false, exploration: { enabled: true } } },
      });
      if (off) await set(bench, path, value);
      expect(await statusOf(bench)).toBe(200);
      return (await bench.recorded())[0]?.decision?.explored;
    };
    expect(await explores(false)).toBe(true);
    expect(await explores(true)).toBe(false);
  };
}

async function withLocal(model: UpstreamModel): Promise<TwoTracks> {
  const local = await startUpstream({ kind: 'ollama', models: [{ capabilities: ['completion', 'tools'], ...model }] });
  onTestFinished(() => local.stop());
  return startTwoTracks({ settings: { ollama: { enabled: true, baseUrl: local.url } } });
}

/** Two tracks that are always close, and none that is ever late. */
const RACES = {
  constraints: { targetLatencyMs: 600_000 },
  optimizer: { cascade: false, exploration: { enabled: false }, preferences: { parallelThreshold: 0 } },
};

/** A machine that is nearly out of battery and busy. */
async function startStrained(optimizer: object): Promise<{ bench: TwoTracks; clock: ManualClock }> {
  const clock = new ManualClock();
  const sensors = fakeSensors();
  sensors.cpu.next = () => ({ machinePercent: 97, ownPercent: 1, ollamaPercent: 0, othersPercent: 96 });
  const power = new FakePower();
  power.reading = { source: 'battery', batteryPercent: 10, hasBattery: true };
  const bench = await startTwoTracks({
    clock,
    machine: { sensors, power: [power] },
    settings: { optimizer: { ...optimizer, exploration: { enabled: false } } },
  });
  await clock.advance(2_000);
  return { bench, clock };
}
