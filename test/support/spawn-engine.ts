import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RequestsPage, Status } from '../../src-shared/control.ts';
import { ENGINE_FLAGS } from '../../src-shared/engine-flags.ts';

/** The gateway as a process of its own, started as a person starts it. */
export interface SpawnedEngine {
  url: string;
  folder: string;
  pid: number;
  /** A control call with the token. */
  control(path: string, init?: RequestInit): Promise<Response>;
  status(): Promise<Status>;
  requests(): Promise<RequestsPage['requests']>;
  /** Resident memory as the process itself tells it in its metrics. */
  residentBytes(): Promise<number>;
  /** All that it printed so far, both streams. */
  output(): string;
  /** Sends the signal and waits for the end. */
  signal(name: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<Ending>;
  /** Ends it in whatever state it is, and removes its folder unless that was given. */
  stop(): Promise<void>;
}

export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface SpawnOptions {
  /** Written to the settings file; null: no file is written. */
  settings?: Record<string, unknown> | null;
  folder?: string;
  environment?: Record<string, string>;
  /** Default 0, any free one; null: as the settings say. */
  port?: number | null;
}

/** It did not start; the message is what it printed. */
export class SpawnError extends Error {
  override readonly name = 'SpawnError';
  readonly code: number | null;

  constructor(message: string, code: number | null) {
    super(message);
    this.code = code;
  }
}

const MAIN = resolve(import.meta.dirname, '../../src-main/cli/main.ts');

/** Starts `serve` and waits until it listens and has looked at its providers. Throws SpawnError when it ends before. */
export async function spawnEngine(options: SpawnOptions = {}): Promise<SpawnedEngine> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'pointsman-spawn-'));
  if (options.settings !== null) writeFileSync(join(folder, 'settings.json'), JSON.stringify(options.settings ?? {}));
  const port = options.port === null ? [] : ['--port', String(options.port ?? 0)];
  const child = spawn(process.execPath, [...ENGINE_FLAGS, MAIN, 'serve', ...port], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, ...options.environment, POINTSMAN_HOME: folder },
  });
  let output = '';
  const listening = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      output += piece;
      const url = /listening on (http:\S+)\n/.exec(output)?.[1];
      if (url !== undefined) listening.resolve(url);
    });
  }
  const ended = once(child, 'close').then(([code, signal]): Ending => {
    listening.reject(new SpawnError(output, code as number | null));
    return { code: code as number | null, signal: signal as NodeJS.Signals | null };
  });
  const remove = () => {
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
  };
  const url = await listening.promise.catch((error: unknown) => {
    remove();
    throw error;
  });
  const token = readFileSync(join(folder, 'control-token'), 'utf8').trim();
  const control = (path: string, init: RequestInit = {}) =>
    fetch(url + path, { ...init, headers: { authorization: `Bearer ${token}` } });
  await control('/control/v1/providers/refresh', { method: 'POST' });
  return {
    url,
    folder,
    pid: child.pid ?? 0,
    control,
    status: async () => (await (await control('/control/v1/status')).json()) as Status,
    requests: async () => ((await (await control('/control/v1/requests?limit=1000')).json()) as RequestsPage).requests,
    residentBytes: async () => {
      const text = await (await control('/metrics')).text();
      return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]);
    },
    output: () => output,
    signal: (name) => {
      child.kill(name);
      return ended;
    },
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
      remove();
    },
  };
}
