import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import { callOperation } from '../../support/call-operation.ts';
import { set, start, type SettingChecks } from './setting-bench.ts';

export const houseChecks: SettingChecks = {
  async 'log.level'(path) {
    const levels: string[] = [];
    const bench = await start({ setLogLevel: (level) => levels.push(level) });
    await set(bench, path, 'debug');
    await set(bench, path, 'error');
    expect(levels).toEqual(['debug', 'error']);
  },

  async 'log.file'(path) {
    const bench = await start();
    expect((await callOperation(bench, 'logs.read', {})).file).toBeNull();
    await set(bench, path, true);
    const { file, lines } = await callOperation(bench, 'logs.read', {});
    expect(lines[0]).toMatchObject({ message: 'settings changed', fields: { paths: [path] } });
    await bench.engine.stop();
    expect(file !== null && existsSync(file)).toBe(true);
  },

  async 'setup.done'(path) {
    const bench = await start();
    expect((await callOperation(bench, 'setup.read', {})).done).toBe(false);
    await set(bench, path, true);
    expect((await callOperation(bench, 'setup.read', {})).done).toBe(true);
  },
};
