import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createSeededRandom } from '../../src-main/demo/seeded-random.ts';
import { startSimulatedEngines } from '../../src-main/demo/start-simulated-engines.ts';
import { systemClock } from '../../src-main/engine/system-ports.ts';
import { quantilesOf } from '../gateway/quantiles.ts';
import { RunFile } from './disturb/run-file.ts';
import { startEngineProcess, type EngineProcess } from './engine-process.ts';
import { makeDue, makeFolder, settingsFor } from './job-folder.ts';
import { isUnderWay, startWatchingProxy, type WatchedCall, type WatchingProxy } from './watching-proxy.ts';

/** What closes the gate in a trial: a request of the person's, keyboard or pointer, the plug. */
export const CLOSINGS = ['request', 'input', 'battery'] as const;
export type Closing = (typeof CLOSINGS)[number];

export interface PreemptionTrial {
  closing: Closing;
  /** From the closing of the gate: until the call to the model was broken off, and the unit was in the books as stopped. */
  cancelledMs: number;
  endedMs: number;
  /** From what closed it, seen from outside, until both. */
  fromCauseMs: number;
  /** From the closing until nothing that the job had loaded was in memory. null: it stayed. */
  unloadedMs: number | null;
}

export interface PreemptionFigures {
  trials: number;
  cancelledMs: { p50: number; p99: number };
  endedMs: { p50: number; p99: number };
  bothMs: { p50: number; p99: number };
  fromCauseMs: { p50: number; p99: number };
  unloadedMs: { p50: number; p99: number };
  /** Trials after which a model stayed in memory. */
  leftLoaded: number;
}

const JOB = 'model-benchmark';
/** The person's own: in memory from the start, and nothing of ours. */
const PERSONS_MODEL = 'sim-llama:3b';
const JOBS_MODEL = 'sim-qwen:8b';
/** Loading and writing both take long enough for a blow to fall into either. */
const PACE = { loadMs: 250, timeToFirstTokenMs: 120, tokensPerSecond: 30, isSteady: true };
const LONGEST_MS = 10_000;
const MOST_PHASE_MS = 200;

/** So many times a job is interrupted in the middle of a call, on the clock of the wall. */
export async function measurePreemption(options: {
  folder: string;
  trials: number;
  seed: number;
  cacheFolder: string;
}): Promise<PreemptionTrial[]> {
  const { folder, trials, seed, cacheFolder } = options;
  const engines = await startSimulatedEngines({ seed, clock: systemClock });
  engines.local.changeModel(JOBS_MODEL, PACE);
  // Only what is loaded by the job is measured by it.
  engines.local.removeModel(PERSONS_MODEL);
  const proxy = await startWatchingProxy({ target: engines.local.url });
  makeFolder(folder, settingsFor({ localUrl: proxy.url, only: JOB }));
  const first = await startEngineProcess({ folder, cacheFolder });
  await first.stop();
  makeDue(folder, JOB);
  const engine = await startEngineProcess({ folder, cacheFolder });
  const file = new RunFile(folder);
  try {
    const random = createSeededRandom('pre-emption', seed);
    const trial = new Trial({ engine, proxy, file, random });
    const done: PreemptionTrial[] = [];
    for (let at = 0; at < trials; at += 1) done.push(await trial.play(closingOf(at)));
    return done;
  } finally {
    file.close();
    await engine.kill();
    await Promise.all([proxy.stop(), engines.stop()]);
  }
}

/** One in five is a request, after which the gate stays closed longest. */
function closingOf(at: number): Closing {
  return at % 5 === 0 ? 'request' : at % 5 <= 2 ? 'input' : 'battery';
}

class Trial {
  readonly #engine: EngineProcess;
  readonly #proxy: WatchingProxy;
  readonly #file: RunFile;
  readonly #random: () => number;
  #closedAtMs: number | null = null;

  constructor(parts: { engine: EngineProcess; proxy: WatchingProxy; file: RunFile; random: () => number }) {
    this.#engine = parts.engine;
    this.#proxy = parts.proxy;
    this.#file = parts.file;
    this.#random = parts.random;
    parts.engine.onClosed((atMs) => (this.#closedAtMs ??= atMs - performance.timeOrigin));
  }

  async play(closing: Closing): Promise<PreemptionTrial> {
    const call = await this.#underWay();
    await wait(this.#random() * MOST_PHASE_MS);
    if (!isUnderWay(call)) return this.play(closing);
    const before = this.#preemptions();
    this.#closedAtMs = null;
    const causedMs = performance.now();
    const request = this.#close(closing);
    const stoppedMs = await until(() => (this.#preemptions() > before ? performance.now() : null));
    const cancelledMs = await until(() => call.cancelledMs);
    const closedMs = await until(() => this.#closedAtMs);
    const unloadedMs = await this.#unloaded();
    await request;
    return {
      closing,
      cancelledMs: cancelledMs - closedMs,
      endedMs: stoppedMs - closedMs,
      fromCauseMs: Math.max(cancelledMs, stoppedMs) - causedMs,
      unloadedMs: unloadedMs === null ? null : unloadedMs - closedMs,
    };
  }

  /** Opens the gate and waits for a call that the job makes. */
  async #underWay(): Promise<WatchedCall> {
    const untilMs = performance.now() + LONGEST_MS;
    for (;;) {
      const call = this.#proxy.calls.at(-1);
      if (call !== undefined && isUnderWay(call)) return call;
      if (performance.now() > untilMs) {
        throw new Error(`No call came: ${(await this.#engine.call('jobs.read', {})).sentence}`);
      }
      this.#engine.tell({});
      await wait(10);
    }
  }

  async #close(closing: Closing): Promise<void> {
    if (closing === 'input') this.#engine.tell({ userIdleMs: 0 });
    else if (closing === 'battery') this.#engine.tell({ source: 'battery' });
    else {
      const body = JSON.stringify({ model: 'ollama/sim-embed:small', input: 'Something of the person’s.' });
      const headers = { 'content-type': 'application/json' };
      const reply = await fetch(`${this.#engine.url}/v1/embeddings`, { method: 'POST', headers, body });
      await reply.arrayBuffer();
      if (!reply.ok) throw new Error(`A request was answered with ${reply.status}.`);
    }
  }

  #preemptions(): number {
    return this.#file.newest(JOB)?.preemptions ?? 0;
  }

  /** null: the job's model stays. */
  async #unloaded(): Promise<number | null> {
    const untilMs = performance.now() + LONGEST_MS;
    while (performance.now() < untilMs) {
      const reply = (await (await fetch(`${this.#proxy.url}/api/ps`)).json()) as { models: { name: string }[] };
      if (reply.models.every(({ name }) => name !== JOBS_MODEL)) return performance.now();
      await wait(5);
    }
    return null;
  }
}

/** Looks as often as it can, for milliseconds count. */
async function until<Value>(look: () => Value | null): Promise<Value> {
  const untilMs = performance.now() + LONGEST_MS;
  for (let found = look(); ; found = look()) {
    if (found !== null) return found;
    if (performance.now() > untilMs) throw new Error('It never came to that.');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export function toPreemptionFigures(trials: readonly PreemptionTrial[]): PreemptionFigures {
  const of = (value: (trial: PreemptionTrial) => number) => rounded(quantilesOf(trials.map(value)));
  return {
    trials: trials.length,
    cancelledMs: of(({ cancelledMs }) => cancelledMs),
    endedMs: of(({ endedMs }) => endedMs),
    bothMs: of(({ cancelledMs, endedMs }) => Math.max(cancelledMs, endedMs)),
    fromCauseMs: of(({ fromCauseMs }) => fromCauseMs),
    unloadedMs: of(({ unloadedMs }) => unloadedMs ?? Infinity),
    leftLoaded: trials.filter(({ unloadedMs }) => unloadedMs === null).length,
  };
}

function rounded({ p50, p99 }: { p50: number; p99: number }): { p50: number; p99: number } {
  return { p50: Number(p50.toFixed(1)), p99: Number(p99.toFixed(1)) };
}

/** In so many engines at a time, each with simulated engines of its own. */
export async function measureInLanes(options: {
  folder: string;
  trials: number;
  lanes: number;
}): Promise<PreemptionTrial[]> {
  const { folder, trials, lanes } = options;
  const cacheFolder = join(folder, 'cache');
  const all = await Promise.all(
    Array.from({ length: lanes }, (_, lane) =>
      measurePreemption({
        ...{ cacheFolder, seed: lane + 1 },
        folder: join(folder, `preempt-${lane}`),
        trials: Math.ceil(trials / lanes),
      }),
    ),
  );
  return all.flat();
}
