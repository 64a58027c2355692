import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import OpenAI from 'openai';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { STRATEGIES } from '../../src-shared/strategy.ts';
import { findChromium } from '../pages/support/find-chromium.ts';
import { buildShell } from './support/build-shell.ts';
import { isAlive } from './support/is-alive.ts';
import { startDesktop, type Desktop } from './support/start-desktop.ts';

/** The built application, whole: tray, window with its preload and pages, engine in its process, against the double. */
const chromium = findChromium();

describe.skipIf(chromium === null)('the desktop application', { timeout: 120_000 }, () => {
  let application = '';
  const start = (settings: Record<string, unknown> = {}) =>
    startDesktop({ application, chromium: chromium ?? '', settings });

  beforeAll(async () => {
    application = await buildShell();
  }, 180_000);

  it('routes the next request of a real SDK by the strategy that is chosen in the tray', async () => {
    const desktop = await start();
    const { shell, call } = desktop;
    await untilRunning(desktop);
    const tracks = new Map<string, string>();
    for (const strategy of STRATEGIES) {
      await shell.call('click', `strategy-${strategy}`);
      await shell.untilTray(() => shell.item(`strategy-${strategy}`)?.checked === true);
      const checked = STRATEGIES.filter((each) => shell.item(`strategy-${each}`)?.checked === true);
      expect(checked).toEqual([strategy]);
      tracks.set(strategy, await ask(desktop, `Why is the sky blue, in the words of ${strategy}?`));
      expect((await call('optimizer.read', {})).strategy).toBe(strategy);
    }
    expect(tracks.get('cost_focused')).toBe('local');
    expect(tracks.get('quality_focused')).toBe('cloud');
  });

  it('closes the gate on battery, and the tray says why', async () => {
    const desktop = await start();
    const { shell, call } = desktop;
    await untilRunning(desktop);
    await shell.call('supply', 'battery');
    await shell.untilTray(() => shell.item('sentence')?.label.includes('on battery') === true);
    expect(shell.tray?.toolTip).toContain('on battery');
    const gate = await call('gate.read', {});
    expect(gate).toMatchObject({ open: false });
    expect(gate.closedBy).toContain('power');
    await shell.call('supply', 'ac');
    await shell.untilTray(() => shell.item('sentence')?.label.includes('on battery') === false);
    expect((await call('gate.read', {})).closedBy).not.toContain('power');
  });

  it('says in the tray that the engine was killed, brings it back, and the window finds it again', async () => {
    const desktop = await start();
    const { shell } = desktop;
    await untilRunning(desktop);
    await shell.untilPage(IS_CONNECTED);
    const [before = 0] = (await shell.look()).enginePids;
    process.kill(before, 'SIGKILL');
    await shell.untilTray(() => shell.item('sentence')?.label.includes('ended unexpectedly') === true);
    expect(shell.tray?.image).toContain('problem');
    expect(shell.item('strategy-balanced')?.enabled).toBe(false);
    await untilRunning(desktop);
    const [after = 0] = (await shell.look()).enginePids;
    expect(after).not.toBe(before);
    expect(isAlive(before)).toBe(false);
    await shell.untilPage(IS_CONNECTED);
    expect(await ask(desktop, 'Are you there again?')).toMatch(/local|cloud/);
  });

  it('leaves nothing behind when it is quit from the tray', async () => {
    const desktop = await start();
    const { shell, folder } = desktop;
    await untilRunning(desktop);
    const pids = (await shell.look()).enginePids;
    expect(pids).toHaveLength(1);
    expect(existsSync(join(folder, 'gateway.json'))).toBe(true);
    shell.call('click', 'quit').catch(() => undefined);
    expect(await shell.ended).toEqual([0, null]);
    expect([shell.pid, ...pids].filter(isAlive)).toEqual([]);
    expect(existsSync(join(folder, 'gateway.json'))).toBe(false);
  });

  it('ends in order at a signal of the system', async () => {
    const desktop = await start();
    const { shell, folder } = desktop;
    await untilRunning(desktop);
    const pids = (await shell.look()).enginePids;
    shell.kill('SIGTERM');
    expect(await shell.ended).toEqual([0, null]);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(existsSync(join(folder, 'gateway.json'))).toBe(false);
  });

  it('takes the engine along when it is killed itself', async () => {
    const desktop = await start();
    const { shell } = desktop;
    await untilRunning(desktop);
    const [pid = 0] = (await shell.look()).enginePids;
    shell.kill('SIGKILL');
    await shell.ended;
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  it('says that the port is taken, and starts again when the person asks for it', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    onTestFinished(() => void holder.close());
    const bound = holder.address();
    const port = typeof bound === 'object' ? bound?.port : undefined;
    const desktop = await start({ gateway: { port } });
    const { shell } = desktop;
    await shell.untilTray(() => shell.item('start-again') !== undefined);
    expect(shell.item('sentence')?.label).toContain(String(port));
    expect((await shell.look()).enginePids).toEqual([]);
    holder.close();
    await once(holder, 'close');
    await shell.call('click', 'start-again');
    await untilRunning(desktop);
    expect(desktop.address()).toBe(`http://127.0.0.1:${port}`);
  });

  it('closes the cloud track from the tray, and pauses and resumes', async () => {
    const desktop = await start({ optimizer: { strategy: 'quality_focused', exploration: { enabled: false } } });
    const { shell, call, cloud } = desktop;
    await untilRunning(desktop);
    await shell.call('click', 'local-only');
    await shell.untilTray(() => shell.item('local-only')?.checked === true);
    expect((await call('settings.read', {})).settings.privacy.localOnly).toBe(true);
    expect(await ask(desktop, 'What stays here?')).toBe('local');
    expect(cloud.received.filter(({ path }) => path.includes('completions'))).toEqual([]);
    await shell.call('click', 'pause-resumed');
    await shell.untilTray(() => shell.item('resume') !== undefined);
    expect((await call('gate.read', {})).paused).toBe(true);
    await shell.call('click', 'resume');
    await shell.untilTray(() => shell.item('pause-hour') !== undefined);
    expect((await call('gate.read', {})).paused).toBe(false);
  });

  it('copies the address, opens the logs and unloads models from the tray', async () => {
    const desktop = await start();
    const { shell, folder, local } = desktop;
    await untilRunning(desktop);
    await shell.untilTray(() => shell.item('unload')?.label.includes('(1 in memory)') === true);
    await shell.call('click', 'copy-address');
    await shell.call('click', 'logs');
    await shell.call('click', 'unload');
    await expect
      .poll(() => shell.look())
      .toMatchObject({ clipboard: desktop.address(), folders: [join(folder, 'logs')] });
    const isUnloading = () => local.received.some(({ body }) => body.model === 'qwen3:8b' && body.keep_alive === 0);
    await expect.poll(isUnloading).toBe(true);
  });

  it('leads a second start and a link to a known view, and nowhere else', async () => {
    const desktop = await start();
    const { shell } = desktop;
    await untilRunning(desktop);
    await shell.untilPage(IS_CONNECTED);
    await shell.call('closeWindow');
    expect(await shell.look()).toMatchObject({ windows: 1, isWindowVisible: false });
    await shell.call('secondInstance', 'pointsman://requests');
    await shell.untilPage('location.hash.includes("requests")');
    expect((await shell.look()).isWindowVisible).toBe(true);
    for (const hostile of ['pointsman://settings/../../x', '--inspect=9229', 'pointsman://quit', 'file:///etc/hosts']) {
      await shell.call('secondInstance', hostile);
    }
    expect(await shell.call('evaluate', 'location.href')).toContain('requests');
    expect(await shell.look()).toMatchObject({ windows: 1, links: [], enginePids: [expect.any(Number)] });
  });

  it('gives its page the bridge and nothing of Node, and lets it reach nothing but the engine', async () => {
    const desktop = await start();
    const { shell } = desktop;
    await untilRunning(desktop);
    await shell.untilPage(IS_CONNECTED);
    const types = await shell.call('evaluate', '[typeof require, typeof process, typeof Buffer, typeof module]');
    expect(types).toEqual(['undefined', 'undefined', 'undefined', 'undefined']);
    expect(await shell.call('evaluate', 'Object.keys(pointsman).sort()')).toEqual(BRIDGE);
    expect(await shell.call('evaluate', '[pointsman.platform, pointsman.appVersion]')).toEqual(['darwin', '0.1.0']);
    for (const address of ['file:///etc/hosts', 'http://example.com/', 'http://127.0.0.1:9/', 'app://other/']) {
      expect(await shell.call('evaluate', `fetch('${address}').then(() => 'read', () => 'refused')`)).toBe('refused');
    }
    expect(await shell.call('evaluate', TRY_INLINE)).toBe('blocked');
    expect(await shell.call('evaluate', 'window.open("https://platform.openai.com/api-keys")')).toBe(null);
    await shell.call('evaluate', 'void window.open("https://evil.example/")');
    await shell.call('evaluate', 'void (location.href = "http://evil.example/")');
    await expect
      .poll(() => shell.look())
      .toMatchObject({ windows: 1, links: ['https://platform.openai.com/api-keys'] });
    expect(await shell.call('evaluate', 'location.hostname')).toBe('localhost');
    await expect(shell.call('evaluate', 'pointsman.openExternal("smb://host/share")')).rejects.toThrow(/known sites/);
    await expect(shell.call('evaluate', 'pointsman.copy(7)')).rejects.toThrow(/arguments/);
  });

  it('has a sandboxed window without permissions, and keeps the token to itself', async () => {
    const desktop = await start();
    const { shell, token } = desktop;
    await untilRunning(desktop);
    await shell.untilPage(IS_CONNECTED);
    const seen = await shell.look();
    expect(seen.isSandboxed).toBe(true);
    expect(seen.permission).toEqual({ checked: false, granted: false });
    expect(seen.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    });
    const secret = token();
    expect(shell.output).not.toContain(secret);
    expect(readFileSync(`/proc/${shell.pid}/cmdline`, 'utf8')).not.toContain(secret);
    expect(await shell.call('evaluate', 'location.href')).not.toContain(secret);
    expect(seen.complaints).toEqual([]);
    expect(seen.refused).toEqual([]);
  });
});

/** The page shows the engine's own address: it has been reached. */
const IS_CONNECTED = '!document.body.innerText.includes("Connecting") && document.body.innerText.includes("127.0.0.1")';
const TRY_INLINE = `(() => {
  const script = document.createElement('script');
  script.textContent = 'window.ranInline = true';
  document.head.append(script);
  return window.ranInline === true ? 'ran' : 'blocked';
})()`;
const BRIDGE = [
  'appVersion',
  'connection',
  'copy',
  'onConnection',
  'onNavigate',
  'onShell',
  'openExternal',
  'openLogsFolder',
  'platform',
  'restartEngine',
  'restartToUpdate',
  'shell',
  'startEngine',
];

async function untilRunning({ shell }: Desktop): Promise<void> {
  await shell.untilTray(() => shell.item('copy-address') !== undefined && shell.item('today') !== undefined);
}

/** Asks through a real client; the track that answered. */
async function ask({ address }: Desktop, question: string): Promise<string> {
  const client = new OpenAI({ baseURL: `${address()}/v1`, apiKey: 'not needed', maxRetries: 0 });
  const { data, response } = await client.chat.completions
    .create({ model: 'pointsman/auto', messages: [{ role: 'user', content: question }] })
    .withResponse();
  expect(data.choices[0]?.message.content).toMatch(/^Hello from/);
  return response.headers.get('x-pointsman-track') ?? '';
}
