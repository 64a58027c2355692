import { setTimeout as wait } from 'node:timers/promises';
import { createSeededRandom } from '../../src-main/demo/seeded-random.ts';
import { startSimulatedEngines } from '../../src-main/demo/start-simulated-engines.ts';
import { systemClock } from '../../src-main/engine/system-ports.ts';
import { medianOf, quantilesOf } from '../gateway/quantiles.ts';
import { startEngineProcess, type EngineProcess } from './engine-process.ts';
import { makeFolder, settingsFor } from './job-folder.ts';
import { isUnderWay, startWatchingProxy, type WatchedCall, type WatchingProxy } from './watching-proxy.ts';

/** One request with a job's call under way and one without, one right after the other. Milliseconds to the first token. */
export interface LatencyPair {
  withJobMs: number;
  aloneMs: number;
}

export interface LatencyFigures {
  pairs: number;
  aloneMs: number;
  withJobMs: number;
  /** Median of the differences within pairs; and the nearest-rank 90th percentile. */
  addedMs: number;
  addedP90Ms: number;
}

const JOB = 'model-benchmark';
const MODEL = 'sim-llama:3b';
/** Takes its time to the millisecond, so that what is added shows. */
const PACE = { timeToFirstTokenMs: 150, tokensPerSecond: 40, isSteady: true };
const MOST_PHASE_MS = 200;
const LONGEST_MS = 10_000;

/**
 * The worst case of a server: it serves one request at a time, and the job's call and the person's request want the same
 * model. Without giving way the request would wait for the job's whole answer, some three seconds here.
 */
export async function measureLatency(options: {
  folder: string;
  cacheFolder: string;
  pairs: number;
}): Promise<LatencyPair[]> {
  const { folder, cacheFolder, pairs } = options;
  const engines = await startSimulatedEngines({ seed: 1, clock: systemClock });
  engines.local.changeModel(MODEL, PACE);
  engines.local.removeModel('sim-qwen:8b');
  const proxy = await startWatchingProxy({ target: engines.local.url, oneAtATime: true });
  makeFolder(folder, settingsFor({ localUrl: proxy.url, only: JOB }));
  const engine = await startEngineProcess({ folder, cacheFolder });
  const random = createSeededRandom('latency', pairs);
  try {
    const done: LatencyPair[] = [];
    // The first request of all opens connections.
    await engine.call('jobs.pause', {});
    await askForFirstToken(engine);
    for (let at = 0; at < pairs; at += 1) {
      // In turns, so that a machine that gets slower does not speak for one of them.
      const isFirst = at % 2 === 0;
      const before = isFirst ? await withJob({ engine, proxy, random }) : null;
      const aloneMs = await alone(engine);
      done.push({ withJobMs: before ?? (await withJob({ engine, proxy, random })), aloneMs });
    }
    return done;
  } finally {
    await engine.kill();
    await Promise.all([proxy.stop(), engines.stop()]);
  }
}

async function alone(engine: EngineProcess): Promise<number> {
  await engine.call('jobs.pause', {});
  return askForFirstToken(engine);
}

async function withJob(parts: { engine: EngineProcess; proxy: WatchingProxy; random: () => number }): Promise<number> {
  const { engine, proxy, random } = parts;
  await engine.call('jobs.resume', {});
  await engine.call('jobs.run', { name: JOB });
  for (;;) {
    const call = await underWay({ engine, proxy });
    await wait(random() * MOST_PHASE_MS);
    if (!isUnderWay(call)) continue;
    const firstTokenMs = await askForFirstToken(engine);
    if (call.cancelledMs === null) throw new Error('The job did not give way.');
    await engine.call('jobs.pause', {});
    return firstTokenMs;
  }
}

async function underWay({ engine, proxy }: { engine: EngineProcess; proxy: WatchingProxy }): Promise<WatchedCall> {
  const untilMs = performance.now() + LONGEST_MS;
  for (;;) {
    const call = proxy.calls.at(-1);
    if (call !== undefined && isUnderWay(call)) return call;
    if (performance.now() > untilMs) throw new Error(`No call came: ${(await engine.call('jobs.read', {})).sentence}`);
    engine.tell({});
    await wait(10);
  }
}

/** Asks as a client does, and reads the stream to its end. */
async function askForFirstToken(engine: EngineProcess): Promise<number> {
  const body = JSON.stringify({
    model: `ollama/${MODEL}`,
    stream: true,
    max_tokens: 4,
    messages: [{ role: 'user', content: 'What is 2 + 2?' }],
  });
  const beganMs = performance.now();
  const headers = { 'content-type': 'application/json' };
  const reply = await fetch(`${engine.url}/v1/chat/completions`, { method: 'POST', headers, body });
  if (!reply.ok || reply.body === null) throw new Error(`A request was answered with ${reply.status}.`);
  let [text, firstMs] = ['', null as number | null];
  for await (const piece of reply.body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    if (firstMs === null && /"content":"[^"]/.test(text)) firstMs = performance.now() - beganMs;
  }
  if (firstMs === null) throw new Error(`No token came: ${text}`);
  return firstMs;
}

export function toLatencyFigures(pairs: readonly LatencyPair[]): LatencyFigures {
  const added = pairs.map(({ withJobMs, aloneMs }) => withJobMs - aloneMs);
  const sorted = added.toSorted((one, other) => one - other);
  const places = (value: number) => Number(value.toFixed(1));
  return {
    pairs: pairs.length,
    aloneMs: places(medianOf(pairs.map(({ aloneMs }) => aloneMs))),
    withJobMs: places(medianOf(pairs.map(({ withJobMs }) => withJobMs))),
    addedMs: places(medianOf(added)),
    addedP90Ms: places(sorted[Math.ceil(0.9 * sorted.length) - 1] ?? quantilesOf(added).p99),
  };
}
