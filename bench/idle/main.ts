import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CAN_MEASURE_PROCESSES } from '../gateway/process-usage.ts';
import { judge } from './demands.ts';
import { toFigures, type IdleSample } from './figures.ts';
import { readSample } from './read-sample.ts';
import { startOnBattery, startServe, type IdleEngine } from './start-idle-engine.ts';

const USAGE = `npm run bench:idle -- [--seconds N]
  what the engine costs while nobody uses it, for N seconds (270): once as \`serve\`, once as the desktop's on battery`;

const DEFAULT_SECONDS = 270;
/** The first looks at the machine and at providers, and what the start left to be collected. */
const SETTLE_MS = 10_000;
const LOOK_EVERY_MS = 15_000;

/** Exit code 1: a demanded figure was missed; 2: it could not be measured. */
async function main(): Promise<number> {
  const seconds = parseSeconds(process.argv.slice(2));
  if (!CAN_MEASURE_PROCESSES) throw new Error('CPU time of other processes is read from /proc, which only Linux has.');
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-idle-'));
  const running: (IdleEngine & { label: string })[] = [];
  try {
    running.push({ label: 'serve', ...(await startServe(join(folder, 'serve'))) });
    running.push({ label: 'on battery', ...(await startOnBattery(join(folder, 'battery'))) });
    const samples = await watch(running, seconds * 1_000);
    for (const engine of running) await engine.check();
    return report(running.map(({ label }, place) => ({ label, samples: samples[place] ?? [] })));
  } finally {
    await Promise.all(running.map((engine) => engine.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function watch(engines: readonly IdleEngine[], durationMs: number): Promise<IdleSample[][]> {
  await wait(SETTLE_MS);
  const samples = engines.map(({ pid }) => [readSample(pid)]);
  const endMs = performance.now() + durationMs;
  while (performance.now() < endMs) {
    await wait(Math.min(LOOK_EVERY_MS, endMs - performance.now()));
    for (const [place, { pid }] of engines.entries()) samples[place]?.push(readSample(pid));
  }
  return samples;
}

function report(runs: readonly { label: string; samples: readonly IdleSample[] }[]): number {
  const figures = runs.map(({ label, samples }) => ({ label, ...toFigures(samples) }));
  console.table(figures);
  const demands = figures.flatMap(({ label, ...each }) => judge(label, each));
  for (const { demand, value, limit, verdict } of demands)
    console.log(`${verdict}  ${demand}: ${String(value)} (${limit})`);
  console.log(`RESULT ${JSON.stringify({ runs: figures, demands })}`);
  return demands.some(({ verdict }) => verdict === 'MISS') ? 1 : 0;
}

function parseSeconds(parameters: string[]): number {
  const { values } = parseArgs({ args: parameters, options: { seconds: { type: 'string' } } });
  const seconds = Number(values.seconds ?? DEFAULT_SECONDS);
  if (!(seconds > 0)) throw new TypeError('--seconds must be more than 0');
  return seconds;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error);
  console.error(USAGE);
  process.exitCode = 2;
}
