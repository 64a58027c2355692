import { EventEmitter } from 'node:events';
import type { BrowserWindowConstructorOptions, Rectangle } from 'electron';
import type { ShellContents, ShellWindow } from '../../../src-main/desktop/electron-api.ts';
import { PreventableEvent } from './app-double.ts';

/** What fills a window: a page in a real browser, or nothing. */
export interface WindowContent {
  load(address: string): Promise<void>;
  reload(): Promise<void>;
  send(channel: string, value: unknown): void;
  url(): string;
  close(): void;
}

type OpenHandler = Parameters<ShellContents['setWindowOpenHandler']>[0];

/** `webContents`. */
export class ContentsDouble extends EventEmitter implements ShellContents {
  readonly id: number;
  /** What was sent to the page, oldest first. */
  readonly sent: { channel: string; value: unknown }[] = [];
  content: WindowContent | null = null;
  #openHandler: OpenHandler | null = null;

  constructor(id: number) {
    super();
    this.id = id;
  }

  getURL(): string {
    return this.content?.url() ?? '';
  }

  send(channel: string, value: unknown): void {
    this.sent.push({ channel, value });
    this.content?.send(channel, value);
  }

  reload(): void {
    void this.content?.reload();
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  /** The page wants to open a window: true when it may. */
  wantsWindow(url: string): boolean {
    const answer: { action: string } = this.#openHandler?.({ url }) ?? { action: 'allow' };
    return answer.action === 'allow';
  }

  /** The page wants to go elsewhere: true when it may. */
  wantsTo(url: string, event: 'will-navigate' | 'will-redirect' | 'will-frame-navigate' = 'will-navigate'): boolean {
    const asked = Object.assign(new PreventableEvent(), { url });
    this.emit(event, asked);
    return !asked.defaultPrevented;
  }
}

/** `BrowserWindow`. */
export class WindowDouble extends EventEmitter implements ShellWindow {
  readonly options: BrowserWindowConstructorOptions;
  readonly webContents: ContentsDouble;
  #isVisible = false;
  #isMinimized = false;
  #isMaximized = false;
  #isDestroyed = false;
  #bounds: Rectangle;

  constructor(options: BrowserWindowConstructorOptions, webContents: ContentsDouble) {
    super();
    this.options = options;
    this.webContents = webContents;
    const { x = 100, y = 100, width = 800, height = 600 } = options;
    this.#bounds = { x, y, width, height };
    webContents.on('did-finish-load', () => this.emit('ready-to-show'));
  }

  loadURL(address: string): Promise<void> {
    return this.webContents.content?.load(address) ?? Promise.resolve();
  }

  show(): void {
    this.#setVisible(true);
  }

  hide(): void {
    this.#setVisible(false);
  }

  focus(): void {
    // There is no desktop to be in front of.
  }

  restore(): void {
    this.#isMinimized = false;
  }

  minimize(): void {
    this.#isMinimized = true;
  }

  isMinimized(): boolean {
    return this.#isMinimized;
  }

  maximize(): void {
    this.#isMaximized = true;
  }

  isMaximized(): boolean {
    return this.#isMaximized;
  }

  isVisible(): boolean {
    return this.#isVisible;
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  getNormalBounds(): Rectangle {
    return this.#bounds;
  }

  /** The person drags it. */
  moveTo(bounds: Rectangle): void {
    this.#bounds = bounds;
  }

  /** The person closes it. */
  close(): void {
    const event = new PreventableEvent();
    this.emit('close', event);
    if (!event.defaultPrevented) this.destroy();
  }

  destroy(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    this.#isVisible = false;
    this.webContents.content?.close();
    this.emit('closed');
  }

  #setVisible(visible: boolean): void {
    if (visible === this.#isVisible) return;
    this.#isVisible = visible;
    this.emit(visible ? 'show' : 'hide');
  }
}
