import { EventEmitter } from 'node:events';
import type { ElectronApi, ProcessGone } from '../../../src-main/desktop/electron-api.ts';
import { AppDouble, PreventableEvent } from './app-double.ts';
import { IpcMainDouble } from './ipc-main-double.ts';
import { MenuDouble } from './menu-double.ts';
import { NotificationDouble } from './notification-double.ts';
import { PowerMonitorDouble } from './power-monitor-double.ts';
import { SafeStorageDouble } from './safe-storage-double.ts';
import { SessionDouble } from './session-double.ts';
import { TrayDouble } from './tray-double.ts';
import { UtilityProcessDouble } from './utility-process-double.ts';
import { ContentsDouble, WindowDouble, type WindowContent } from './window-double.ts';

type PagesHandler = Parameters<ElectronApi['protocol']['handle']>[1];
type Rectangle = ReturnType<ElectronApi['screen']['getAllDisplays']>[number]['workArea'];

export interface ElectronDoubleOptions {
  isPackaged?: boolean;
  isSecond?: boolean;
  /** Fills each window; default: an empty page that is loaded at once. */
  fill?: (window: WindowDouble, double: ElectronDouble) => WindowContent;
  /** What a fork gives; default: a real process. */
  fork?: ElectronApi['utilityProcess']['fork'];
}

/**
 * Electron as far as the shell uses it (`ElectronApi`, which the compiler holds against Electron's own types), played by
 * objects that tests can look into: menus keep their templates, windows are pages of a real browser or empty, and the
 * utility process is a real one.
 */
export class ElectronDouble {
  readonly app: AppDouble;
  readonly ipcMain = new IpcMainDouble();
  readonly powerMonitor = new PowerMonitorDouble();
  readonly safeStorage = new SafeStorageDouble();
  readonly session = new SessionDouble();
  readonly nativeTheme = Object.assign(new EventEmitter(), { shouldUseDarkColors: true });
  readonly windows: WindowDouble[] = [];
  readonly notifications: NotificationDouble[] = [];
  readonly processes: UtilityProcessDouble[] = [];
  readonly openedLinks: string[] = [];
  readonly openedFolders: string[] = [];
  readonly schemes: string[] = [];
  clipboard = '';
  areNotificationsSupported = true;
  /** What becomes of a notification that is shown. */
  notificationsFail = false;
  workAreas: Rectangle[] = [{ x: 0, y: 25, width: 1_920, height: 1_055 }];
  tray: TrayDouble | null = null;
  readonly #options: ElectronDoubleOptions;
  readonly #protocols = new Map<string, PagesHandler>();
  readonly #trayListeners: (() => void)[] = [];

  constructor(options: ElectronDoubleOptions = {}) {
    this.#options = options;
    this.app = new AppDouble({ isPackaged: options.isPackaged ?? false, isSecond: options.isSecond ?? false });
  }

  /** Told whenever a new menu is set, or the icon is gone. */
  onTray(listener: () => void): void {
    this.#trayListeners.push(listener);
  }

  /** A request of a page for an address of a scheme of ours. */
  serve(request: Request): Response | Promise<Response> {
    const handler = this.#protocols.get(new URL(request.url).protocol.slice(0, -1));
    return handler?.(request) ?? Response.error();
  }

  get window(): WindowDouble | null {
    return this.windows.find((window) => !window.isDestroyed()) ?? null;
  }

  /** The API as the shell gets it. */
  get api(): ElectronApi {
    return {
      app: this.app,
      ipcMain: this.ipcMain,
      powerMonitor: this.powerMonitor,
      safeStorage: this.safeStorage,
      session: { defaultSession: this.session },
      nativeTheme: this.nativeTheme,
      Menu: MenuDouble,
      protocol: {
        registerSchemesAsPrivileged: (schemes) => void this.schemes.push(...schemes.map(({ scheme }) => scheme)),
        handle: (scheme, handler) => void this.#protocols.set(scheme, handler),
      },
      shell: {
        openExternal: (url) => this.#note(this.openedLinks, url),
        openPath: (path) => this.#note(this.openedFolders, path).then(() => ''),
      },
      clipboard: {
        writeText: (text) => {
          this.clipboard = text;
          return Promise.resolve();
        },
      },
      screen: { getAllDisplays: () => this.workAreas.map((workArea) => ({ workArea })) },
      utilityProcess: { fork: this.#options.fork ?? ((...fork) => this.#fork(...fork)) },
      Tray: this.#trayClass(),
      Notification: this.#notificationClass(),
      BrowserWindow: this.#windowClass(),
    };
  }

  #note(list: string[], entry: string): Promise<void> {
    list.push(entry);
    return Promise.resolve();
  }

  #fork(
    ...[modulePath, args = [], fork = {}]: Parameters<ElectronApi['utilityProcess']['fork']>
  ): UtilityProcessDouble {
    const gone = (details: ProcessGone) => this.app.emit('child-process-gone', new PreventableEvent(), details);
    const started = new UtilityProcessDouble({ modulePath, args, fork, gone });
    this.processes.push(started);
    return started;
  }

  #trayClass(): ElectronApi['Tray'] {
    const changed = (tray: TrayDouble | null) => {
      this.tray = tray;
      for (const listener of this.#trayListeners) listener();
    };
    return class extends TrayDouble {
      constructor(image: string) {
        super(image, changed);
        changed(this);
      }
    };
  }

  #notificationClass(): ElectronApi['Notification'] {
    const show = (notification: NotificationDouble) => {
      this.notifications.push(notification);
      if (this.notificationsFail) notification.emit('failed');
    };
    const isSupported = () => this.areNotificationsSupported;
    return class extends NotificationDouble {
      static isSupported = isSupported;
      constructor(options: ConstructorParameters<typeof NotificationDouble>[0]) {
        super(options, show);
      }
    };
  }

  #windowClass(): ElectronApi['BrowserWindow'] {
    const { windows, app } = this;
    const fill = (window: WindowDouble) => this.#options.fill?.(window, this) ?? emptyContent(window);
    return class extends WindowDouble {
      constructor(options: ConstructorParameters<typeof WindowDouble>[0]) {
        super(options, new ContentsDouble(windows.length + 1));
        this.webContents.content = fill(this);
        windows.push(this);
        app.emit('web-contents-created', new PreventableEvent(), this.webContents);
      }
    };
  }
}

function emptyContent({ webContents }: WindowDouble): WindowContent {
  let url = '';
  const loaded = (): Promise<void> => {
    webContents.emit('did-finish-load');
    return Promise.resolve();
  };
  return {
    load(address) {
      url = address;
      return loaded();
    },
    reload: loaded,
    send: () => undefined,
    url: () => url,
    close: () => undefined,
  };
}
