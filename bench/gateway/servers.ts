import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

/** A process that listens on a loopback port. */
export interface Server {
  pid: number;
  port: number;
  process: ChildProcess;
  stop(): Promise<void>;
}

const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 5_000;
const POLL_MS = 50;
const portMessage = z.object({ port: z.int() });

/** Starts one of the scripts in `processes/`, which sends its port when it is ready (0 when it has none). */
export async function startScript(script: string, args: string[] = []): Promise<Server> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'processes', script), ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const message = await once(child, 'message', { signal: AbortSignal.timeout(START_LIMIT_MS) });
  return toServer(child, portMessage.parse(message[0]).port);
}

/** Starts a foreign program; `findPort` is asked until it knows a port and something listens there. */
export async function startProgram(options: {
  command: string;
  args: string[];
  env?: Record<string, string>;
  findPort: () => number | null;
}): Promise<Server> {
  const child = spawn(options.command, options.args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...options.env },
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-2_000)));
  child.on('error', (error) => (complaint = error.message));
  const port = await untilListening(child, options.findPort);
  if (port === null) {
    child.kill('SIGKILL');
    throw new Error(`${options.command} ${options.args.join(' ')} did not start: ${complaint.trim() || 'no message'}`);
  }
  return toServer(child, port);
}

async function untilListening(child: ChildProcess, findPort: () => number | null): Promise<number | null> {
  const deadlineMs = performance.now() + START_LIMIT_MS;
  while (performance.now() < deadlineMs && child.exitCode === null && child.pid !== undefined) {
    const port = findPort();
    if (port !== null && (await isListening(port))) return port;
    await delay(POLL_MS);
  }
  return null;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

function toServer(child: ChildProcess, port: number): Server {
  return { pid: child.pid ?? 0, port, process: child, stop: () => stopProcess(child) };
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await ended;
  clearTimeout(killer);
}

/** A port that was free a moment ago, for programs that cannot choose one themselves. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}
