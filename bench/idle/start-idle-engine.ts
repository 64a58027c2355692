import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parentPortParameters } from '../../scripts/package/parent-port-parameters.ts';
import { ENGINE_FLAGS } from '../../src-shared/engine-flags.ts';
import { resourceSnapshot, type PowerReading } from '../../src-shared/machine.ts';
import { toShell, type ToEngine } from '../../src-shared/shell.ts';

const DIST = resolve(import.meta.dirname, '../../dist');

/** As the shell does on battery: the engine believes a reading for a minute and a half. */
const RENEW_EVERY_MS = 30_000;

export interface IdleEngine {
  pid: number;
  /** Throws when the engine did not run as its label says. To be asked after the last look: it wakes the engine. */
  check(): Promise<void>;
  stop(): Promise<void>;
}

/** What the shell tells of a laptop on battery that nobody touches. */
const ON_BATTERY: PowerReading = {
  source: 'battery',
  batteryPercent: 80,
  charging: false,
  hasBattery: true,
  thermal: 'nominal',
  speedLimitPercent: null,
  userIdleMs: 600_000,
  screenLocked: false,
  online: true,
  metered: false,
};

/** `serve` from the build, as a person starts it who has nothing running yet. */
export async function startServe(folder: string): Promise<IdleEngine> {
  const child = start({ entry: 'cli.js', parameters: ['serve', '--port', '0'], folder, nodeParameters: [] });
  let printed = '';
  await listening(child, (resolve) => {
    child.stdout?.on('data', (piece: Buffer) => {
      printed += piece.toString();
      if (printed.includes('listening on')) resolve();
    });
  });
  return handle(child);
}

/** The engine of the desktop from the build, told by its shell that it runs on battery. */
export async function startOnBattery(folder: string): Promise<IdleEngine> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ gateway: { port: 0 } }));
  const child = start({
    entry: 'engine-host.js',
    parameters: [],
    folder,
    nodeParameters: await parentPortParameters(),
  });
  const tell = (message: ToEngine) => child.send(message);
  tell({ type: 'start', secrets: 'none: this is a measurement', version: 'measured' });
  let address = '';
  let token = '';
  await listening(child, (resolve) => {
    child.on('message', (message) => {
      const told = toShell.parse(message);
      if (told.type !== 'ready') return;
      address = told.addresses[0] ?? '';
      token = told.controlToken;
      resolve();
    });
  });
  tell({ type: 'power', reading: ON_BATTERY });
  const renewing = setInterval(() => tell({ type: 'power', reading: ON_BATTERY }), RENEW_EVERY_MS);
  child.on('exit', () => clearInterval(renewing));
  return handle(child, async () => {
    const answer = await fetch(`${address}/control/v1/resources`, { headers: { authorization: `Bearer ${token}` } });
    const { source } = resourceSnapshot.parse(await answer.json()).power;
    if (source !== 'battery') throw new Error(`It was to run on battery, and believed in ${source ?? 'nothing'}.`);
  });
}

function start(options: {
  entry: string;
  parameters: string[];
  folder: string;
  nodeParameters: string[];
}): ChildProcess {
  mkdirSync(options.folder, { recursive: true });
  const child = fork(join(DIST, options.entry), options.parameters, {
    // Nothing listens on the discard port: there is no Ollama and no key, so nobody is asked.
    env: { PATH: process.env.PATH, POINTSMAN_HOME: options.folder, OLLAMA_HOST: '127.0.0.1:9' },
    execArgv: [...ENGINE_FLAGS, ...options.nodeParameters],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  // Unread output would hold up its writer.
  child.stdout?.resume();
  return child;
}

function listening(child: ChildProcess, listen: (resolve: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    listen(resolve);
    child.on('exit', (code) => reject(new Error(`The engine ended with ${String(code)} before it listened.`)));
  });
}

function handle(child: ChildProcess, check = () => Promise.resolve()): IdleEngine {
  return {
    pid: child.pid ?? 0,
    check,
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
