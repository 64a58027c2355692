import { mkdtempSync, readFileSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openBrowser } from '../../src-main/cli/open-browser.ts';
import { callOperation } from '../support/call-operation.ts';
import { startEngineForCommands } from './start-engine-for-commands.ts';

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('pointsman open', () => {
  test('prints an address that signs in, once', async () => {
    const engine = await startEngineForCommands();
    const { stdout, code } = await engine.run('open', '--no-browser');
    expect(code).toBe(0);
    const [, session] = new RegExp(`${engine.url}/#code=([\\w-]{43})`).exec(stdout) ?? [];
    const redeem = () =>
      fetch(`${engine.url}/control/v1/session`, {
        method: 'POST',
        headers: { authorization: `Code ${session ?? ''}` },
      });
    expect(await (await redeem()).json()).toEqual({ token: engine.engine.controlToken });
    expect((await redeem()).status).toBe(401);
    expect(stdout).not.toContain(engine.engine.controlToken);
  });

  test('prints JSON', async () => {
    const engine = await startEngineForCommands();
    const { url } = JSON.parse((await engine.run('open', '--json')).stdout) as { url: string };
    expect(url).toMatch(/#code=/);
  });

  test.skipIf(process.platform !== 'linux')('starts the browser where there is a screen', async () => {
    const folder = makeFolder();
    const seen = join(folder, 'seen');
    writeFileSync(join(folder, 'xdg-open'), `#!/bin/sh\nprintf %s "$1" > "${seen}"\n`);
    chmodSync(join(folder, 'xdg-open'), 0o755);
    const engine = await startEngineForCommands();
    vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH ?? ''}`);
    vi.stubEnv('DISPLAY', ':99');
    expect((await engine.run('open')).stdout).toBe(`Opened ${engine.url} in the browser.`);
    expect(readFileSync(seen, 'utf8')).toContain(`${engine.url}/#code=`);
  });

  test('prints the address where there is no screen, no opener, or one that fails', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'xdg-open'), '#!/bin/sh\nexit 3\n');
    chmodSync(join(folder, 'xdg-open'), 0o755);
    const url = 'http://127.0.0.1:1/';
    expect(await openBrowser(url, { platform: 'linux', environment: { PATH: folder } })).toBe(false);
    expect(await openBrowser(url, { platform: 'freebsd', environment: {} })).toBe(false);
    expect(await openBrowser(url, { platform: 'linux', environment: { PATH: '/nowhere', DISPLAY: ':0' } })).toBe(false);
    expect(await openBrowser(url, { platform: 'linux', environment: { PATH: folder, DISPLAY: ':0' } })).toBe(false);
    vi.stubEnv('DISPLAY', undefined);
    vi.stubEnv('WAYLAND_DISPLAY', undefined);
    const engine = await startEngineForCommands();
    expect((await engine.run('open')).stdout).toContain('within a minute');
  });
});

describe('pointsman settings', () => {
  test('lists every setting, and the default of those that are other', async () => {
    const engine = await startEngineForCommands();
    const { stdout } = await engine.run('settings');
    expect(stdout).toMatch(/^log\.level +info$/m);
    expect(stdout).toMatch(/^optimizer\.exploration\.enabled +false +true$/m);
    expect(stdout).not.toMatch(/^(apps|providers|version)/m);
    const view = JSON.parse((await engine.run('settings', '--json')).stdout) as Record<string, unknown>;
    expect(Object.keys(view)).toEqual(['settings', 'defaults', 'pendingRestart']);
  });

  test('gets one, or a group', async () => {
    const engine = await startEngineForCommands();
    expect((await engine.run('settings', 'get', 'log.level')).stdout).toBe('info');
    expect((await engine.run('settings', 'get', 'log.level', '--json')).stdout).toBe('"info"');
    expect(JSON.parse((await engine.run('settings', 'get', 'heartbeat')).stdout)).toEqual({
      firstMs: 3_000,
      everyMs: 10_000,
    });
    const wrong = await engine.run('settings', 'get', 'log.colour');
    expect([wrong.code, wrong.stderr]).toEqual([2, 'There is no setting "log.colour".\n']);
  });

  test.each([
    ['log.level', 'debug', 'debug'],
    ['gate.requireAc', 'false', false],
    ['limits.queueLength', '7', 7],
    ['constraints.maxCostPerRequestUsd', 'null', null],
    ['models.preferredLocal', '["ollama/tiny:0.5b"]', ['ollama/tiny:0.5b']],
  ])('sets %s to %s, and resets it', async (path, text, value) => {
    const engine = await startEngineForCommands();
    expect((await engine.run('settings', 'set', path, text)).code).toBe(0);
    const [group = '', field = ''] = path.split('.');
    const read = async () => {
      const { settings, defaults } = await callOperation(engine, 'settings.read', {});
      return [settings, defaults].map(
        (each) => (each as unknown as Record<string, Record<string, unknown>>)[group]?.[field],
      );
    };
    expect((await read())[0]).toEqual(value);
    const reset = await engine.run('settings', 'reset', path, '--json');
    const [now, usual] = await read();
    expect(now).toEqual(usual);
    expect(JSON.parse(reset.stdout)).toEqual({ path, value: usual, pendingRestart: [] });
  });

  test('says what waits for the next start, and what is wrong', async () => {
    const engine = await startEngineForCommands();
    const waits = await engine.run('settings', 'set', 'gateway.port', '8401');
    expect(waits.stdout).toBe('gateway.port is 8401.\nFrom the next start on: gateway.port');
    const wrong = await engine.run('settings', 'set', 'gateway.port', 'many');
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('gateway.port');
    expect((await engine.run('settings', 'reset', 'nothing')).code).toBe(1);
  });
});

describe('pointsman token rotate', () => {
  test('puts a new token into the file, and shows none', async () => {
    const engine = await startEngineForCommands();
    const old = engine.engine.controlToken;
    const { stdout, code } = await engine.run('token', 'rotate');
    expect(code).toBe(0);
    expect(engine.engine.controlToken).not.toBe(old);
    expect(stdout).toContain('control-token');
    expect(stdout).not.toContain(engine.engine.controlToken);
    expect((await engine.run('status')).code).toBe(0);
    expect(JSON.parse((await engine.run('token', 'rotate', '--json')).stdout)).toMatchObject({ rotated: true });
  });
});

describe('pointsman logs', () => {
  test('shows the last lines, the newest at the end', async () => {
    const engine = await startEngineForCommands();
    await engine.run('settings', 'set', 'limits.queueLength', '1');
    await engine.run('settings', 'set', 'limits.queueWaitMs', '2');
    const { stdout } = await engine.run('logs', '--limit', '2');
    const [first, second] = stdout.split('\n');
    expect(first).toMatch(/^\d{4}-.*Z {2}info +settings changed {2}\{"paths":\["limits.queueLength"\]\}$/);
    expect(second).toContain('limits.queueWaitMs');
    const { lines } = JSON.parse((await engine.run('logs', '--level', 'error', '--json')).stdout) as {
      lines: unknown[];
    };
    expect(lines).toEqual([]);
  });
});

describe('pointsman unload', () => {
  test('says what is out of memory, or that nothing was in it', async () => {
    const engine = await startEngineForCommands();
    const { stdout, code } = await engine.run('unload');
    expect([code, stdout]).toEqual([0, 'ollama/tiny:0.5b is out of memory.']);
    const unknown = await engine.run('unload', 'ollama/nobody');
    expect([unknown.code, unknown.stderr]).toEqual([1, 'There is no model "ollama/nobody".\n']);
    expect(JSON.parse((await engine.run('unload', '--json')).stdout)).toMatchObject({ failed: [] });
  });
});

describe('pointsman export and import', () => {
  test('carry the settings from one to another, without keys', async () => {
    const file = join(makeFolder(), 'settings-of-mine.json');
    const one = await startEngineForCommands();
    await one.run('settings', 'set', 'limits.queueLength', '7');
    expect((await one.run('export', file)).stdout).toContain(file);
    expect(readFileSync(file, 'utf8')).not.toContain(one.engine.controlToken);
    await one.run('settings', 'reset', 'limits.queueLength');
    const { stdout, code } = await one.run('import', file);
    expect([code, stdout.split('\n')[0]]).toEqual([0, 'The settings were taken over.']);
    expect((await one.run('settings', 'get', 'limits.queueLength')).stdout).toBe('7');
    expect(JSON.parse((await one.run('import', file, '--json')).stdout)).toHaveProperty('missingKeys');
  });

  test('to standard output', async () => {
    const engine = await startEngineForCommands();
    const write = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
    onTestFinished(() => write.mockRestore());
    await engine.run('export');
    expect(JSON.parse(write.mock.calls.map(([text]) => String(text)).join(''))).toMatchObject({ product: 'pointsman' });
  });

  test.each([
    ['nothing that is JSON', '{', 'cannot be read'],
    ['something else', '{"product":"other"}', 'holds no exported settings'],
  ])('refuse %s', async (_what, text, part) => {
    const file = join(makeFolder(), 'other.json');
    writeFileSync(file, text);
    const engine = await startEngineForCommands();
    const { code, stderr } = await engine.run('import', file);
    expect([code, stderr.includes(part)]).toEqual([1, true]);
  });

  test('to and from places that are not there', async () => {
    const engine = await startEngineForCommands();
    expect((await engine.run('export', join(makeFolder(), 'no', 'where.json'))).code).toBe(1);
    expect((await engine.run('import', join(makeFolder(), 'nothing.json'))).code).toBe(1);
  });
});
