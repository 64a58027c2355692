import { EventEmitter } from 'node:events';
import type { ShellMenu, ShellTray } from '../../../src-main/desktop/electron-api.ts';
import { MenuDouble, type SeenItem } from './menu-double.ts';

/** What is to be seen of the tray now. */
export interface SeenTray {
  image: string;
  toolTip: string;
  items: SeenItem[];
}

/** `Tray`: one icon. */
export class TrayDouble extends EventEmitter implements ShellTray {
  #image: string;
  #toolTip = '';
  #menu: MenuDouble | null = null;
  readonly #changed: (tray: TrayDouble | null) => void;
  /** On macOS: where the icon is. */
  bounds = { x: 1_000, y: 0, width: 24, height: 24 };

  constructor(image: string, changed: (tray: TrayDouble | null) => void) {
    super();
    this.#image = image;
    this.#changed = changed;
  }

  setImage(image: string): void {
    this.#image = image;
  }

  setToolTip(toolTip: string): void {
    this.#toolTip = toolTip;
  }

  setContextMenu(menu: ShellMenu | null): void {
    this.#menu = menu instanceof MenuDouble ? menu : null;
    this.#changed(this);
  }

  getBounds(): { x: number; y: number; width: number; height: number } {
    return this.bounds;
  }

  destroy(): void {
    this.#changed(null);
  }

  click(id: string): void {
    this.#menu?.click(id);
  }

  seen(): SeenTray {
    return { image: this.#image, toolTip: this.#toolTip, items: this.#menu?.seen() ?? [] };
  }
}
