import { generateKeyPairSync, sign } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startSimulatedEngines, type SimulatedEngines } from '../../../src-main/demo/start-simulated-engines.ts';
import { createPriceBook } from '../../../src-main/engine/spend/price-book.ts';
import { makeCertificate } from '../../../test/support/make-certificate.ts';
import { startEngineProcess, type EngineProcess } from '../engine-process.ts';
import { createSharedClock, type SharedTime } from '../shared-clock.ts';
import { fillLog } from './fill-log.ts';
import { startWatchingProxy, type WatchedCall } from '../watching-proxy.ts';

/** Simulated engines, a source of prices, and a data folder with something to do for every kind of job. */
export interface World {
  /** Calls to the cloud so far. */
  readonly cloudCalls: readonly WatchedCall[];
  /** A copy of the data folder as it was before any job ran. */
  copyFolder(): string;
  start(folder: string): Promise<EngineProcess>;
  /** What the simulated Ollama has in memory. */
  loadedModels(): Promise<string[]>;
  stop(): Promise<void>;
}

export const EMBEDDING_MODEL = 'sim/sim-cloud-embed';
const PAID_MODEL = 'sim/sim-cloud-large';

/** Its time runs so much faster: the gate's waits are a fifth of a second instead of a second. */
const SPEED = 5;
/** By the simulated engines' own clocks. */
const QUICK = { loadMs: 150, timeToFirstTokenMs: 60, tokensPerSecond: 1_500, promptTokensPerSecond: 40_000 };
const LOCAL_MODELS = ['sim-llama:3b', 'sim-qwen:8b'];
const PAST_REQUESTS = 1_200;
const PRICES_DELAY_MS = 20;

const SUMS = Array.from({ length: 12 }, (_, at) => `What is ${17 + at * 7} * ${23 + at * 3}?`);
/** Answered in many words: where they differ, a judge has to look, and local ones are found wanting, so that the cloud does. */
const EXPLAINED = Array.from({ length: 6 }, (_, at) => `Please explain: what is ${211 + at * 5} * ${31 + at}?`);

export async function startWorld(options: { seed: number }): Promise<World> {
  const home = mkdtempSync(join(tmpdir(), 'pointsman-disturbed-'));
  const time: SharedTime = { originMs: Date.now(), speed: SPEED };
  const engines = await startSimulatedEngines({ seed: options.seed, clock: createSharedClock(time) });
  for (const name of LOCAL_MODELS) engines.local.changeModel(name, QUICK);
  const cloud = await startWatchingProxy({ target: new URL(engines.cloud.url).origin });
  const prices = await startPriceServer(join(home, 'certificate.pem'));
  let folders = 0;
  const world: World = {
    cloudCalls: cloud.calls,
    copyFolder() {
      const folder = join(home, `folder-${folders++}`);
      cpSync(join(home, 'template'), folder, { recursive: true });
      return folder;
    },
    start: (folder) =>
      startEngineProcess({
        ...{ folder, time },
        cacheFolder: join(home, 'cache'),
        certificateFile: join(home, 'certificate.pem'),
      }),
    async loadedModels() {
      const reply = (await (await fetch(`${engines.local.url}/api/ps`)).json()) as { models: { name: string }[] };
      return reply.models.map(({ name }) => name).sort();
    },
    async stop() {
      await Promise.all([engines.stop(), cloud.stop(), prices.stop()]);
      rmSync(home, { recursive: true, force: true });
    },
  };
  await fillTemplate({ folder: join(home, 'template'), engines, cloudUrl: cloud.url, prices, world, time });
  return world;
}

interface PriceServer {
  source: { url: string; publicKey: string };
  stop(): Promise<void>;
}

/** Serves the table that the engine has already, of today and signed, a moment after it is asked. */
async function startPriceServer(certificateFile: string): Promise<PriceServer> {
  const certificate = makeCertificate('127.0.0.1');
  writeFileSync(certificateFile, certificate.cert);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { data } = createPriceBook();
  const table = Buffer.from(JSON.stringify({ ...data, date: new Date().toISOString().slice(0, 10) }));
  const signature = sign(null, table, privateKey);
  const server: Server = createServer(certificate, (request, response) => {
    void wait(PRICES_DELAY_MS).then(() => response.end(request.url?.includes('.sig') === true ? signature : table));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64');
  return {
    source: { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/prices.json`, publicKey: raw },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function fillTemplate(parts: {
  folder: string;
  engines: SimulatedEngines;
  cloudUrl: string;
  prices: PriceServer;
  world: World;
  time: SharedTime;
}): Promise<void> {
  const { folder, engines, cloudUrl, prices, world } = parts;
  const settings = {
    gateway: { port: 0 },
    ollama: { enabled: true, baseUrl: engines.local.url },
    providers: [
      { id: 'sim', name: 'Simulated', kind: 'openai', track: 'cloud', baseUrl: `${cloudUrl}/v1`, auth: 'none' },
    ],
    prices: { overrides: [{ endpoint: PAID_MODEL, input: 3, output: 15 }], source: prices.source },
    gate: { allowUnknownHeat: true, resumeHoldSeconds: 0, requestQuietSeconds: 1, cpuQuietSeconds: 1 },
    background: { usdPerDay: 1, shadow: { cloudJudge: PAID_MODEL } },
    optimizer: { exploration: { enabled: false } },
  };
  mkdirSync(folder);
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
  const engine = await world.start(folder);
  await engine.call('kept.consent', { consent: true });
  for (const question of [...SUMS, ...EXPLAINED]) {
    const body = JSON.stringify({ model: PAID_MODEL, messages: [{ role: 'user', content: question }] });
    const headers = { 'content-type': 'application/json' };
    const reply = await fetch(`${engine.url}/v1/chat/completions`, { method: 'POST', headers, body });
    await reply.arrayBuffer();
    if (!reply.ok) throw new Error(`The simulated cloud answered with ${reply.status}.`);
  }
  const wanted = SUMS.length + EXPLAINED.length;
  while ((await engine.call('kept.read', {})).count < wanted) await wait(20);
  await engine.stop();
  await fillLog({ folder, time: parts.time, count: PAST_REQUESTS, endpoints: ['ollama/sim-qwen:8b', PAID_MODEL] });
}
