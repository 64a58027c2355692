import type { ViewName } from '../../src-shared/bridge.ts';
import type { Log } from '../engine/ports.ts';
import type { ElectronApi, ShellWindow } from './electron-api.ts';
import { PRELOAD_FACTS, TELL } from './ipc-channels.ts';
import { PAGE_ADDRESS } from './own-page.ts';
import type { ShellMemoryFile } from './shell-memory.ts';
import { chooseWindowPlace, SMALLEST } from './window-place.ts';

export interface WindowKeeperOptions {
  electron: Pick<ElectronApi, 'BrowserWindow' | 'screen' | 'nativeTheme'>;
  platform: NodeJS.Platform;
  version: string;
  /** `dist/preload.cjs`. */
  preload: string;
  icon: string;
  memory: ShellMemoryFile;
  log: Log;
  /** It came on the screen or left it. */
  onVisibility: () => void;
}

/** So often a page that crashes is loaded again before it is left alone. */
const MOST_RELOADS = 3;
const PAPER = { light: '#ffffff', dark: '#16181d' };

/** Holds the one window: made when first wanted, hidden when closed, remembered where it was. */
export class WindowKeeper {
  readonly #options: WindowKeeperOptions;
  #window: ShellWindow | null = null;
  /** The view to go to once the page listens. */
  #wanted: ViewName | null = null;
  #isLoaded = false;
  /** There is something to show. */
  #isReady = false;
  #crashes = 0;
  #isQuitting = false;

  constructor(options: WindowKeeperOptions) {
    this.#options = options;
  }

  /** Shows it, in front, at `view` if given. */
  open(view: ViewName | null): void {
    if (this.#isQuitting) return;
    this.#wanted = view ?? this.#wanted;
    const window = this.#window ?? this.#make();
    if (window.isMinimized()) window.restore();
    if (this.#isReady) window.show();
    window.focus();
    this.#navigate();
  }

  get isVisible(): boolean {
    return this.#window?.isVisible() === true && !this.#window.isMinimized();
  }

  isOurs(contentsId: number): boolean {
    return this.#window?.webContents.id === contentsId;
  }

  send(channel: string, value: unknown): void {
    if (this.#window?.isDestroyed() === false) this.#window.webContents.send(channel, value);
  }

  /** For a new engine address: the policy of a page that is there already does not allow it. */
  reload(): void {
    this.#isLoaded = false;
    if (this.#window?.isDestroyed() === false) this.#window.webContents.reload();
  }

  /** For good; closing hides no more. */
  end(): void {
    this.#isQuitting = true;
    this.#remember();
    if (this.#window?.isDestroyed() === false) this.#window.destroy();
    this.#window = null;
  }

  #make(): ShellWindow {
    const { electron, memory, preload, icon, version, platform, log, onVisibility } = this.#options;
    const saved = memory.read().window;
    const place = chooseWindowPlace(
      saved,
      electron.screen.getAllDisplays().map(({ workArea }) => workArea),
    );
    const window = new electron.BrowserWindow({
      ...place,
      minWidth: SMALLEST.width,
      minHeight: SMALLEST.height,
      show: false,
      title: 'Pointsman',
      autoHideMenuBar: true,
      backgroundColor: electron.nativeTheme.shouldUseDarkColors ? PAPER.dark : PAPER.light,
      ...(platform === 'linux' ? { icon } : {}),
      webPreferences: {
        preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webSecurity: true,
        webviewTag: false,
        spellcheck: false,
        devTools: true,
        additionalArguments: [`${PRELOAD_FACTS.version}${version}`, `${PRELOAD_FACTS.platform}${platform}`],
      },
    });
    this.#window = window;
    if (saved?.maximized === true) window.maximize();
    window.once('ready-to-show', () => {
      this.#isReady = true;
      window.show();
    });
    window.on('close', (event) => {
      this.#remember();
      if (this.#isQuitting) return;
      event.preventDefault();
      window.hide();
    });
    window.on('closed', () => {
      if (this.#window !== window) return;
      this.#window = null;
      this.#isReady = false;
      this.#isLoaded = false;
    });
    window.on('show', onVisibility);
    window.on('hide', onVisibility);
    window.webContents.on('did-finish-load', () => {
      this.#isLoaded = true;
      this.#navigate();
    });
    window.webContents.on('render-process-gone', (_event, { reason }) => this.#recover(reason));
    window.loadURL(PAGE_ADDRESS).catch((error: unknown) => log.warn({ error }, 'the window could not load its page'));
    return window;
  }

  #navigate(): void {
    if (this.#wanted === null || !this.#isLoaded) return;
    this.send(TELL.navigate, this.#wanted);
    this.#wanted = null;
  }

  #recover(reason: string): void {
    this.#isLoaded = false;
    this.#options.log.warn({ reason }, 'the page of the window has ended');
    if (reason === 'clean-exit' || this.#isQuitting || ++this.#crashes > MOST_RELOADS) return;
    this.reload();
  }

  #remember(): void {
    const window = this.#window;
    if (window === null || window.isDestroyed()) return;
    const { x, y, width, height } = window.getNormalBounds();
    this.#options.memory.change({ window: { x, y, width, height, maximized: window.isMaximized() } });
  }
}
