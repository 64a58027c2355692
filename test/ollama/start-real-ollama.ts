import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningOllama } from './start-behind-gateway.ts';

const START_TRIES = 300;
const BETWEEN_TRIES_MS = 100;
const STOP_GRACE_MS = 10_000;

/** `OLLAMA_BIN`, or `ollama` on the PATH. Null, and a line that says so, when there is none. */
export function findOllama(): string | null {
  const { OLLAMA_BIN: wish, PATH = '' } = process.env;
  const places = wish === undefined ? PATH.split(delimiter).map((folder) => join(folder, 'ollama')) : [wish];
  const found = places.find((path) => isExecutable(path));
  if (found !== undefined) return found;
  const why = wish === undefined ? '"ollama" is not on the PATH and OLLAMA_BIN is not set' : `${wish} cannot be run`;
  console.warn(`SKIPPED: no real Ollama was tested, because ${why}.`);
  return null;
}

/** `ollama serve` on a free port, with a home and a model folder of its own that are removed at the end. */
export async function startRealOllama(binary: string): Promise<RunningOllama> {
  const home = mkdtempSync(join(tmpdir(), 'pointsman-ollama-'));
  const host = `127.0.0.1:${await freePort()}`;
  const env = { PATH: process.env.PATH, HOME: home, OLLAMA_HOST: host, OLLAMA_MODELS: join(home, 'models') };
  const child = spawn(binary, ['serve'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-10_000)));
  }
  const ended = once(child, 'close');
  const stop = async () => {
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
    await ended;
    clearTimeout(kill);
    rmSync(home, { recursive: true, force: true });
  };
  const url = `http://${host}`;
  for (let tries = 0; tries < START_TRIES && child.exitCode === null; tries += 1) {
    if (await answers(url)) return { url, stop };
    await sleep(BETWEEN_TRIES_MS);
  }
  await stop();
  throw new Error(`${binary} serve does not answer at ${url}. It said:\n${output}`);
}

async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/api/version`).then(
    (reply) => reply.ok,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
