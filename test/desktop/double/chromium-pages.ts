import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { PAGE_ADDRESS } from '../../../src-main/desktop/own-page.ts';
import { launchChromium } from '../../pages/support/launch-chromium.ts';
import type { ElectronDouble } from './electron-double.ts';
import { fromStandIn, startPageProxy, toStandIn } from './page-proxy.ts';
import { preloadScript } from './preload-script.ts';
import type { WindowContent, WindowDouble } from './window-double.ts';

/** A real browser whose pages fill the double's windows, with the built preload in them. */
export class ChromiumPages {
  readonly #browser: Browser;
  /** Addresses outside that pages asked for; none was let through. */
  readonly refused: string[] = [];
  /** What pages complained about: errors on the console and uncaught ones. */
  readonly complaints: string[] = [];

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async open(executablePath: string): Promise<ChromiumPages> {
    return new ChromiumPages(await launchChromium(executablePath));
  }

  close(): Promise<void> {
    return this.#browser.close();
  }

  /** For `ElectronDoubleOptions.fill`. */
  readonly fill = (window: WindowDouble, double: ElectronDouble): ChromiumContent =>
    new ChromiumContent({ window, double, pages: this, context: this.#openContext(double) });

  async #openContext(double: ElectronDouble): Promise<BrowserContext> {
    const proxy = await startPageProxy({
      serve: (request) => double.serve(request),
      onRefused: (address) => this.refused.push(address),
    });
    const context = await this.#browser.newContext({ reducedMotion: 'reduce', proxy: { server: proxy.address } });
    context.on('close', () => proxy.close());
    // Chromium asks for leave to call loopback addresses; what it is told is what the shell's handlers say.
    const { checked, granted } = double.session.ask('loopback-network', PAGE_ADDRESS);
    const origin = new URL(toStandIn(PAGE_ADDRESS)).origin;
    if (checked && granted) await context.grantPermissions(['local-network-access'], { origin });
    return context;
  }
}

interface ContentParts {
  window: WindowDouble;
  double: ElectronDouble;
  pages: ChromiumPages;
  context: Promise<BrowserContext>;
}

/** One window's page. */
export class ChromiumContent implements WindowContent {
  readonly #parts: ContentParts;
  readonly #page: Promise<Page>;
  /** The address that the shell itself goes to; every other journey is the page's own wish. */
  #ownJourney: string | null = null;
  #url = '';

  constructor(parts: ContentParts) {
    this.#parts = parts;
    this.#page = this.#open();
  }

  get page(): Promise<Page> {
    return this.#page;
  }

  async load(address: string): Promise<void> {
    const page = await this.#page;
    this.#ownJourney = toStandIn(address);
    await page.goto(this.#ownJourney);
  }

  async reload(): Promise<void> {
    const page = await this.#page;
    this.#ownJourney = page.url();
    await page.reload();
  }

  send(channel: string, value: unknown): void {
    this.#page
      .then((page) => page.evaluate(`__tell(${JSON.stringify(channel)}, ${JSON.stringify(value)})`))
      // A page that is being loaded misses it, as in Electron.
      .catch(() => undefined);
  }

  url(): string {
    return this.#url;
  }

  close(): void {
    void this.#parts.context.then((context) => context.close()).catch(() => undefined);
  }

  async #open(): Promise<Page> {
    const { window, double } = this.#parts;
    const context = await this.#parts.context;
    const page = await context.newPage();
    const { preload = '', additionalArguments = [] } = window.options.webPreferences ?? {};
    await page.exposeBinding('__invoke', ({ frame }, channel: string, args: unknown[]) =>
      double.ipcMain.invoke({ sender: { id: window.webContents.id }, senderFrame: toFrame(frame) }, channel, args),
    );
    await page.exposeBinding('__open', (_source, address: string) => {
      window.webContents.wantsWindow(fromStandIn(address));
    });
    await page.addInitScript(preloadScript(readFileSync(preload, 'utf8'), additionalArguments));
    await this.#watchJourneys(page);
    this.#listen(page);
    return page;
  }

  /** Documents stop here first: where the page wants to go is asked of the shell. */
  async #watchJourneys(page: Page): Promise<void> {
    const { webContents } = this.#parts.window;
    const session = await page.context().newCDPSession(page);
    session.on('Fetch.requestPaused', ({ requestId, request }) => {
      const mayGo = request.url === this.#ownJourney || webContents.wantsTo(fromStandIn(request.url));
      const answer = mayGo
        ? session.send('Fetch.continueRequest', { requestId })
        : session.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
      // The page may have gone meanwhile.
      answer.catch(() => undefined);
    });
    await session.send('Fetch.enable', { patterns: [{ resourceType: 'Document' }] });
  }

  #listen(page: Page): void {
    const { pages } = this.#parts;
    const { webContents } = this.#parts.window;
    page.on('load', () => {
      this.#url = fromStandIn(page.url());
      webContents.emit('did-finish-load');
    });
    // However it came about: there is one window.
    page.on('popup', (popup) => void popup.close());
    page.on('crash', () => webContents.emit('render-process-gone', {}, { reason: 'crashed' }));
    page.on('pageerror', (error) => pages.complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') pages.complaints.push(message.text());
    });
  }
}

/** Only a main frame is answered: a page in a page is told from it by its parent. */
function toFrame(frame: Frame): { url: string; parent: null } | null {
  return frame.parentFrame() === null ? { url: fromStandIn(frame.url()), parent: null } : null;
}
