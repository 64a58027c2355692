import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import OpenAI from 'openai';
import { _electron, type ElectronApplication } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { STRATEGIES } from '../../src-shared/strategy.ts';
import { isAlive } from '../desktop/support/is-alive.ts';
import { startUpstreams } from '../desktop/support/start-upstreams.ts';
import { findRealElectron } from './find-real-electron.ts';

const electron = findRealElectron();
const ROOT = resolve(import.meta.dirname, '../..');
const PATIENCE = { timeout: 30_000 };

interface Item {
  id: string;
  label: string;
  checked: boolean;
  enabled: boolean;
}

/** The steps of `test/desktop/shell-end-to-end.test.ts`, without a double. */
describe.skipIf(electron === null)('the desktop application in real Electron', () => {
  it('starts, routes by the strategy of the tray, sees the battery, survives its engine, and leaves nothing', async () => {
    const { app, items, item, click, folder } = await launch();
    await expect.poll(() => item('copy-address'), PATIENCE).toBeDefined();
    const page = await app.firstWindow();
    expect(await page.evaluate('[typeof require, typeof process, location.origin]')).toEqual([
      'undefined',
      'undefined',
      'app://pointsman',
    ]);
    await expect.poll(() => page.evaluate<string>('document.body.innerText'), PATIENCE).toContain('127.0.0.1');

    for (const strategy of STRATEGIES) {
      await click(`strategy-${strategy}`);
      await expect.poll(async () => (await item(`strategy-${strategy}`))?.checked, PATIENCE).toBe(true);
      const track = await ask(await addressOf(items), strategy);
      if (strategy === 'cost_focused') expect(track).toBe('local');
      if (strategy === 'quality_focused') expect(track).toBe('cloud');
    }

    // On Linux the engine reads the kernel's files, and Electron emits nothing.
    if (process.platform !== 'linux') {
      await app.evaluate(({ powerMonitor }) => void powerMonitor.emit('on-battery'));
      await expect.poll(async () => (await item('sentence'))?.label, PATIENCE).toContain('on battery');
    }

    const before = enginePid(folder);
    process.kill(before, 'SIGKILL');
    await expect.poll(async () => (await item('sentence'))?.label, PATIENCE).toContain('ended unexpectedly');
    await expect.poll(() => item('copy-address'), PATIENCE).toBeDefined();
    const pids = [enginePid(folder), app.process().pid ?? 0];
    expect(pids).not.toContain(before);

    const closed = app.waitForEvent('close');
    await click('quit').catch(() => undefined);
    await closed;
    await expect.poll(() => pids.filter(isAlive), PATIENCE).toEqual([]);
  });
});

async function launch() {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-electron-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  const { local, cloud } = await startUpstreams();
  const settings = {
    gateway: { port: 0 },
    ollama: { enabled: true, baseUrl: local.url },
    providers: [{ id: 'up', name: 'Up', kind: 'openai', track: 'cloud', baseUrl: cloud.url, auth: 'none' }],
    prices: { overrides: [{ endpoint: 'up/big', input: 15, output: 75 }] },
    constraints: { maxCostPerRequestUsd: null },
    optimizer: { exploration: { enabled: false } },
    setup: { done: true },
  };
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
  const app = await _electron.launch({
    executablePath: electron ?? '',
    args: [join(import.meta.dirname, 'watch-tray.mjs')],
    chromiumSandbox: true,
    env: { ...definedOf(process.env), POINTSMAN_HOME: folder, POINTSMAN_MAIN: join(ROOT, 'dist/desktop.js') },
  });
  onTestFinished(() => app.close().catch(() => undefined));
  const items = () => itemsOf(app);
  const item = async (id: string) => (await items()).find((each) => each.id === id);
  const click = (id: string) =>
    app.evaluate((_modules, wanted) => {
      const menu = Reflect.get(globalThis, 'trayMenu') as Electron.Menu;
      menu.getMenuItemById(wanted)?.click();
    }, id);
  return { app, folder, items, item, click };
}

function itemsOf(app: ElectronApplication): Promise<Item[]> {
  return app.evaluate(() => {
    const menu = Reflect.get(globalThis, 'trayMenu') as Electron.Menu | undefined;
    return (menu?.items ?? []).map(({ id, label, checked, enabled }) => ({ id, label, checked, enabled }));
  });
}

async function addressOf(items: () => Promise<Item[]>): Promise<string> {
  const label = (await items()).find(({ id }) => id === 'copy-address')?.label ?? '';
  return /http:\S+$/.exec(label)?.[0] ?? '';
}

async function ask(address: string, strategy: string): Promise<string> {
  const client = new OpenAI({ baseURL: `${address}/v1`, apiKey: 'not needed', maxRetries: 0 });
  const { response } = await client.chat.completions
    .create({
      model: 'pointsman/auto',
      messages: [{ role: 'user', content: `Why is the sky blue, in the words of ${strategy}?` }],
    })
    .withResponse();
  return response.headers.get('x-pointsman-track') ?? '';
}

function enginePid(folder: string): number {
  const { pid } = JSON.parse(readFileSync(join(folder, 'gateway.json'), 'utf8')) as { pid: number };
  return pid;
}

function definedOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}
