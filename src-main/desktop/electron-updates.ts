import type { AppUpdater } from 'electron-updater';
import { isSigned } from './is-signed.ts';
import type { UpdateEvent, UpdatePort } from './update-port.ts';

export interface ElectronUpdatesOptions {
  /** False: it runs from source. */
  isPackaged: boolean;
  platform: NodeJS.Platform;
  environment: Readonly<Record<string, string | undefined>>;
  program: string;
  resourcesFolder: string;
  /** Only loaded when updates are looked for: it reaches for Electron at once. */
  load: () => Promise<AppUpdater>;
}

/** Updates by electron-updater: a feed over https, and what it names is held against its hash and its signature. */
export function createElectronUpdates(options: ElectronUpdatesOptions): UpdatePort {
  const { isPackaged, platform, environment } = options;
  const listeners: ((event: UpdateEvent) => void)[] = [];
  let atQuit = false;
  let updater: Promise<AppUpdater> | null = null;
  let installNow: (() => void) | null = null;
  const tell = (event: UpdateEvent) => listeners.forEach((listener) => listener(event));
  const open = (): Promise<AppUpdater> => {
    updater ??= options.load().then((loaded) => {
      loaded.autoDownload = false;
      loaded.autoInstallOnAppQuit = atQuit;
      loaded.logger = null;
      loaded.on('update-available', ({ version }) => tell({ kind: 'available', version }));
      loaded.on('update-not-available', () => tell({ kind: 'none' }));
      loaded.on('error', () => tell({ kind: 'failed' }));
      loaded.on('update-downloaded', ({ version }) => {
        installNow = () => loaded.quitAndInstall(true, true);
        tell({ kind: 'ready', version });
      });
      return loaded;
    });
    return updater;
  };
  return {
    canInstall: platform !== 'linux' || environment.APPIMAGE !== undefined,
    async whyNot() {
      if (!isPackaged) return { state: 'off', sentence: 'It runs from its source and is not updated.' };
      if ((await isSigned(options)) !== false) return null;
      const sentence = 'This copy is not signed by its publisher, so it cannot update itself safely.';
      return { state: 'unsigned', sentence: `${sentence} New versions are on the download page.` };
    },
    async check() {
      await (await open()).checkForUpdates();
    },
    async download() {
      await (await open()).downloadUpdate();
    },
    installAtQuit(on) {
      atQuit = on;
      void updater?.then((loaded) => (loaded.autoInstallOnAppQuit = on));
    },
    installNow: () => installNow?.(),
    onEvent: (listener) => void listeners.push(listener),
  };
}
