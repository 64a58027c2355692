import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { restored, type BackupView } from '../../src-shared/jobs.ts';
import { callOperation } from '../support/call-operation.ts';
import { runCli } from './run-cli.ts';
import { startEngineForCommands } from './start-engine-for-commands.ts';

describe('pointsman backups', () => {
  test('lists, makes and restores, for people', async () => {
    const engine = await startEngineForCommands();
    expect((await engine.run('backups')).stdout).toBe('There is no backup yet. Make one with: pointsman backups make');
    const made = await engine.run('backups', 'make');
    const [, id = ''] = /^The present state is in backup (\w+), made /.exec(made.stdout) ?? [];
    expect((await engine.run('backups')).stdout).toMatch(new RegExp(`${id} .* intact +settings`));
    const changes = [{ path: 'privacy.localOnly', value: true }];
    await callOperation(engine, 'settings.change', { changes });
    const { stdout, code } = await engine.run('backups', 'restore', id);
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        `Settings and what was learned are those of backup ${id}. The state before is a backup, too.`,
        'Left as it is now, because the backup keeps less private: privacy.localOnly',
      ].join('\n'),
    );
  });

  test('prints JSON where that is wanted', async () => {
    const engine = await startEngineForCommands();
    const made = JSON.parse((await engine.run('backups', 'make', '--json')).stdout) as BackupView;
    expect(JSON.parse((await engine.run('backups', '--json')).stdout)).toEqual([made]);
    const answer: unknown = JSON.parse((await engine.run('backups', 'restore', made.id, '--json')).stdout);
    expect(restored.parse(answer)).toEqual({ done: true, keptAsIs: [], pendingRestart: [] });
  });

  test('says which backup does not exist', async () => {
    const engine = await startEngineForCommands();
    const { stderr, code } = await engine.run('backups', 'restore', 'none');
    expect({ stderr, code }).toEqual({ stderr: 'There is no backup "none".\n', code: 1 });
  });

  test('says what to do when the gateway is not running', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pointsman-cli-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    vi.unstubAllEnvs();
    const { code, stderr } = await runCli(['backups', 'restore', '20261121T120000000Z'], { folder });
    expect(code).toBe(3);
    expect(stderr).toBe(
      [
        'The gateway is not running. Start it with: pointsman serve',
        'Backups are made and restored by the running gateway, which starts even with damaged settings.\n',
      ].join('\n'),
    );
  });
});
