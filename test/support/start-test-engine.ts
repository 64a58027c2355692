import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settings as settingsSchema } from '../../src-shared/settings.ts';
import type { RequestView } from '../../src-shared/control.ts';
import { startEngine, type Engine, type EngineOptions } from '../../src-main/engine/engine.ts';
import type { Clock, Log, Random } from '../../src-main/engine/ports.ts';
import type { ImageNetwork } from '../../src-main/engine/providers/fetch-image.ts';
import { openSecretFile } from '../../src-main/engine/providers/secret-file.ts';
import { systemClock, systemRandom } from '../../src-main/engine/system-ports.ts';
import { unknownMachine } from './unknown-machine.ts';

export interface TestEngine {
  engine: Engine;
  /** Base URL of the gateway. */
  url: string;
  folder: string;
  /** A control call with the token. */
  control: (path: string, init?: RequestInit) => Promise<Response>;
  /** The newest recorded requests, read through the control API once `count` of them are written down. */
  recorded: (count?: number) => Promise<RequestView[]>;
  log: string[];
  stop(): Promise<void>;
}

export interface TestEngineOptions {
  /** Partial settings; ports are 0 and Ollama is off unless given. */
  settings?: Record<string, unknown>;
  environment?: Record<string, string>;
  clock?: Clock;
  random?: Random;
  folder?: string;
  imageNetwork?: ImageNetwork;
  /** Default: nothing is known of the machine. */
  machine?: NonNullable<EngineOptions['machine']>;
  /** The built pages; default: none. */
  pagesFolder?: string;
  listenAt?: EngineOptions['listenAt'];
  setLogLevel?: EngineOptions['setLogLevel'];
  /** Keys by provider id, put into the secret file before the start. */
  keys?: Record<string, string>;
}

/** Starts the real engine on a free port in a temporary folder. */
export async function startTestEngine(options: TestEngineOptions = {}): Promise<TestEngine> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'pointsman-test-'));
  const { lines, log } = memoryLog();
  const secrets = openSecretFile({ folder, log });
  for (const [id, key] of Object.entries(options.keys ?? {})) await secrets.write(id, key);
  const { gateway, ...given } = options.settings ?? {};
  const engine = await startEngine({
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
    log,
    secrets,
    environment: options.environment ?? {},
    folder,
    machine: options.machine ?? unknownMachine(),
    checkAnswers: true,
    pagesFolder: options.pagesFolder ?? null,
    ...(options.imageNetwork === undefined ? {} : { imageNetwork: options.imageNetwork }),
    ...(options.listenAt === undefined ? {} : { listenAt: options.listenAt }),
    ...(options.setLogLevel === undefined ? {} : { setLogLevel: options.setLogLevel }),
    settings: settingsSchema.parse({ ollama: { enabled: false }, gateway: { port: 0, ...(gateway ?? {}) }, ...given }),
  });
  await engine.ready();
  const url = engine.addresses[0] ?? '';
  const control = (path: string, init: RequestInit = {}) =>
    fetch(url + path, {
      ...init,
      headers: {
        authorization: `Bearer ${engine.controlToken}`,
        'content-type': 'application/json',
        ...(init.headers as Record<string, string> | undefined),
      },
    });
  return {
    engine,
    url,
    folder,
    control,
    recorded: (count = 1) => readRecorded(control, count),
    log: lines,
    async stop() {
      await engine.stop(0);
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Records are written a moment after the answer: asks again until they are there. */
async function readRecorded(control: TestEngine['control'], count: number): Promise<RequestView[]> {
  for (let tries = 0; tries < 100; tries += 1) {
    const page = (await (await control('/control/v1/requests?limit=1000')).json()) as { requests: RequestView[] };
    if (page.requests.length >= count) return page.requests;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`fewer than ${count} requests were recorded`);
}

function memoryLog(): { lines: string[]; log: Log } {
  const lines: string[] = [];
  const write = (level: string) => (fields: Record<string, unknown>, message: string) => {
    lines.push(JSON.stringify({ level, message, ...fields }));
  };
  return {
    lines,
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
  };
}
