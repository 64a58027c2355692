import { expect } from 'vitest';
import type { JobView } from '../../../src-shared/jobs.ts';
import { callOperation } from '../../support/call-operation.ts';
import type { TestEngine } from '../../support/start-test-engine.ts';
import { set, start, type SettingChecks } from './setting-bench.ts';

async function discovery(bench: TestEngine): Promise<JobView | undefined> {
  const { jobs } = await callOperation(bench, 'jobs.read', {});
  return jobs.find(({ name }) => name === 'model-discovery');
}

export const backgroundChecks: SettingChecks = {
  async 'background.enabled'(path) {
    const bench = await start();
    await set(bench, path, false);
    const refused = callOperation(bench, 'jobs.run', { name: 'model-discovery' });
    await expect(refused).rejects.toThrow('Background work is switched off in the settings.');
    expect((await discovery(bench))?.nextDueAtMs).toBeNull();
  },

  async 'background.level'(path) {
    const bench = await start();
    expect((await discovery(bench))?.schedule).toMatch(/^daily/);
    await set(bench, path, 'aggressive');
    expect((await discovery(bench))?.schedule).toBe('hourly');
  },

  async 'background.off'(path) {
    const bench = await start();
    await set(bench, path, ['model-discovery']);
    expect(await discovery(bench)).toMatchObject({ enabled: false, nextDueAtMs: null });
  },

  async 'background.usdPerDay'(path) {
    const bench = await start();
    await set(bench, path, 0.25);
    expect((await callOperation(bench, 'jobs.read', {})).dayLimitNanoUsd).toBe(250_000_000);
  },
};
