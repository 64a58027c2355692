import type { ElectronApi, ShellTray } from './electron-api.ts';
import { iconFile } from './icon-file.ts';
import type { ShellState } from './shell-state.ts';
import type { TrayAction } from './tray-action.ts';
import { toTrayIcon } from './tray-icon.ts';
import { toTrayMenu } from './tray-menu.ts';
import { toTooltip } from './tray-sentence.ts';

export interface TrayKeeperOptions {
  electron: Pick<ElectronApi, 'Tray' | 'Menu' | 'nativeTheme' | 'screen'>;
  platform: NodeJS.Platform;
  /** An icon's path from its name in the resources. */
  resource: (name: string) => string;
  state: () => ShellState;
  act: (action: TrayAction) => void;
}

/** Holds the one tray icon and draws it from the state. A new menu is set each time: on Linux a changed one is not shown. */
export class TrayKeeper {
  readonly #options: TrayKeeperOptions;
  /** What is on show, as text: setting the same menu again would close it under the hand. */
  #drawn = '';
  #tray: ShellTray | null = null;

  constructor(options: TrayKeeperOptions) {
    this.#options = options;
    options.electron.nativeTheme.on('updated', () => this.draw());
  }

  /** Makes the icon if there is none. Throws where the system has no place for one. */
  show(): void {
    if (this.#tray !== null) return;
    const tray = new this.#options.electron.Tray(this.#image());
    this.#tray = tray;
    // macOS opens the menu by itself; on Windows and Linux the left button opens the window.
    if (this.#options.platform !== 'darwin') {
      tray.on('click', () => this.#options.act({ do: 'open', view: null }));
    }
    this.draw();
  }

  /** Sets what differs from what is on show. */
  draw(): void {
    const { electron, platform, state, act } = this.#options;
    if (this.#tray === null) return;
    const look = { image: this.#image(), tip: toTooltip(state()), menu: toTrayMenu(state(), { platform, act }) };
    const drawn = JSON.stringify(look);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#tray.setImage(look.image);
    this.#tray.setToolTip(look.tip);
    this.#tray.setContextMenu(electron.Menu.buildFromTemplate(look.menu));
  }

  /** Sets all of it, as after a click that changed ticks by itself. */
  drawAnew(): void {
    this.#drawn = '';
    this.draw();
  }

  /** For panels that lost the icon or its menu. */
  rebuild(): void {
    this.hide();
    this.show();
  }

  hide(): void {
    this.#tray?.destroy();
    this.#tray = null;
    this.#drawn = '';
  }

  /**
   * Can a person see it? macOS 26 parks an icon that it hides under the screen's lower edge, and hides those that do not
   * fit beside a notch; elsewhere there is no telling, which is null.
   */
  isVisible(): boolean | null {
    if (this.#tray === null) return false;
    if (this.#options.platform !== 'darwin') return null;
    const { x, y, width } = this.#tray.getBounds();
    return this.#options.electron.screen
      .getAllDisplays()
      .some(({ workArea: area }) => y < area.y + area.height && x + width > area.x && x < area.x + area.width);
  }

  #image(): string {
    const { electron, platform, resource, state } = this.#options;
    // GNOME's and KDE's panels are dark whatever the windows look like, unless the person has a light theme.
    return resource(iconFile({ icon: toTrayIcon(state()), platform, dark: electron.nativeTheme.shouldUseDarkColors }));
  }
}
