import { expect } from 'vitest';
import { startKeptBench, type KeptBench } from '../jobs/kept/kept-bench.ts';
import { set, type SettingChecks } from './setting-bench.ts';

const DAY_MS = 24 * 3_600_000;

async function ask(bench: KeptBench, content = 'Hello', headers: Record<string, string> = {}): Promise<void> {
  const body = {
    model: headers['x-pointsman-privacy'] === undefined ? 'one/big' : 'tiny:0.5b',
    messages: [{ role: 'user', content }],
  };
  expect((await bench.client.post('/v1/chat/completions', body, headers)).status).toBe(200);
}

export const keptChecks: SettingChecks = {
  async 'privacy.keepPrompts.enabled'(path) {
    const bench = await startKeptBench({ consents: false });
    await ask(bench);
    await set(bench.here, path, true);
    await ask(bench);
    expect((await bench.kept(1)).count).toBe(1);
    await set(bench.here, path, false);
    expect((await bench.view()).count).toBe(0);
  },

  async 'privacy.keepPrompts.days'(path) {
    const bench = await startKeptBench();
    await set(bench.here, path, 3);
    await ask(bench);
    const { oldestAtMs, nextEndAtMs } = await bench.kept(1);
    expect((nextEndAtMs ?? 0) - (oldestAtMs ?? 0)).toBe(3 * DAY_MS);
  },

  async 'privacy.keepPrompts.megabytes'(path) {
    const bench = await startKeptBench();
    for (let count = 0; count < 6; count += 1) await ask(bench, 'so many words '.repeat(15_000));
    expect((await bench.kept(6)).bytes).toBeGreaterThan(1_000_000);
    await set(bench.here, path, 1);
    expect((await bench.view()).bytes).toBeLessThanOrEqual(1_000_000);
  },

  async 'privacy.keepPrompts.private'(path) {
    const bench = await startKeptBench();
    await ask(bench, 'Hello', { 'x-pointsman-privacy': 'private' });
    await set(bench.here, path, true);
    await ask(bench, 'Hello', { 'x-pointsman-privacy': 'private' });
    expect((await bench.kept(1)).count).toBe(1);
  },
};
