import type { ShellView } from '../../src-shared/bridge.ts';
import {
  autostartFile,
  isAutostartOn,
  readAutostart,
  removeAutostart,
  toAutostartEntry,
  writeAutostart,
} from './autostart-entry.ts';
import { HIDDEN_FLAG } from './deep-link.ts';
import type { ShellApp } from './electron-api.ts';

/** Start at login on this system. */
export interface LoginStart {
  /** As the system tells it. */
  read(): ShellView['startAtLogin'];
  /** Throws the system's error. */
  set(on: boolean): void;
  /** True when it was the system that started us, not the person. */
  startedBySystem(): boolean;
}

export interface LoginStartOptions {
  app: Pick<ShellApp, 'setLoginItemSettings' | 'getLoginItemSettings'>;
  platform: NodeJS.Platform;
  environment: Readonly<Record<string, string | undefined>>;
  homeFolder: string;
  argv: readonly string[];
  /** Program and arguments that start the application. */
  command: readonly string[];
}

export function createLoginStart(options: LoginStartOptions): LoginStart {
  const hidden = () => options.argv.includes(HIDDEN_FLAG);
  if (options.platform === 'darwin')
    return { ...macLogin(options.app), startedBySystem: () => isMacLogin(options.app) };
  if (options.platform === 'win32') return { ...windowsLogin(options), startedBySystem: hidden };
  return { ...linuxLogin(options), startedBySystem: hidden };
}

type ReadAndSet = Pick<LoginStart, 'read' | 'set'>;

/** An unsigned application may register without an error and not be registered: only what is read back counts. */
function macLogin(app: LoginStartOptions['app']): ReadAndSet {
  return {
    read() {
      const { status } = app.getLoginItemSettings();
      if (status === 'requires-approval') return 'requires_approval';
      return status === 'enabled' ? 'on' : 'off';
    },
    set: (on) => app.setLoginItemSettings({ openAtLogin: on }),
  };
}

function isMacLogin(app: LoginStartOptions['app']): boolean {
  return app.getLoginItemSettings().wasOpenedAtLogin;
}

/** Windows finds an entry again by the very path and arguments that it was made with. */
function windowsLogin({ app, command: [path = '', ...rest] }: LoginStartOptions): ReadAndSet {
  const args = [...rest, HIDDEN_FLAG];
  return {
    read() {
      const { openAtLogin, executableWillLaunchAtLogin } = app.getLoginItemSettings({ path, args });
      return openAtLogin && executableWillLaunchAtLogin ? 'on' : 'off';
    },
    set: (on) => app.setLoginItemSettings({ openAtLogin: on, path, args }),
  };
}

function linuxLogin({ homeFolder, environment, command }: LoginStartOptions): ReadAndSet {
  const file = autostartFile({ homeFolder, environment });
  const wanted = [...command, HIDDEN_FLAG];
  return {
    read() {
      const entry = readAutostart(file);
      if (!isAutostartOn(entry)) return 'off';
      // An AppImage that was moved since leaves an entry that starts nothing.
      if (entry !== toAutostartEntry(wanted)) writeAutostart(file, wanted);
      return 'on';
    },
    set(on) {
      if (on) writeAutostart(file, wanted);
      else removeAutostart(file);
    },
  };
}
