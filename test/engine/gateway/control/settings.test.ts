import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { callOperation } from '../../../support/call-operation.ts';
import { set, start } from '../../settings/setting-bench.ts';

describe('the settings', () => {
  test('are told with their defaults, and never with the keys of apps', async () => {
    const bench = await start();
    await callOperation(bench, 'apps.add', { name: 'Notes' });
    const view = await callOperation(bench, 'settings.read', {});
    expect(view).toMatchObject({ settings: { ollama: { enabled: false } }, defaults: { ollama: { enabled: true } } });
    expect(view.pendingRestart).toEqual([]);
    const text = await (await bench.control('/control/v1/settings')).text();
    expect(text).not.toContain('keyHash');
  });

  test('that are changed are written down at once, and taken back are so again', async () => {
    const bench = await start();
    const saved = () => JSON.parse(readFileSync(join(bench.folder, 'settings.json'), 'utf8')) as { log: object };
    await set(bench, 'log.level', 'debug');
    expect(saved().log).toMatchObject({ level: 'debug' });
    await set(bench, 'log.level', undefined);
    expect(saved().log).toMatchObject({ level: 'info' });
  });

  test('that cannot be written are not taken', async () => {
    const bench = await start();
    writeFileSync(join(bench.folder, 'settings.json'), JSON.stringify({ version: 99 }));
    await expect(set(bench, 'log.level', 'debug')).rejects.toMatchObject({ status: 409, code: 'not_saved' });
    expect((await callOperation(bench, 'settings.read', {})).settings.log.level).toBe('info');
  });

  test('that wait for a restart wait no more when they are as they were', async () => {
    const bench = await start({ settings: { gateway: { port: 0 } } });
    expect((await set(bench, 'gateway.port', 8401)).pendingRestart).toEqual(['gateway.port']);
    expect((await set(bench, 'gateway.port', 0)).pendingRestart).toEqual([]);
  });

  test('do not keep where the command line said to listen this time', async () => {
    const bench = await start({ settings: { gateway: { port: 8499 } }, listenAt: { port: 0, host: '0.0.0.0' } });
    expect(new URL(bench.url).port).not.toBe('8499');
    const { warnings } = await callOperation(bench, 'status.read', {});
    expect(warnings).toEqual([expect.stringContaining('listens on 0.0.0.0')]);
    const { settings, pendingRestart } = await set(bench, 'log.level', 'debug');
    expect([settings.gateway.port, settings.gateway.host, pendingRestart]).toEqual([8499, '127.0.0.1', []]);
    const file = JSON.parse(readFileSync(join(bench.folder, 'settings.json'), 'utf8')) as { gateway: object };
    expect(file.gateway).toMatchObject({ port: 8499, host: '127.0.0.1' });
  });

  test('that are changed by many at once are all changed', async () => {
    const bench = await start();
    const paths = ['gate.userIdleSeconds', 'gate.requestQuietSeconds', 'gate.resumeHoldSeconds', 'limits.queueLength'];
    await Promise.all(paths.map((path, place) => set(bench, path, 100 + place)));
    const { gate, limits } = (await callOperation(bench, 'settings.read', {})).settings;
    expect([gate.userIdleSeconds, gate.requestQuietSeconds, gate.resumeHoldSeconds, limits.queueLength]).toEqual([
      100, 101, 102, 103,
    ]);
  });
});
