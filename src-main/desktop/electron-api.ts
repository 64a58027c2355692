// One signature for each event: of several names in one, the compiler would accept some that Electron does not know.
/* eslint-disable @typescript-eslint/unified-signatures */
import type * as Electron from 'electron';

/**
 * The part of Electron that the shell uses, nothing else: the real one satisfies it in `main.ts`, the tests' double in
 * `test/desktop/double`, and the compiler holds both against Electron's own types. Only `main.ts` and `preload.ts` import
 * Electron itself.
 */
export interface ElectronApi {
  app: ShellApp;
  protocol: Pick<Electron.Protocol, 'registerSchemesAsPrivileged' | 'handle'>;
  session: { defaultSession: ShellSession };
  ipcMain: { handle(channel: string, listener: (event: IpcEvent, ...args: unknown[]) => unknown): void };
  powerMonitor: ShellPowerMonitor;
  safeStorage: ShellSafeStorage;
  shell: Pick<Electron.Shell, 'openExternal' | 'openPath'>;
  clipboard: Pick<Electron.Clipboard, 'writeText'>;
  screen: { getAllDisplays(): { workArea: Electron.Rectangle }[] };
  nativeTheme: Pick<Electron.NativeTheme, 'shouldUseDarkColors'> & { on(event: 'updated', run: () => void): unknown };
  utilityProcess: {
    fork(modulePath: string, args?: string[], options?: Electron.ForkOptions): ShellUtilityProcess;
  };
  Menu: {
    buildFromTemplate(template: Electron.MenuItemConstructorOptions[]): ShellMenu;
    setApplicationMenu(menu: ShellMenu | null): void;
  };
  Tray: new (image: string) => ShellTray;
  Notification: {
    new (options: Electron.NotificationConstructorOptions): ShellNotification;
    isSupported(): boolean;
  };
  BrowserWindow: new (options: Electron.BrowserWindowConstructorOptions) => ShellWindow;
}

/** Built from a template, and only handed on. */
export type ShellMenu = Pick<Electron.Menu, 'items'>;
export type MenuTemplate = Electron.MenuItemConstructorOptions[];

type Preventable = Pick<Electron.Event, 'preventDefault'>;

export interface ShellApp extends Pick<
  Electron.App,
  | 'requestSingleInstanceLock'
  | 'enableSandbox'
  | 'setActivationPolicy'
  | 'setAppUserModelId'
  | 'setAsDefaultProtocolClient'
  | 'setLoginItemSettings'
  | 'getLoginItemSettings'
  | 'setPath'
  | 'whenReady'
  | 'quit'
  | 'exit'
  | 'isPackaged'
> {
  on(event: 'second-instance', listener: (event: Preventable, argv: string[]) => void): unknown;
  on(event: 'open-url', listener: (event: Preventable, url: string) => void): unknown;
  on(event: 'activate', listener: () => void): unknown;
  on(event: 'window-all-closed', listener: () => void): unknown;
  on(event: 'before-quit', listener: (event: Preventable) => void): unknown;
  on(event: 'web-contents-created', listener: (event: Preventable, contents: ShellContents) => void): unknown;
  on(event: 'child-process-gone', listener: (event: Preventable, details: ProcessGone) => void): unknown;
}

export type ProcessGone = Pick<Electron.Details, 'type' | 'reason' | 'exitCode' | 'name'>;

export interface ShellSession {
  setPermissionRequestHandler(
    handler: (
      contents: PermissionAsker,
      permission: string,
      callback: (granted: boolean) => void,
      details: { requestingUrl?: string; isMainFrame?: boolean },
    ) => void,
  ): void;
  setPermissionCheckHandler(
    handler: (
      contents: PermissionAsker | null,
      permission: string,
      requestingOrigin: string,
      details: { isMainFrame: boolean },
    ) => boolean,
  ): void;
  setDevicePermissionHandler(handler: () => boolean): void;
}

type PermissionAsker = Pick<Electron.WebContents, 'getURL'>;

export interface IpcEvent {
  readonly sender: Pick<Electron.WebContents, 'id'>;
  readonly senderFrame: Pick<Electron.WebFrameMain, 'url' | 'parent'> | null;
}

export interface ShellPowerMonitor extends Pick<
  Electron.PowerMonitor,
  'getSystemIdleState' | 'getSystemIdleTime' | 'getCurrentThermalState' | 'isOnBatteryPower'
> {
  on(event: 'suspend', listener: () => void): unknown;
  on(event: 'resume', listener: () => void): unknown;
  on(event: 'on-ac', listener: () => void): unknown;
  on(event: 'on-battery', listener: () => void): unknown;
  on(event: 'lock-screen', listener: () => void): unknown;
  on(event: 'unlock-screen', listener: () => void): unknown;
  on(event: 'thermal-state-change', listener: (details: { state: string }) => void): unknown;
  on(event: 'speed-limit-change', listener: (details: { limit: number }) => void): unknown;
}

export type ShellSafeStorage = Pick<
  Electron.SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>;

export interface ShellUtilityProcess extends Pick<Electron.UtilityProcess, 'pid' | 'kill'> {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  on(event: 'spawn', listener: () => void): unknown;
}

export interface ShellTray extends Pick<Electron.Tray, 'setToolTip' | 'getBounds' | 'destroy'> {
  setImage(image: string): void;
  setContextMenu(menu: ShellMenu | null): void;
  on(event: 'click', listener: () => void): unknown;
}

export interface ShellNotification extends Pick<Electron.Notification, 'show'> {
  on(event: 'click', listener: () => void): unknown;
  on(event: 'failed', listener: () => void): unknown;
}

export interface ShellContents extends Pick<Electron.WebContents, 'id' | 'getURL' | 'send' | 'reload'> {
  setWindowOpenHandler(handler: (details: { url: string }) => { action: 'deny' }): void;
  on(event: 'will-navigate', listener: (event: NavigationEvent) => void): unknown;
  on(event: 'will-redirect', listener: (event: NavigationEvent) => void): unknown;
  on(event: 'will-frame-navigate', listener: (event: NavigationEvent) => void): unknown;
  on(event: 'will-attach-webview', listener: (event: Preventable) => void): unknown;
  on(event: 'render-process-gone', listener: (event: Preventable, details: { reason: string }) => void): unknown;
  on(event: 'did-finish-load', listener: () => void): unknown;
}
export type NavigationEvent = Preventable & { url: string };

export interface ShellWindow extends Pick<
  Electron.BrowserWindow,
  | 'loadURL'
  | 'show'
  | 'hide'
  | 'focus'
  | 'restore'
  | 'isMinimized'
  | 'isMaximized'
  | 'maximize'
  | 'isVisible'
  | 'isDestroyed'
  | 'getNormalBounds'
  | 'destroy'
> {
  readonly webContents: ShellContents;
  on(event: 'close', listener: (event: Preventable) => void): unknown;
  on(event: 'closed', listener: () => void): unknown;
  on(event: 'show', listener: () => void): unknown;
  on(event: 'hide', listener: () => void): unknown;
  once(event: 'ready-to-show', listener: () => void): unknown;
}
