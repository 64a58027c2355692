import axeCore from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { ViewName } from '../../../src-shared/bridge.ts';
import type { House } from './start-house.ts';

/** A page in a browser context of its own. */
export interface OpenPage {
  page: Page;
  /** Fails when axe-core finds anything. */
  axe: () => Promise<void>;
  /** Fails when the page wrote an error or a warning to the console, or threw; `allowed` are parts of expected ones. */
  noConsoleErrors: (allowed?: readonly string[]) => void;
  /** By navigation inside the page, as a person does; resolves when the view's heading is there. */
  go: (view: ViewName, rest?: string) => Promise<void>;
  close: () => Promise<void>;
}

export interface OpenPageOptions {
  browser: Browser;
  house: Pick<House, 'url' | 'engine'>;
  /** Default: signed in. */
  isSignedIn?: boolean;
  /** After the address, such as `#/requests`. */
  hash?: string;
  context?: BrowserContextOptions;
  /** With the page before it goes anywhere. */
  before?: (page: Page) => Promise<void>;
}

/** Opens the pages as a person's browser does, with the token in the tab's own storage. */
export async function openPage(options: OpenPageOptions): Promise<OpenPage> {
  const { browser, house, hash = '' } = options;
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options.context });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  if (options.isSignedIn !== false) await keepToken(page, house.engine.controlToken);
  await options.before?.(page);
  await page.goto(`${house.url}/${hash}`);
  return {
    page,
    axe: () => checkAxe(page),
    noConsoleErrors: (allowed = []) => {
      expect(problems.filter((problem) => !allowed.some((part) => problem.includes(part)))).toEqual([]);
    },
    go: async (view, rest = '') => {
      await page.evaluate((to) => (location.hash = to), `#/${view}${rest}`);
      await page.waitForFunction((name) => document.title.toLowerCase().startsWith(name), view);
      await page.locator('main h1').first().waitFor({ state: 'attached' });
    },
    close: () => context.close(),
  };
}

/** Before the page's own script runs, as if the person had signed in in this tab. */
async function keepToken(page: Page, token: string): Promise<void> {
  await page.addInitScript((kept) => {
    if (sessionStorage.getItem('pointsman.token') === null) sessionStorage.setItem('pointsman.token', kept);
  }, token);
}

async function checkAxe(page: Page): Promise<void> {
  await page.evaluate(axeCore.source);
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof axeCore };
    const { violations: found } = await axe.run(document, { resultTypes: ['violations'] });
    return found.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(' | ')}`);
  });
  expect(violations).toEqual([]);
}
