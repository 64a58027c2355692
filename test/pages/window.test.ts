import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Access, Bridge, ShellView } from '../../src-shared/bridge.ts';
import { describePages } from './support/describe-pages.ts';

/** What the test can do as the shell, and what the pages asked of it. */
interface Shell {
  tell(access: Access | null): void;
  navigate(view: string): void;
  /** Changes what the window may know of the application. */
  show(change: Partial<ShellView>): void;
  copied: string[];
  starts: number;
  restarts: number;
}

/** Puts a bridge into the page as the preload does, with the engine not running yet. */
async function pretendShell(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const listeners: ((access: Access | null) => void)[] = [];
    const navigations: ((view: never) => void)[] = [];
    const copied: string[] = [];
    const viewers: ((view: ShellView) => void)[] = [];
    let view: ShellView = {
      engine: 'starting',
      problem: null,
      startAtLogin: 'off',
      update: { state: 'none', version: null, sentence: 'It is up to date.' },
      secrets: { protected: true, sentence: 'Keys are in the keychain.' },
      notices: [],
    };
    const bridge: Bridge = {
      appVersion: '0.0.0',
      platform: 'linux',
      connection: () => Promise.resolve(null),
      onConnection: (listener) => {
        listeners.push(listener);
        return () => undefined;
      },
      onNavigate: (listener) => {
        navigations.push(listener);
        return () => undefined;
      },
      openExternal: () => Promise.resolve(),
      openLogsFolder: () => Promise.resolve(),
      copy: (text) => Promise.resolve(void copied.push(text)),
      shell: () => Promise.resolve(view),
      onShell: (listener) => {
        viewers.push(listener);
        return () => undefined;
      },
      startEngine: () => Promise.resolve(void (shell.starts += 1)),
      restartEngine: () => Promise.resolve(void (shell.restarts += 1)),
      restartToUpdate: () => Promise.resolve(),
    };
    const shell: Shell = {
      tell: (access) => listeners.forEach((listener) => listener(access)),
      navigate: (to) => navigations.forEach((listener) => listener(to as never)),
      show: (change) => {
        view = { ...view, ...change };
        viewers.forEach((listener) => listener(view));
      },
      copied,
      starts: 0,
      restarts: 0,
    };
    Object.assign(window, { pointsman: bridge, shell });
  });
}

function tell(page: Page, access: Access | null): Promise<void> {
  return page.evaluate((told) => (window as unknown as { shell: Shell }).shell.tell(told), access);
}

function show(page: Page, change: Partial<ShellView>): Promise<void> {
  return page.evaluate((told) => (window as unknown as { shell: Shell }).shell.show(told), change);
}

describePages('the pages in the desktop’s window', ({ startHouse, open }) => {
  it('wait for the engine that the shell starts, and ask nobody to sign in', async () => {
    const house = await startHouse();
    const { page, axe, noConsoleErrors } = await open(house, { isSignedIn: false, before: pretendShell });
    await page.getByText('Connecting to the engine').waitFor();
    await axe();
    await tell(page, { address: house.url, token: house.engine.controlToken });
    await page.getByText('Waiting for the first request').waitFor();
    expect(await page.getByRole('button', { name: 'Sign out' }).count()).toBe(0);
    noConsoleErrors();
  });

  it('say that the engine restarts when the shell says so, and go on with its new token', async () => {
    const house = await startHouse();
    const { page, noConsoleErrors } = await open(house, { isSignedIn: false, before: pretendShell });
    await tell(page, { address: house.url, token: house.engine.controlToken });
    await page.getByText('Waiting for the first request').waitFor();
    await tell(page, null);
    await page.getByText('The engine is restarting').waitFor();
    await house.control('/control/v1/token/rotate', { method: 'POST', body: '{}' });
    await tell(page, { address: house.url, token: house.engine.controlToken });
    await page.getByText('The engine is restarting').waitFor({ state: 'detached' });
    noConsoleErrors();
  });

  it('go where the tray leads, and copy through the shell', async () => {
    const house = await startHouse();
    const { page, noConsoleErrors } = await open(house, { isSignedIn: false, before: pretendShell });
    await tell(page, { address: house.url, token: house.engine.controlToken });
    await page.getByRole('button', { name: /^Copy: / }).click();
    expect(await page.evaluate(() => (window as unknown as { shell: Shell }).shell.copied)).toEqual([house.url]);
    await page.evaluate(() => (window as unknown as { shell: Shell }).shell.navigate('logs'));
    await page.waitForFunction(() => document.title === 'Logs · Pointsman');
    noConsoleErrors();
  });

  it('say why the engine could not be started, and let it be started again', async () => {
    const { page, axe, noConsoleErrors } = await open(await startHouse(), { isSignedIn: false, before: pretendShell });
    await page.getByText('Connecting to the engine').waitFor();
    await show(page, { engine: 'failed', problem: 'Port 8400 is in use by another program: choose another one.' });
    await page.getByText('Port 8400 is in use').waitFor();
    await axe();
    await page.getByRole('button', { name: 'Start it again' }).click();
    expect(await page.evaluate(() => (window as unknown as { shell: Shell }).shell.starts)).toBe(1);
    noConsoleErrors();
  });

  it('let the engine be started anew where a setting waits for it', async () => {
    const house = await startHouse();
    const { page, axe, noConsoleErrors } = await open(house, { isSignedIn: false, before: pretendShell });
    await tell(page, { address: house.url, token: house.engine.controlToken });
    await house.control('/control/v1/settings', {
      method: 'POST',
      body: JSON.stringify({ changes: [{ path: 'gateway.port', value: 8411 }] }),
    });
    await page.evaluate(() => (window as unknown as { shell: Shell }).shell.navigate('settings'));
    await page.getByText('These hold from the next start of Pointsman on').waitFor();
    await axe();
    await page.getByRole('button', { name: 'Restart the engine' }).click();
    expect(await page.evaluate(() => (window as unknown as { shell: Shell }).shell.restarts)).toBe(1);
    noConsoleErrors();
  });

  it('show a notice that the system would not show, once', async () => {
    const house = await startHouse();
    const { page, noConsoleErrors } = await open(house, { isSignedIn: false, before: pretendShell });
    await tell(page, { address: house.url, token: house.engine.controlToken });
    const notice = {
      id: 'n1',
      level: 'warning',
      title: 'Half the budget is spent',
      text: 'Of $10.',
      view: 'spend',
    } as const;
    await show(page, { notices: [notice] });
    await show(page, { notices: [notice], engine: 'running' });
    const notices = page.getByRole('region', { name: 'Notices' });
    await notices.getByRole('link', { name: 'Show: Spend' }).waitFor();
    expect(await notices.getByText('Half the budget is spent').count()).toBe(1);
    noConsoleErrors();
  });
});
