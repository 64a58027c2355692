import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { toShell } from '../../src-shared/shell.ts';
import { parentPortParameters } from './parent-port-parameters.ts';

const PATIENCE_MS = 20_000;
/** Nothing listens on the discard port: the engine finds no Ollama and asks nobody. */
const NO_OLLAMA = '127.0.0.1:9';

/** Starts the command line of an unpacked application as a person would; the problems it had. */
export function startCommandLine(options: { tree: string; folder: string }): Promise<string[]> {
  const { tree, folder } = options;
  const child = spawn(process.execPath, [join(tree, 'dist/cli.js'), 'serve', '--port', '0'], {
    cwd: folder,
    env: environment(folder),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return judge({ child, name: 'dist/cli.js serve', address: printedAddress(child) });
}

/** Starts the engine of an unpacked application as the desktop's main process does, with a port to talk over. */
export async function startEngineHost(options: { tree: string; folder: string; version: string }): Promise<string[]> {
  const { tree, folder, version } = options;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ gateway: { port: 0 } }));
  const child = fork(join(tree, 'dist/engine-host.js'), [], {
    cwd: folder,
    env: environment(folder),
    execArgv: await parentPortParameters(),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const address = new Promise<string>((resolve, reject) => {
    child.on('message', (message) => {
      const told = toShell.parse(message);
      if (told.type === 'ready') resolve(told.addresses[0] ?? '');
      if (told.type === 'failed') reject(new Error(told.message));
    });
  });
  child.send({ type: 'start', secrets: 'none: this is a check', version });
  return judge({ child, name: 'dist/engine-host.js', address });
}

function environment(folder: string): NodeJS.ProcessEnv {
  mkdirSync(folder, { recursive: true });
  return { PATH: process.env.PATH, POINTSMAN_HOME: folder, OLLAMA_HOST: NO_OLLAMA };
}

function printedAddress(child: ChildProcess): Promise<string> {
  let printed = '';
  return new Promise((resolve) => {
    child.stdout?.on('data', (piece: Buffer) => {
      printed += piece.toString();
      const address = /listening on (http:\S+)\n/.exec(printed)?.[1];
      if (address !== undefined) resolve(address);
    });
  });
}

async function judge(options: { child: ChildProcess; name: string; address: Promise<string> }): Promise<string[]> {
  const { child, name } = options;
  let complaint = '';
  child.stderr?.on('data', (piece: Buffer) => (complaint += piece.toString()));
  const ended = once(child, 'close');
  const gone = ended.then(() => Promise.reject(new Error(`it ended before it listened: ${complaint.slice(-2000)}`)));
  const late = wait(PATIENCE_MS, null, { ref: false }).then(() => Promise.reject(new Error('it does not listen')));
  try {
    const address = await Promise.race([options.address, gone, late]);
    const answer = await fetch(`${address}/health`);
    return answer.ok ? [] : [`${name}: /health answers ${answer.status}`];
  } catch (error) {
    return [`${name}: ${error instanceof Error ? error.message : String(error)}`];
  } finally {
    gone.catch(() => undefined);
    late.catch(() => undefined);
    child.kill('SIGKILL');
    await ended;
  }
}
