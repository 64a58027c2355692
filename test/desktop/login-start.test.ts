import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { autostartFile, isAutostartOn, toAutostartEntry } from '../../src-main/desktop/autostart-entry.ts';
import { LoginKeeper } from '../../src-main/desktop/login-keeper.ts';
import { createLoginStart } from '../../src-main/desktop/login-start.ts';
import { openShellMemory } from '../../src-main/desktop/shell-memory.ts';
import { SilentLog } from '../support/silent-log.ts';
import { AppDouble } from './double/app-double.ts';

function prepare(platform: NodeJS.Platform, argv: string[] = [], command = ['/opt/pointsman/pointsman']) {
  const homeFolder = mkdtempSync(join(tmpdir(), 'pointsman-home-'));
  onTestFinished(() => rmSync(homeFolder, { recursive: true }));
  const app = new AppDouble({ isPackaged: true, isSecond: false });
  const login = createLoginStart({ app, platform, environment: {}, homeFolder, argv, command });
  const memory = () => openShellMemory({ folder: homeFolder, log: new SilentLog() });
  const keeper = () => new LoginKeeper({ login, memory: memory(), log: new SilentLog() });
  return { app, login, keeper, file: autostartFile({ homeFolder, environment: {} }) };
}

describe('on macOS', () => {
  it('only what is read back counts', () => {
    const { app, login } = prepare('darwin');
    login.set(true);
    expect([app.loginItem, login.read()]).toEqual([{ openAtLogin: true }, 'on']);
    app.loginStatus = 'requires-approval';
    expect(login.read()).toBe('requires_approval');
    for (const status of ['not-registered', 'not-found'] as const) {
      app.loginStatus = status;
      expect(login.read()).toBe('off');
    }
  });

  it('the system tells whether it was the login that started us', () => {
    const { app, login } = prepare('darwin', ['pointsman', '--hidden']);
    expect(login.startedBySystem()).toBe(false);
    app.wasOpenedAtLogin = true;
    expect(login.startedBySystem()).toBe(true);
  });
});

describe('on Windows', () => {
  it('writes and reads with the same path and arguments', () => {
    const { app, login } = prepare('win32', [], ['C:\\Pointsman\\pointsman.exe']);
    expect(login.read()).toBe('off');
    login.set(true);
    expect(app.loginItem).toEqual({ openAtLogin: true, path: 'C:\\Pointsman\\pointsman.exe', args: ['--hidden'] });
    expect(login.read()).toBe('on');
    login.set(false);
    expect(login.read()).toBe('off');
  });

  it('the flag tells whether it was the login that started us', () => {
    expect(prepare('win32', ['pointsman', '--hidden']).login.startedBySystem()).toBe(true);
    expect(prepare('win32', ['pointsman']).login.startedBySystem()).toBe(false);
  });
});

describe('on Linux', () => {
  it('an autostart file is made and removed', () => {
    const { login, file } = prepare('linux');
    expect(login.read()).toBe('off');
    login.set(true);
    expect(login.read()).toBe('on');
    expect(readFileSync(file, 'utf8')).toContain('Exec="/opt/pointsman/pointsman" "--hidden"\n');
    login.set(false);
    expect(login.read()).toBe('off');
  });

  it('an AppImage that was moved is found again', () => {
    const { login, file } = prepare('linux', [], ['/home/me/New place/Pointsman.AppImage']);
    login.set(true);
    writeFileSync(file, toAutostartEntry(['/home/me/old/Pointsman.AppImage', '--hidden']));
    expect(login.read()).toBe('on');
    expect(readFileSync(file, 'utf8')).toContain('/home/me/New place/Pointsman.AppImage');
  });

  it.each(['Hidden=true', 'X-GNOME-Autostart-enabled=false', 'hidden = TRUE'])('an entry with %s is off', (line) => {
    const { login, file } = prepare('linux');
    login.set(true);
    writeFileSync(file, readFileSync(file, 'utf8').replace('X-GNOME-Autostart-enabled=true', line));
    expect(login.read()).toBe('off');
  });

  it('the file is where the desktop looks', () => {
    const at = (environment: Record<string, string>) => autostartFile({ homeFolder: '/home/me', environment });
    expect(at({})).toBe('/home/me/.config/autostart/pointsman.desktop');
    expect(at({ XDG_CONFIG_HOME: '/etc/me' })).toBe('/etc/me/autostart/pointsman.desktop');
    expect(at({ XDG_CONFIG_HOME: 'relative' })).toBe('/home/me/.config/autostart/pointsman.desktop');
  });

  it.each([
    ['/opt/a b', '"/opt/a b"'],
    ['/opt/100%', '"/opt/100%%"'],
    ['/opt/a"b', '"/opt/a\\\\"b"'],
    ['/opt/$HOME`x`', '"/opt/\\\\$HOME\\\\`x\\\\`"'],
    ['/opt/a\\b', '"/opt/a\\\\\\\\b"'],
  ])('a program at %s is written as the specification wants it', (program, written) => {
    expect(toAutostartEntry([program])).toContain(`Exec=${written}\n`);
    expect(isAutostartOn(toAutostartEntry([program]))).toBe(true);
  });
});

describe('following the setting', () => {
  it('carries a change out once, and does not overrule what the person does in the system afterwards', () => {
    const { login, keeper } = prepare('linux');
    expect(keeper().follow(true)).toBe('on');
    login.set(false);
    expect(keeper().follow(true)).toBe('off');
    expect(keeper().follow(false)).toBe('off');
    expect(keeper().follow(true)).toBe('on');
  });

  it('that fails is said to be unknown', () => {
    const { app, keeper } = prepare('darwin');
    app.setLoginItemSettings = () => {
      throw new Error('not allowed');
    };
    expect(keeper().follow(true)).toBe('unknown');
  });
});
