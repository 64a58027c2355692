import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createControlClient, type CallOperation } from '../../../src-main/desktop/control-client.ts';
import { startUpstreams, type Upstreams } from './start-upstreams.ts';
import { SpawnedShell } from './spawn-shell.ts';

export interface Desktop extends Upstreams {
  shell: SpawnedShell;
  folder: string;
  /** The address that the tray offers. */
  address: () => string;
  call: CallOperation;
  token: () => string;
}

/** The gate's conditions that a test machine cannot be made to meet are as wide as they go. */
const WIDE_GATE = {
  cpuOpenPercent: 100,
  cpuClosePercent: 100,
  cpuQuietSeconds: 1,
  userIdleSeconds: 1,
  requestQuietSeconds: 1,
  resumeHoldSeconds: 0,
  allowUnknownHeat: true,
};

/** The built application between a local and a cloud upstream, running as on a Mac. Ends with the test. */
export async function startDesktop(options: {
  application: string;
  chromium: string;
  settings?: Record<string, unknown>;
}): Promise<Desktop> {
  const { application, chromium } = options;
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-desktop-'));
  const upstreams = await startUpstreams();
  const settings = {
    gateway: { port: 0 },
    ollama: { enabled: true, baseUrl: upstreams.local.url },
    providers: [{ id: 'up', name: 'Up', kind: 'openai', track: 'cloud', baseUrl: upstreams.cloud.url, auth: 'none' }],
    prices: { overrides: [{ endpoint: 'up/big', input: 15, output: 75 }] },
    optimizer: { exploration: { enabled: false } },
    constraints: { maxCostPerRequestUsd: null },
    gate: WIDE_GATE,
    setup: { done: true },
    ...options.settings,
  };
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
  const shell = new SpawnedShell({ application, chromium, folder, platform: 'darwin' });
  onTestFinished(async () => {
    shell.kill('SIGKILL');
    await shell.ended;
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });
  const token = () => readFileSync(join(folder, 'control-token'), 'utf8').trim();
  const address = () => /http:\S+$/.exec(shell.item('copy-address')?.label ?? '')?.[0] ?? '';
  return {
    ...upstreams,
    shell,
    folder,
    address,
    token,
    call: createControlClient({ access: () => ({ address: address(), token: token() }), fetch }),
  };
}
