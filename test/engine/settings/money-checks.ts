import { expect } from 'vitest';
import { callOperation } from '../../support/call-operation.ts';
import { startTwoTracks, CLOUD_ID } from '../../support/start-two-tracks.ts';
import { set, statusOf, type SettingCheck, type SettingChecks } from './setting-bench.ts';

const CLOUD = { model: CLOUD_ID, max_tokens: 10 };
/** Less than any call to the cloud costs. */
const TINY_USD = 1e-9;

/** A budget that nothing fits into shuts the cloud; taken away again, it is open. */
function shutsTheCloud(value: unknown, open: unknown): SettingCheck {
  return async (path) => {
    const bench = await startTwoTracks();
    expect(await statusOf(bench, CLOUD)).toBe(200);
    await set(bench, path, value);
    expect(await statusOf(bench, CLOUD)).not.toBe(200);
    expect(bench.cloud.calls).toHaveLength(1);
    expect((await callOperation(bench, 'spend.read', {})).budgets).toHaveLength(1);
    await set(bench, path, open);
    expect(await statusOf(bench, CLOUD)).toBe(200);
  };
}

export const moneyChecks: SettingChecks = {
  'budgets.total.dayUsd': shutsTheCloud(TINY_USD, null),
  'budgets.total.monthUsd': shutsTheCloud(TINY_USD, null),
  'budgets.providers': shutsTheCloud({ up: { dayUsd: TINY_USD } }, {}),

  async 'budgets.unknownPrices'(path) {
    const bench = await startTwoTracks({ settings: { prices: {}, budgets: { total: { dayUsd: 100 } } } });
    expect(await statusOf(bench, CLOUD)).not.toBe(200);
    await set(bench, path, 'allow');
    expect(await statusOf(bench, CLOUD)).toBe(200);
  },

  async 'budgets.referenceModel'(path) {
    const bench = await startTwoTracks();
    const reference = async () => (await callOperation(bench, 'spend.read', {})).savings.reference;
    expect(await reference()).toBe(CLOUD_ID);
    await set(bench, path, 'openai/gpt-4o');
    expect(await reference()).toBe('openai/gpt-4o');
  },

  async 'access.requireKeys'(path) {
    const bench = await startTwoTracks();
    expect(await statusOf(bench, CLOUD)).toBe(200);
    await set(bench, path, true);
    expect(await statusOf(bench, CLOUD)).toBe(401);
    const { key } = await callOperation(bench, 'apps.add', { name: 'Notes' });
    expect(await statusOf(bench, { ...CLOUD, headers: { authorization: `Bearer ${key}` } })).toBe(200);
  },

  async 'power.tariffUsdPerKwh'(path) {
    const bench = await startTwoTracks({ settings: { power: { localWatts: 1000 } } });
    const energy = async () => {
      const { candidates } = await callOperation(bench, 'optimizer.route', { prompt: 'Hello' });
      return candidates.find(({ track }) => track === 'local')?.parts.energy ?? 0;
    };
    const usual = await energy();
    expect(usual).toBeLessThan(0);
    await set(bench, path, 3);
    expect((await energy()) / usual).toBeCloseTo(10, 2);
  },

  async 'power.localWatts'(path) {
    const bench = await startTwoTracks();
    const joules = async () => {
      const { candidates } = await callOperation(bench, 'optimizer.route', { prompt: 'Hello' });
      return candidates.find(({ track }) => track === 'local')?.energyJoules ?? 0;
    };
    await set(bench, path, 10);
    const low = await joules();
    await set(bench, path, 100);
    expect((await joules()) / low).toBeCloseTo(10, 5);
  },
};
