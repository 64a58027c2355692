import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ASK, TELL } from '../../src-main/desktop/ipc-channels.ts';
import { toEngineEnvironment } from '../../src-main/desktop/engine-environment.ts';
import { trayStatusOf } from './support/tray-status.ts';
import { startTestShell, type TestShell } from './support/start-test-shell.ts';

const NOTICE = { id: 'n', atMs: 1, level: 'warning' as const, title: 'Budget', text: '80 % is spent.', view: 'spend' };

function item({ double }: TestShell, id: string) {
  return double.tray?.seen().items.find((each) => each.id === id);
}

function lastSent({ double }: TestShell, channel: string): unknown {
  return double.window?.webContents.sent.findLast((each) => each.channel === channel)?.value;
}

describe('starting', () => {
  it('hands over to the one that runs and does nothing else', async () => {
    const { double, engines } = await startTestShell({ isSecond: true });
    expect(await double.app.ended).toBe(0);
    expect([engines.length, double.tray, double.app.isSandboxed]).toEqual([0, null, false]);
  });

  it('locks and keeps its profile in a folder of its own, in the sandbox', async () => {
    const { double, folder } = await startTestShell();
    expect(double.app.paths.get('userData')).toBe(join(folder, 'desktop'));
    expect([double.app.isSandboxed, double.schemes]).toEqual([true, ['app']]);
  });

  it('lives in the menu bar on macOS, and has an id on Windows', async () => {
    const mac = await startTestShell({ host: { platform: 'darwin' } });
    expect([mac.double.app.activationPolicy, mac.double.app.userModelId]).toEqual(['accessory', null]);
    const windows = await startTestShell({ host: { platform: 'win32' } });
    expect([windows.double.app.activationPolicy, windows.double.app.userModelId]).toEqual([
      null,
      'app.pointsman.desktop',
    ]);
  });

  it('takes links only when it is installed', async () => {
    expect((await startTestShell()).double.app.protocolClient).toBeNull();
    expect((await startTestShell({ isPackaged: true })).double.app.protocolClient).toBe('pointsman');
  });

  it('starts the engine’s own file with a small environment', async () => {
    const secret = { AWS_SECRET_ACCESS_KEY: 'x', NODE_OPTIONS: '--inspect', ELECTRON_RUN_AS_NODE: '1', MY_KEY: 'mine' };
    const shell = await startTestShell({
      host: { environment: { PATH: '/bin', OPENAI_API_KEY: 'sk', ...secret } },
    });
    const { modulePath, environment, told } = shell.engine();
    expect(modulePath).toBe(join(shell.folder, 'engine-host.js'));
    expect(environment).toEqual({ POINTSMAN_HOME: shell.folder, PATH: '/bin', OPENAI_API_KEY: 'sk' });
    expect(told[0]).toMatchObject({ type: 'start', version: '1.2.3' });
    const named = { environment: secret, keyVariables: ['MY_KEY'], folder: '/f' };
    expect(toEngineEnvironment(named)).toEqual({ POINTSMAN_HOME: '/f', MY_KEY: 'mine' });
  });

  it('hands on the key variables that the settings name', async () => {
    const first = await startTestShell();
    writeFileSync(join(first.folder, 'settings.json'), '{"providers":[{"keyVariable":"MY_KEY"},{"keyVariable":null}]}');
    const again = await startTestShell({ host: { dataFolder: first.folder, environment: { MY_KEY: 'mine' } } });
    expect(again.engine().environment).toMatchObject({ MY_KEY: 'mine' });
  });
});

describe('the first window', () => {
  const cases: [string, object, boolean][] = [
    ['by hand', { argv: ['pointsman'], desktop: { openWindowAtStart: false } }, true],
    ['at login', { argv: ['pointsman', '--hidden'], desktop: {} }, true],
    [
      'at login, if the person wants the tray only',
      { argv: ['p', '--hidden'], desktop: { openWindowAtStart: false } },
      false,
    ],
    ['for the first time', { argv: ['p', '--hidden'], desktop: { openWindowAtStart: false }, setupDone: false }, true],
    [
      'where no tray can be seen',
      { argv: ['p', '--hidden'], desktop: { openWindowAtStart: false }, tray: false },
      true,
    ],
    [
      'where nobody knows of a tray',
      { argv: ['p', '--hidden'], desktop: { openWindowAtStart: false }, tray: null },
      false,
    ],
  ];

  it.each(cases)('started %s: %o opens: %s', async (_how, options, opens) => {
    const {
      argv,
      desktop,
      setupDone,
      tray = true,
    } = options as {
      argv: string[];
      desktop: object;
      setupDone?: boolean;
      tray?: boolean | null;
    };
    const host = { platform: 'linux' as const, argv, hasTrayHost: () => Promise.resolve(tray) };
    const shell = await startTestShell({ host });
    shell.engine().becomeReady({ desktop, ...(setupDone === undefined ? {} : { setupDone }) });
    await shell.settle();
    expect(shell.double.window !== null).toBe(opens);
  });

  it('opens at the view of a link, also of one that came before all was ready', async () => {
    const shell = await startTestShell({ host: { argv: ['pointsman', 'pointsman://spend'] } });
    shell.engine().becomeReady();
    await shell.settle();
    expect(lastSent(shell, TELL.navigate)).toBe('spend');
    const mac = await startTestShell();
    mac.double.app.emit('open-url', { preventDefault: () => undefined }, 'pointsman://logs');
    expect(mac.double.window).toBeNull();
    mac.engine().becomeReady();
    await mac.settle();
    expect(lastSent(mac, TELL.navigate)).toBe('logs');
  });

  it('is seen when the icon is parked out of sight, as macOS 26 does it', async () => {
    const shell = await startTestShell({
      prepare: (double) => {
        double.app.wasOpenedAtLogin = true;
        double.workAreas = [{ x: 0, y: 0, width: 100, height: 0 }];
      },
    });
    shell.engine().becomeReady({ desktop: { openWindowAtStart: false } });
    await shell.settle();
    expect(shell.double.window?.isVisible()).toBe(true);
  });
});

describe('the window', () => {
  async function opened(options: Parameters<typeof startTestShell>[0] = {}) {
    const shell = await startTestShell(options);
    shell.engine().becomeReady();
    await shell.settle();
    const { window } = shell.double;
    if (window === null) throw new Error('No window was opened.');
    return { ...shell, window };
  }

  it('is sandboxed and isolated', async () => {
    const { window } = await opened();
    expect(window.options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    });
    for (const loose of [
      'allowRunningInsecureContent',
      'experimentalFeatures',
      'enableBlinkFeatures',
      'nodeIntegrationInSubFrames',
    ]) {
      expect(window.options.webPreferences).not.toHaveProperty(loose);
    }
  });

  it('hides when it is closed, comes back as the same one, and remembers its place', async () => {
    const shell = await opened();
    shell.window.moveTo({ x: 40, y: 50, width: 900, height: 700 });
    shell.window.close();
    expect([shell.window.isVisible(), shell.window.isDestroyed()]).toEqual([false, false]);
    shell.double.app.emit('activate');
    expect([shell.window.isVisible(), shell.double.windows.length]).toEqual([true, 1]);
    shell.double.app.quit();
    await shell.double.app.ended;
    const again = await opened({ host: { dataFolder: shell.folder } });
    expect(again.window.options).toMatchObject({ x: 40, y: 50, width: 900, height: 700 });
  });

  it('is in the middle again when the screen that it was on is gone', async () => {
    const shell = await opened();
    shell.window.moveTo({ x: 3_000, y: 50, width: 900, height: 700 });
    shell.window.close();
    const again = await opened({ host: { dataFolder: shell.folder } });
    expect(again.window.options).toMatchObject({ width: 900, height: 700 });
    expect(again.window.options).not.toHaveProperty('x');
  });

  it('lets its page go nowhere, whatever way it tries', async () => {
    const { window, double } = await opened();
    const { webContents } = window;
    for (const event of ['will-navigate', 'will-redirect', 'will-frame-navigate'] as const) {
      for (const url of [
        'https://evil.example/',
        'file:///etc/passwd',
        'app://other/',
        'javascript:alert(1)',
        'about:blank',
      ]) {
        expect(webContents.wantsTo(url, event)).toBe(false);
      }
    }
    expect(webContents.wantsTo('app://pointsman/#/spend')).toBe(true);
    expect(double.openedLinks).toEqual([]);
  });

  it('opens a link to a known site in the browser, by either way, and no other', async () => {
    const { window, double, settle } = await opened();
    const { webContents } = window;
    expect(webContents.wantsTo('https://github.com/a')).toBe(false);
    expect(webContents.wantsWindow('https://ollama.com/download')).toBe(false);
    for (const url of ['smb://host/share', 'https://github.com.evil.com/', 'ms-msdt:/id', 'http://github.com/']) {
      expect([webContents.wantsWindow(url), webContents.wantsTo(url)]).toEqual([false, false]);
    }
    await settle();
    expect([double.openedLinks, double.windows.length]).toEqual([
      ['https://github.com/a', 'https://ollama.com/download'],
      1,
    ]);
  });

  it('attaches no webview', async () => {
    const { window } = await opened();
    let prevented = false;
    window.webContents.emit('will-attach-webview', { preventDefault: () => (prevented = true) });
    expect(prevented).toBe(true);
  });

  it('loads its page again when that crashes, but not for ever', async () => {
    const { window, settle } = await opened();
    let loads = 0;
    window.webContents.on('did-finish-load', () => (loads += 1));
    for (let crashes = 0; crashes < 6; crashes += 1) {
      window.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
      await settle();
    }
    expect(loads).toBe(3);
  });

  it('loads its page again when the engine listens elsewhere, because its policy names the address', async () => {
    const shell = await opened();
    let loads = 0;
    shell.window.webContents.on('did-finish-load', () => (loads += 1));
    shell.engine().emit('exit', 9);
    expect(lastSent(shell, TELL.connection)).toBeNull();
    await shell.clock.advance(1_000);
    shell.engine().becomeReady();
    expect([loads, lastSent(shell, TELL.connection)]).toEqual([
      0,
      { address: 'http://127.0.0.1:8400', token: 'token' },
    ]);
    shell.engine().emit('exit', 9);
    await shell.clock.advance(2_000);
    shell.engine().becomeReady({ address: 'http://127.0.0.1:9000' });
    expect(loads).toBe(1);
  });

  it('hears of a new token at once', async () => {
    const shell = await opened();
    shell.engine().say({ type: 'token', controlToken: 'new' });
    expect(lastSent(shell, TELL.connection)).toEqual({ address: 'http://127.0.0.1:8400', token: 'new' });
  });

  it('asks for no permission that it would get but to call the engine', async () => {
    const { double } = await opened();
    const page = 'app://pointsman/';
    expect(double.session.ask('loopback-network', page)).toEqual({ checked: true, granted: true });
    for (const permission of ['media', 'geolocation', 'notifications', 'usb', 'clipboard-read', 'display-capture']) {
      expect(double.session.ask(permission, page)).toEqual({ checked: false, granted: false });
    }
    expect(double.session.ask('loopback-network', 'https://evil.example/')).toEqual({ checked: false, granted: false });
    expect(double.session.askDevice()).toBe(false);
  });
});

describe('a call of the page', () => {
  async function listening() {
    const shell = await startTestShell();
    shell.engine().becomeReady();
    await shell.settle();
    const { double } = shell;
    const id = double.window?.webContents.id ?? 0;
    const own = { url: 'app://pointsman/index.html', parent: null };
    type Frame = Parameters<typeof double.ipcMain.invoke>[0]['senderFrame'];
    const invoke = (channel: string, args: unknown[] = [], senderFrame: Frame = own, sender = { id }) =>
      double.ipcMain.invoke({ sender, senderFrame }, channel, args);
    return { shell, double, invoke, own };
  }

  it('is answered to our own page', async () => {
    const { invoke, double } = await listening();
    expect(await invoke(ASK.connection)).toEqual({ address: 'http://127.0.0.1:8400', token: 'token' });
    expect(await invoke(ASK.shell)).toMatchObject({ engine: 'running', problem: null, startAtLogin: 'off' });
    await invoke(ASK.copy, ['text']);
    expect(double.clipboard).toBe('text');
  });

  it('is refused to everybody else, on every channel', async () => {
    const { invoke, double, own } = await listening();
    const strangers = [
      null,
      { url: 'app://other/', parent: null },
      { url: 'https://evil.example/', parent: null },
      { url: '', parent: null },
      { url: own.url, parent: Object.create(null) as null },
    ];
    expect(double.ipcMain.channels.sort()).toEqual(Object.values(ASK).sort());
    for (const channel of double.ipcMain.channels) {
      for (const frame of strangers) await expect(invoke(channel, ['x'], frame)).rejects.toThrow(/own window/);
      await expect(invoke(channel, ['x'], own, { id: 99 })).rejects.toThrow(/own window/);
    }
  });

  it('with arguments that do not fit is refused', async () => {
    const { invoke, double } = await listening();
    const wrong: [string, unknown[]][] = [
      [ASK.copy, []],
      [ASK.copy, [7]],
      [ASK.copy, ['a', 'b']],
      [ASK.copy, ['x'.repeat(1_000_001)]],
      [ASK.openExternal, [{ toString: () => 'https://github.com' }]],
      [ASK.openExternal, [`https://github.com/${'x'.repeat(3_000)}`]],
      [ASK.connection, ['x']],
      [ASK.restartToUpdate, [true]],
    ];
    for (const [channel, args] of wrong) await expect(invoke(channel, args)).rejects.toThrow(/arguments/);
    await expect(invoke(ASK.openExternal, ['file:///etc/passwd'])).rejects.toThrow(/known sites/);
    expect([double.clipboard, double.openedLinks]).toEqual(['', []]);
  });
});

describe('a notice of the engine', () => {
  async function told(change: (shell: TestShell) => void = () => undefined, desktop = {}) {
    const shell = await startTestShell({ prepare: (double) => (double.app.wasOpenedAtLogin = true) });
    shell.engine().becomeReady({ desktop: { openWindowAtStart: false, ...desktop } });
    await shell.settle();
    change(shell);
    shell.engine().say({ type: 'notice', notice: NOTICE });
    return shell;
  }

  it('is shown by the system, and a click leads to its view', async () => {
    const shell = await told();
    const [shown] = shell.double.notifications;
    expect(shown).toMatchObject({ title: 'Budget', body: '80 % is spent.' });
    shown?.emit('click');
    await shell.settle();
    expect([shell.double.window?.isVisible(), lastSent(shell, TELL.navigate)]).toEqual([true, 'spend']);
  });

  it.each([
    ['fails', ({ double }: TestShell) => (double.notificationsFail = true)],
    ['does not exist', ({ double }: TestShell) => (double.areNotificationsSupported = false)],
  ])('is in the tray and the window where showing it %s, until it was seen', async (_what, change) => {
    const shell = await told(change);
    expect(item(shell, 'notice-0')?.label).toBe('Budget');
    shell.double.tray?.click('notice-0');
    await shell.settle();
    shell.double.window?.close();
    expect(item(shell, 'notice-0')).toBeUndefined();
  });

  it('is not shown when the person wants none, nor while they look at the window', async () => {
    expect((await told(undefined, { notifications: false })).double.notifications).toEqual([]);
    const watched = await told(({ double }) => double.app.emit('activate'));
    expect(watched.double.notifications).toEqual([]);
  });

  it('follows the setting at once', async () => {
    const shell = await told();
    shell.engine().saySettings({ notifications: false });
    shell.engine().say({ type: 'notice', notice: { ...NOTICE, id: 'second' } });
    expect(shell.double.notifications).toHaveLength(1);
  });
});

describe('an engine that cannot start', () => {
  it('is told that it was heard, and the window shows why with a way to start it again', async () => {
    const shell = await startTestShell();
    shell.engine().say({ type: 'failed', message: 'Port 8400 is in use.' });
    await shell.settle();
    expect(shell.engine().told.at(-1)).toEqual({ type: 'stop' });
    expect(shell.double.window?.isVisible()).toBe(true);
    expect(item(shell, 'sentence')?.label).toBe('Port 8400 is in use.');
    const id = shell.double.window?.webContents.id ?? 0;
    const frame = { url: 'app://pointsman/', parent: null };
    const invoke = (channel: string) =>
      shell.double.ipcMain.invoke({ sender: { id }, senderFrame: frame }, channel, []);
    expect(await invoke(ASK.shell)).toMatchObject({ engine: 'failed', problem: 'Port 8400 is in use.' });
    await invoke(ASK.startEngine);
    expect(shell.engines).toHaveLength(2);
  });

  it('is replaced at the wish of the window, and the tray says so meanwhile', async () => {
    const shell = await startTestShell();
    const [first] = shell.engines;
    first?.becomeReady();
    await shell.settle();
    const frame = { url: 'app://pointsman/', parent: null };
    const sender = { id: shell.double.window?.webContents.id ?? 0 };
    const invoke = (channel: string) => shell.double.ipcMain.invoke({ sender, senderFrame: frame }, channel, []);
    await invoke(ASK.restartEngine);
    expect([first?.told.at(-1), shell.engines.length]).toEqual([{ type: 'stop' }, 2]);
    expect(item(shell, 'sentence')?.label).toBe('Starting…');
    expect(await invoke(ASK.shell)).toMatchObject({ engine: 'starting', problem: null });
    shell.engine().becomeReady();
    expect(await invoke(ASK.shell)).toMatchObject({ engine: 'running', problem: null });
  });

  it('at login is told by a notification instead of a window', async () => {
    const shell = await startTestShell({ prepare: (double) => (double.app.wasOpenedAtLogin = true) });
    shell.engine().say({ type: 'failed', message: 'Port 8400 is in use.' });
    await shell.settle();
    expect([shell.double.window, shell.double.notifications[0]?.body]).toEqual([null, 'Port 8400 is in use.']);
  });
});

describe('keys', () => {
  it('are answered over the port, kept by the keychain, and never given to the window', async () => {
    const shell = await startTestShell();
    const wanted = { type: 'secret_wanted' as const, reference: 'openai' };
    shell.engine().say({ ...wanted, id: 1, action: 'write', value: 'sk-secret' });
    shell.engine().say({ ...wanted, id: 2, action: 'read', value: null });
    shell.engine().becomeReady();
    for (let turns = 0; turns < 10; turns += 1) await shell.settle();
    const answers = shell.engine().told.filter(({ type }) => type === 'secret');
    expect(answers).toEqual([
      { type: 'secret', id: 1, value: null, problem: null },
      { type: 'secret', id: 2, value: 'sk-secret', problem: null },
    ]);
    expect(JSON.stringify([shell.double.window?.webContents.sent, shell.log.lines])).not.toContain('sk-secret');
  });

  it('that a keyring does not protect are said to be, to engine and window', async () => {
    const shell = await startTestShell({
      host: { platform: 'linux' },
      prepare: (double) => (double.safeStorage.backend = 'basic_text'),
    });
    expect(shell.engine().told[0]).toMatchObject({ secrets: expect.stringMatching(/unencrypted/) as string });
  });

  it('of a keychain that does not answer do not hold up the start', async () => {
    const shell = await startTestShell({
      prepare: (double) => {
        double.safeStorage.isAsyncEncryptionAvailable = () => new Promise(() => undefined);
      },
    });
    expect(shell.engines).toHaveLength(0);
    await shell.clock.advance(3_000);
    expect(shell.engines).toHaveLength(1);
  });
});

describe('settings', () => {
  it('of start at login are carried out and read back', async () => {
    const shell = await startTestShell();
    shell.engine().becomeReady({ desktop: { startAtLogin: true } });
    expect(shell.double.app.loginItem).toEqual({ openAtLogin: true });
    shell.engine().saySettings({ startAtLogin: false });
    expect(shell.double.app.loginItem).toEqual({ openAtLogin: false });
  });

  it('of updates are followed', async () => {
    const shell = await startTestShell();
    shell.engine().becomeReady({ desktop: { updates: 'off' } });
    await shell.clock.advance(3_600_000);
    expect(shell.updates.asked).toEqual([]);
    shell.engine().saySettings({ updates: 'ask' });
    await shell.clock.advance(3_600_000);
    expect(shell.updates.asked).toEqual(['check']);
    shell.double.window?.close();
    shell.updates.say({ kind: 'available', version: '2.0.0' });
    expect(shell.double.notifications.map(({ body }) => body)).toEqual(['Version 2.0.0 is available.']);
    shell.double.tray?.click('download-update');
    await shell.settle();
    expect(shell.updates.asked).toEqual(['check', 'download']);
  });

  it('of automatic updates interrupt nobody', async () => {
    const shell = await startTestShell();
    shell.engine().becomeReady();
    await shell.settle();
    shell.double.window?.close();
    shell.updates.say({ kind: 'available', version: '2.0.0' });
    shell.updates.say({ kind: 'ready', version: '2.0.0' });
    expect([shell.updates.asked, shell.double.notifications]).toEqual([['download'], []]);
    expect(item(shell, 'restart-to-update')?.label).toBe('Restart to update to 2.0.0');
  });
});

describe('the tray', () => {
  it('is drawn when something differs, and not otherwise', async () => {
    const shell = await startTestShell();
    shell.engine().becomeReady();
    let menus = 0;
    shell.double.onTray(() => (menus += 1));
    const status = trayStatusOf({ sentence: 'Working here' });
    for (let times = 0; times < 5; times += 1) shell.engine().say({ type: 'tray', status });
    expect([menus, item(shell, 'sentence')?.label]).toEqual([1, 'Working here']);
  });

  it('is drawn anew after a click that did not work, and says that it did not', async () => {
    const shell = await startTestShell({ prepare: (double) => (double.app.wasOpenedAtLogin = true) });
    shell.engine().becomeReady({ desktop: { openWindowAtStart: false } });
    shell.engine().say({ type: 'tray', status: trayStatusOf() });
    await shell.settle();
    let menus = 0;
    shell.double.onTray(() => (menus += 1));
    shell.double.tray?.click('strategy-adaptive');
    await shell.settle();
    expect([menus, shell.double.notifications[0]?.body]).toEqual([1, 'There is no engine to call.']);
  });

  it('follows the panel’s colours', async () => {
    const shell = await startTestShell({ host: { platform: 'linux' } });
    expect(shell.double.tray?.seen().image).toContain('on-dark');
    shell.double.nativeTheme.shouldUseDarkColors = false;
    shell.double.nativeTheme.emit('updated');
    expect(shell.double.tray?.seen().image).toContain('on-light');
  });

  it('opens the window with the left button, except on macOS, where it opens the menu', async () => {
    for (const [platform, opens] of [
      ['win32', true],
      ['linux', true],
      ['darwin', false],
    ] as const) {
      const argv = ['pointsman', '--hidden'];
      const prepare: Parameters<typeof startTestShell>[0] = { host: { platform, argv } };
      const shell = await startTestShell({ ...prepare, prepare: (double) => (double.app.wasOpenedAtLogin = true) });
      shell.engine().becomeReady({ desktop: { openWindowAtStart: false } });
      await shell.settle();
      shell.double.tray?.emit('click');
      await shell.settle();
      expect(shell.double.window !== null).toBe(opens);
    }
  });

  it('can be rebuilt', async () => {
    const shell = await startTestShell({ host: { platform: 'linux' } });
    const before = shell.double.tray;
    before?.click('rebuild');
    await shell.settle();
    expect(shell.double.tray).not.toBe(before);
    expect(item(shell, 'quit')).toBeDefined();
  });
});

describe('the end', () => {
  it('stops the engine first, and leaves no timer, window or icon', async () => {
    const { double, engine, clock } = await startTestShell();
    engine().becomeReady();
    double.app.quit();
    expect(await double.app.ended).toBe(0);
    expect(engine().told.at(-1)).toEqual({ type: 'stop' });
    expect([double.tray, double.window, clock.pendingTimers]).toEqual([null, null, 0]);
  });

  it('waits for an engine that hangs, and not for ever', async () => {
    const { double, engine, clock, killedHard } = await startTestShell();
    engine().becomeReady();
    engine().postMessage = () => undefined;
    engine().kill = () => true;
    double.app.quit();
    await clock.advance(12_000);
    expect(killedHard).toEqual([engine().pid]);
    engine().emit('exit', 9);
    expect(await double.app.ended).toBe(0);
  });

  it('comes at once at the second wish', async () => {
    const { double, engine, clock } = await startTestShell();
    engine().becomeReady();
    engine().postMessage = () => undefined;
    double.app.quit();
    double.app.quit();
    await clock.advance(0);
    expect(await double.app.ended).toBe(0);
  });

  it('to install an update stops the engine before the installer runs, and only when one is ready', async () => {
    const { double, engine, updates, settle } = await startTestShell();
    engine().becomeReady();
    await settle();
    updates.say({ kind: 'ready', version: '2.0.0' });
    const stopped: string[] = [];
    engine().on('exit', () => stopped.push(...updates.asked));
    double.tray?.click('restart-to-update');
    await settle();
    expect([stopped, updates.asked]).toEqual([[], ['install']]);
  });
});
