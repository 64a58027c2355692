import { EventEmitter } from 'node:events';
import type { LoginItemSettings, Settings } from 'electron';
import type { ShellApp } from '../../../src-main/desktop/electron-api.ts';

export interface AppDoubleOptions {
  isPackaged: boolean;
  /** Another instance holds the lock. */
  isSecond: boolean;
}

/** An event that can be prevented, as Electron hands them out. */
export class PreventableEvent {
  defaultPrevented = false;
  preventDefault(): void {
    this.defaultPrevented = true;
  }
}

type LoginStatus = LoginItemSettings['status'];

/** `app`: what was asked of it is kept for tests to read. */
export class AppDouble extends EventEmitter implements ShellApp {
  readonly isPackaged: boolean;
  readonly paths = new Map<string, string>();
  isSandboxed = false;
  activationPolicy: string | null = null;
  userModelId: string | null = null;
  protocolClient: string | null = null;
  /** What was asked for last. */
  loginItem: Settings | null = null;
  /** What macOS makes of it; null: as asked. */
  loginStatus: LoginStatus | null = null;
  wasOpenedAtLogin = false;
  /** Resolves with the exit code when the application has ended. */
  readonly ended: Promise<number>;
  readonly #isSecond: boolean;
  readonly #end: (code: number) => void;
  readonly #ready = Promise.withResolvers<undefined>();
  #hasEnded = false;

  constructor(options: AppDoubleOptions) {
    super();
    this.isPackaged = options.isPackaged;
    this.#isSecond = options.isSecond;
    const ended = Promise.withResolvers<number>();
    this.ended = ended.promise;
    this.#end = ended.resolve;
  }

  /** Electron is up. */
  becomeReady(): void {
    this.#ready.resolve(undefined);
  }

  whenReady(): Promise<void> {
    return this.#ready.promise;
  }

  requestSingleInstanceLock(): boolean {
    return !this.#isSecond;
  }

  enableSandbox(): void {
    this.isSandboxed = true;
  }

  setActivationPolicy(policy: 'regular' | 'accessory' | 'prohibited'): void {
    this.activationPolicy = policy;
  }

  setAppUserModelId(id: string | null): void {
    this.userModelId = id;
  }

  setAsDefaultProtocolClient(scheme: string): boolean {
    this.protocolClient = scheme;
    return true;
  }

  setPath(name: string, path: string): void {
    this.paths.set(name, path);
  }

  setLoginItemSettings(settings: Settings): void {
    this.loginItem = settings;
  }

  /** Windows finds an entry by the very path and arguments that it was made with. */
  getLoginItemSettings(options: { path?: string; args?: string[] } = {}): LoginItemSettings {
    const asked = this.loginItem;
    const isSame = asked?.path === options.path && String(asked?.args) === String(options.args);
    const isOn = asked?.openAtLogin === true && isSame;
    return {
      openAtLogin: isOn,
      wasOpenedAtLogin: this.wasOpenedAtLogin,
      status: this.loginStatus ?? (isOn ? 'enabled' : 'not-registered'),
      executableWillLaunchAtLogin: isOn,
      launchItems: [],
    };
  }

  /** As Electron does it: everybody may object, and nothing is closed by force. */
  quit(): void {
    if (this.#hasEnded) return;
    const event = new PreventableEvent();
    this.emit('before-quit', event);
    if (!event.defaultPrevented) this.exit(0);
  }

  exit(code = 0): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#end(code);
  }
}
