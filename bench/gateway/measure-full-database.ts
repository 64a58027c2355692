import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findFault } from './check-contestant.ts';
import { POINTSMAN_FORMS, type Contestant } from './contestants/contestant.ts';
import { preparePointsmanHome, startPointsman } from './contestants/start-pointsman.ts';
import type { LoadDriver } from './load-driver.ts';
import type { Plan } from './plan.ts';
import { measureRounds } from './rounds.ts';
import type { Server } from './servers.ts';

export interface FullDatabaseFigures {
  /** CPU per request of a gateway with a full database against one with an empty one, per round. */
  cpuRatios: number[];
  storedRequests: number;
  /** Longest time that an event loop of the two, warmed up, stood still under load by its own doing. */
  longestBlockMs: number;
  /** The same in each pass; there is a second one when the first was beyond the limit. */
  blocksMs: number[];
}

interface Setting {
  load: LoadDriver;
  plan: Plan;
  folder: string;
  upstreamPort: number;
  keep: (server: Server) => Server;
}

/** The event loop is never to be blocked for longer. */
export const BLOCK_LIMIT_MS = 20;
const FILL_SCRIPT = join(import.meta.dirname, 'processes', 'fill-database.ts');
const FILL_LIMIT_MS = 90_000;
const PROBE_ANSWER_MS = 5_000;
const POLL_MS = 20;
const fill = promisify(execFile);

/** Starts two gateways of their own, both with the event loop probe, and loads them in turn with all kinds of requests. */
export async function measureFullDatabase(setting: Setting): Promise<FullDatabaseFigures> {
  const { storedRequests } = setting.plan;
  const empty = await startProbed({ ...setting, name: 'empty', stored: 0 });
  const full = await startProbed({ ...setting, name: 'full', stored: storedRequests });
  const first = await loadGateways(setting, [empty, full]);
  if (first.longestBlockMs <= BLOCK_LIMIT_MS) return { ...first, storedRequests, blocksMs: [first.longestBlockMs] };
  // A pause of a virtual CPU looks like a block, but only a block of the gateway's own making comes back.
  const second = await loadGateways(setting, [empty, full]);
  return {
    cpuRatios: [...first.cpuRatios, ...second.cpuRatios],
    storedRequests,
    longestBlockMs: Math.min(first.longestBlockMs, second.longestBlockMs),
    blocksMs: [first.longestBlockMs, second.longestBlockMs],
  };
}

async function loadGateways(
  { load, plan }: Setting,
  gateways: readonly ProbedGateway[],
): Promise<Pick<FullDatabaseFigures, 'cpuRatios' | 'longestBlockMs'>> {
  const { rounds, sliceMs } = plan.cpu;
  const samples = await measureRounds({
    items: gateways,
    rounds,
    measure: ({ forms }) => measureMixedCpu({ load, plan, forms }),
  });
  for (const { forms } of gateways) {
    for (const form of forms) await load.run(form, { connections: plan.chunks.streams, forMs: sliceMs, pieces: 50 });
  }
  return {
    cpuRatios: samples.map((round) => (round.get('full') ?? NaN) / (round.get('empty') ?? NaN)),
    longestBlockMs: Math.max(...(await Promise.all(gateways.map(readLongestBlockMs)))),
  };
}

/** CPU microseconds per request, all kinds of requests in turn. */
async function measureMixedCpu(options: {
  load: LoadDriver;
  plan: Plan;
  forms: readonly Contestant[];
}): Promise<number> {
  const { load, plan, forms } = options;
  const sums = { cpuUs: 0, requests: 0 };
  for (const form of forms) {
    const sample = await load.run(form, { connections: plan.cpu.connections, forMs: plan.cpu.sliceMs / forms.length });
    sums.cpuUs += sample.cpuUs;
    sums.requests += sample.requests;
  }
  return sums.cpuUs / sums.requests;
}

interface ProbedGateway {
  name: string;
  server: Server;
  loopFile: string;
  forms: Contestant[];
}

async function startProbed(options: Setting & { name: string; stored: number }): Promise<ProbedGateway> {
  const { load, plan, folder, upstreamPort, keep, name, stored } = options;
  const home = preparePointsmanHome({ folder, name, upstreamPort });
  if (stored > 0) await fill(process.execPath, [FILL_SCRIPT, home, String(stored)], { timeout: FILL_LIMIT_MS });
  const loopFile = join(folder, `${name}-loop`);
  const server = keep(await startPointsman(home, { loopFile }));
  const forms = POINTSMAN_FORMS.map(({ name: form, ...rest }) => {
    return { ...rest, name: `${form}, ${name} database`, server, port: server.port, streams: true };
  });
  const gateway = { name, server, loopFile, forms };
  for (const form of forms) {
    const fault = await findFault(form);
    if (fault.plain !== null) throw new Error(`${form.name}: ${fault.plain}`);
  }
  for (const form of forms) {
    await load.run(form, { maxRequests: plan.warmUpRequests });
    await load.run(form, { connections: plan.chunks.streams, maxRequests: 40, pieces: 20 });
  }
  // Starting and compiling are no stalls of a running gateway: what was noted so far is dropped.
  await readLongestBlockMs(gateway);
  return gateway;
}

async function readLongestBlockMs({ server, loopFile }: ProbedGateway): Promise<number> {
  rmSync(loopFile, { force: true });
  process.kill(server.pid, 'SIGUSR2');
  const deadlineMs = performance.now() + PROBE_ANSWER_MS;
  while (performance.now() < deadlineMs) {
    const text = existsSync(loopFile) ? readFileSync(loopFile, 'utf8') : '';
    if (text !== '') return Number(text);
    await delay(POLL_MS);
  }
  throw new Error('the event loop probe does not answer');
}
