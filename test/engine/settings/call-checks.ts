import { expect, onTestFinished } from 'vitest';
import type { Clock } from '../../../src-main/engine/ports.ts';
import { systemClock } from '../../../src-main/engine/system-ports.ts';
import { callOperation } from '../../support/call-operation.ts';
import { startTwoTracks, CLOUD_ID, LOCAL_ID, type TwoTracks } from '../../support/start-two-tracks.ts';
import { answer } from '../../support/upstreams/answer-script.ts';
import { Gate } from '../../support/upstreams/gate.ts';
import { silent } from '../../support/upstreams/script.ts';
import { endingAfter, held } from '../../support/upstreams/script-changes.ts';
import { chat, set, statusOf, type SettingChecks } from './setting-bench.ts';

const FINE = answer({ text: 'Hello.' });
/** Comes once and for all: nothing is tried a second time. */
const LOCAL = { model: 'local/tiny:0.5b' };
const CLOUD = { model: CLOUD_ID };

export const callChecks: SettingChecks = {
  'limits.localConcurrency': (path) => checkConcurrency(path, 'local', LOCAL_ID),
  'limits.cloudConcurrency': (path) => checkConcurrency(path, 'cloud', CLOUD_ID),

  async 'limits.queueLength'(path) {
    const bench = await oneAtATime();
    const waiting = statusOf(bench, CLOUD);
    await expect.poll(() => laneOf(bench, CLOUD_ID)).toMatchObject({ active: 1, queued: 1 });
    await set(bench, path, 1);
    expect(await statusOf(bench, CLOUD)).toBe(503);
    await bench.release();
    expect(await waiting).toBe(200);
  },

  async 'limits.queueWaitMs'(path) {
    const bench = await oneAtATime();
    await set(bench, path, 20);
    expect(await statusOf(bench, CLOUD)).toBe(503);
    await bench.release();
  },

  async 'timeouts.connectMs'(path) {
    const delays: number[] = [];
    const clock: Clock = {
      ...systemClock,
      after: (delayMs, run) => {
        delays.push(delayMs);
        return systemClock.after(delayMs, run);
      },
    };
    const bench = await startTwoTracks({ clock });
    expect(await statusOf(bench, CLOUD)).toBe(200);
    expect(delays).toContain(5_000);
    await set(bench, path, 1_234);
    const gate = new Gate();
    bench.cloud.script(held(gate, FINE));
    // The first takes the connection that is open; the second opens one.
    const both = [statusOf(bench, CLOUD), statusOf(bench, CLOUD)];
    await bench.cloud.call(3);
    expect(delays).toContain(1_234);
    gate.open();
    expect(await Promise.all(both)).toEqual([200, 200]);
  },

  async 'timeouts.firstContentLocalMs'(path) {
    const bench = await startTwoTracks();
    await set(bench, path, 50);
    bench.local.script(silent());
    expect(await statusOf(bench, LOCAL)).toBe(504);
  },

  async 'timeouts.firstContentCloudMs'(path) {
    const bench = await startTwoTracks();
    await set(bench, path, 50);
    bench.cloud.script(silent());
    expect(await statusOf(bench, CLOUD)).toBe(504);
  },

  async 'timeouts.betweenContentMs'(path) {
    const bench = await startTwoTracks();
    await set(bench, path, 50);
    bench.cloud.script(endingAfter(2, 'hang', answer({ text: ['Hello', ' from', ' there'] })));
    const reply = await chat(bench, { ...CLOUD, stream: true });
    expect(await reply.text()).toContain('error');
    expect((await bench.recorded())[0]).toMatchObject({ outcome: 'failed', failureCode: 'upstream_timeout' });
  },

  async 'heartbeat.firstMs'(path) {
    const bench = await startTwoTracks();
    await set(bench, path, 20);
    expect(await heartbeats(bench, 1)).toBeGreaterThan(0);
  },

  async 'heartbeat.everyMs'(path) {
    const bench = await startTwoTracks({ settings: { heartbeat: { firstMs: 20 } } });
    await set(bench, path, 20);
    expect(await heartbeats(bench, 4)).toBeGreaterThan(3);
  },
};

async function checkConcurrency(path: string, track: 'local' | 'cloud', id: string): Promise<void> {
  const bench = await startTwoTracks();
  const gate = new Gate();
  bench[track].script(held(gate, FINE));
  const asked = track === 'local' ? LOCAL : CLOUD;
  const both = [statusOf(bench, asked), statusOf(bench, asked)];
  await expect.poll(() => laneOf(bench, id)).toMatchObject({ active: 2, queued: 0 });
  await set(bench, path, 1);
  const third = statusOf(bench, asked);
  await expect.poll(() => laneOf(bench, id)).toMatchObject({ active: 2, queued: 1 });
  await set(bench, path, 3);
  await expect.poll(() => laneOf(bench, id)).toMatchObject({ active: 3, queued: 0 });
  gate.open();
  expect(await Promise.all([...both, third])).toEqual([200, 200, 200]);
}

/** The cloud serves one call, which waits. */
async function oneAtATime(): Promise<TwoTracks & { release: () => Promise<void> }> {
  const bench = await startTwoTracks({ settings: { limits: { cloudConcurrency: 1 } } });
  const gate = new Gate();
  bench.cloud.script(held(gate, FINE));
  const first = statusOf(bench, CLOUD);
  await bench.cloud.call(1);
  return {
    ...bench,
    async release() {
      gate.open();
      expect(await first).toBe(200);
    },
  };
}

async function laneOf(bench: TwoTracks, id: string) {
  return (await callOperation(bench, 'models.list', {})).models.find((model) => model.id === id);
}

/** Comment lines of a stream before the upstream says anything, of which so many are waited for. */
async function heartbeats(bench: TwoTracks, atLeast: number): Promise<number> {
  const gate = new Gate();
  bench.cloud.script(held(gate, FINE));
  onTestFinished(() => gate.open());
  const reply = await chat(bench, { ...CLOUD, stream: true });
  const reader = reply.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while ((text.match(/^:/gm) ?? []).length < atLeast) text += (await reader?.read())?.value ?? '';
  await reader?.cancel();
  expect(text).not.toContain('Hello');
  return (text.match(/^:/gm) ?? []).length;
}
