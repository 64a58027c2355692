import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { ENGINE_FLAGS } from '../../../src-shared/engine-flags.ts';
import { settings as settingsSchema } from '../../../src-shared/settings.ts';
import { MODEL } from '../mock-replies.ts';
import { startProgram, type Server } from '../servers.ts';

const COMMAND_LINE = resolve(import.meta.dirname, '../../../dist/cli.js');
const PROBE = pathToFileURL(resolve(import.meta.dirname, '../processes/event-loop-probe.ts')).href;
/** More than any measurement uses: what is measured is the work, not the waiting in line. */
const CONCURRENCY = 256;
const discovery = z.object({ addresses: z.array(z.url()).min(1), pid: z.int() });

/** Creates the data folder with its settings; the database may be filled before the start. */
export function preparePointsmanHome(options: { folder: string; name: string; upstreamPort: number }): string {
  const home = join(options.folder, options.name);
  mkdirSync(home);
  writeFileSync(join(home, 'settings.json'), JSON.stringify(settingsFor(options.upstreamPort), null, 2));
  return home;
}

/** Started as `npm start` does, with everything on; with a `loopFile`, the event loop probe goes in before it. */
export function startPointsman(home: string, probe: { loopFile: string } | null = null): Promise<Server> {
  return startProgram({
    command: process.execPath,
    args: [...ENGINE_FLAGS, ...(probe === null ? [] : ['--import', PROBE]), COMMAND_LINE, 'serve'],
    env: { POINTSMAN_HOME: home, ...(probe === null ? {} : { BENCH_LOOP_FILE: probe.loopFile }) },
    findPort: () => readPort(join(home, 'gateway.json')),
  });
}

/** null while the discovery file is not there or not complete. */
function readPort(file: string): number | null {
  if (!existsSync(file)) return null;
  try {
    const [address] = discovery.parse(JSON.parse(readFileSync(file, 'utf8'))).addresses;
    return address === undefined ? null : Number(new URL(address).port);
  } catch {
    return null;
  }
}

/**
 * `mock` is the cloud provider of exact names; `mock-local` serves virtual names in the same protocol, so that the
 * routed row differs from the pass-through row by the routing alone. A price is set, so that the ledger has money.
 */
function settingsFor(upstreamPort: number) {
  const origin = `http://127.0.0.1:${upstreamPort}`;
  const mock = { kind: 'openai', baseUrl: `${origin}/v1`, auth: 'none', concurrency: CONCURRENCY };
  return settingsSchema.parse({
    gateway: { port: 0 },
    ollama: { baseUrl: origin },
    providers: [
      { ...mock, id: 'mock', name: 'Mock cloud', track: 'cloud' },
      { ...mock, id: 'mock-local', name: 'Mock local', track: 'local' },
      {
        id: 'mock-anthropic',
        name: 'Mock Anthropic',
        kind: 'anthropic',
        track: 'cloud',
        baseUrl: origin,
        auth: 'none',
        modelsPath: null,
        models: ['claude-bench'],
      },
    ],
    models: { preferredLocal: [`mock-local/${MODEL}`], preferredCloud: [`mock/${MODEL}`] },
    limits: { localConcurrency: CONCURRENCY, cloudConcurrency: CONCURRENCY },
    prices: {
      overrides: [`mock/${MODEL}`, `mock-local/${MODEL}`].map((endpoint) => ({ endpoint, input: 1, output: 4 })),
    },
  });
}
