import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { JOB_NAMES } from '../../src-shared/jobs.ts';
import { settings as settingsSchema } from '../../src-shared/settings.ts';
import { startSimulatedEngines } from '../../src-main/demo/start-simulated-engines.ts';
import { systemClock } from '../../src-main/engine/system-ports.ts';
import { medianOf } from '../gateway/quantiles.ts';
import { toFigures, type IdleSample } from '../idle/figures.ts';
import { readSample } from '../idle/read-sample.ts';
import { startEngineProcess, type EngineProcess } from './engine-process.ts';
import { makeFolder, settingsFor } from './job-folder.ts';

/** While jobs work, without a break. Percent of the whole machine, as the constraints mean it. */
export interface WorkingFigures {
  seconds: number;
  cpuPercent: number;
  rssMb: number;
  limits: { cpuPercent: number; memoryMb: number };
}

/** With the gate closed and every job waiting for it, against engines without background work. Percent of one core. */
export interface ClosedFigures {
  seconds: number;
  engines: number;
  withJobsPercent: number;
  withoutPercent: number;
  /** Difference of the medians over engines; below 0 where noise is larger than what is measured. */
  jobsPercent: number;
  withJobsWakeupsPerSecond: number;
  withoutWakeupsPerSecond: number;
}

const SETTLE_MS = 8_000;
const LOOK_EVERY_MS = 5_000;
const QUICK = { loadMs: 100, timeToFirstTokenMs: 40, tokensPerSecond: 400, isSteady: true };

interface Places {
  folder: string;
  cacheFolder: string;
}

/** Measures local models again and again, which keeps the engine as busy as a job can. */
export async function measureWorking({
  folder,
  cacheFolder,
  seconds,
}: Places & { seconds: number }): Promise<WorkingFigures> {
  const engines = await startSimulatedEngines({ seed: 1, clock: systemClock });
  for (const name of ['sim-llama:3b', 'sim-qwen:8b']) engines.local.changeModel(name, QUICK);
  makeFolder(folder, settingsFor({ localUrl: engines.local.url }));
  const engine = await startEngineProcess({ folder, cacheFolder });
  try {
    while (!(await engine.call('gate.read', {})).open) {
      engine.tell({});
      await wait(100);
    }
    const samples = [readSample(engine.pid)];
    const endMs = performance.now() + seconds * 1_000;
    while (performance.now() < endMs) {
      for (const name of JOB_NAMES) await engine.call('jobs.run', { name }).catch(() => null);
      await wait(500);
      samples.push(readSample(engine.pid));
    }
    const { cpuPercent, rssMb, seconds: measured } = toFigures(samples);
    const { constraints } = settingsSchema.parse({});
    return {
      seconds: measured,
      cpuPercent: Number((cpuPercent / availableParallelism()).toFixed(2)),
      rssMb,
      limits: { cpuPercent: constraints.cpuPercent, memoryMb: toMegabytes(constraints.memoryMb) },
    };
  } finally {
    await engine.kill();
    await engines.stop();
  }
}

function toMegabytes(limit: number | 'auto'): number {
  return limit === 'auto' ? Math.floor(totalmem() / 2 ** 20) : limit;
}

interface WatchedEngine {
  engine: EngineProcess;
  enabled: boolean;
  samples: IdleSample[];
}

/** Engines with and without background work side by side, so that whatever disturbs the machine disturbs both alike. */
export async function measureClosed(
  options: Places & { seconds: number; enginesOfEach: number },
): Promise<ClosedFigures> {
  const engines = await startSimulatedEngines({ seed: 1, clock: systemClock });
  const running: WatchedEngine[] = [];
  try {
    for (let at = 0; at < 2 * options.enginesOfEach; at += 1) {
      const folder = join(options.folder, `closed-${at}`);
      running.push(await startClosed({ ...options, folder, localUrl: engines.local.url, enabled: at % 2 === 0 }));
    }
    await wait(SETTLE_MS);
    await watch(running, options.seconds * 1_000);
    return compareClosed(running);
  } finally {
    await Promise.all(running.map(({ engine }) => engine.kill()));
    await engines.stop();
  }
}

async function startClosed(options: Places & { localUrl: string; enabled: boolean }): Promise<WatchedEngine> {
  const { folder, cacheFolder, localUrl, enabled } = options;
  makeFolder(folder, settingsFor({ localUrl, enabled }));
  const engine = await startEngineProcess({ folder, cacheFolder });
  // Somebody sits there.
  engine.tell({ userIdleMs: 0, source: 'battery' });
  if (enabled) for (const name of JOB_NAMES) await engine.call('jobs.run', { name });
  return { engine, enabled, samples: [] };
}

async function watch(running: readonly WatchedEngine[], durationMs: number): Promise<void> {
  const endMs = performance.now() + durationMs;
  for (;;) {
    for (const { engine, samples } of running) samples.push(readSample(engine.pid));
    const leftMs = endMs - performance.now();
    if (leftMs <= 0) return;
    await wait(Math.min(LOOK_EVERY_MS, leftMs));
  }
}

function compareClosed(running: readonly WatchedEngine[]): ClosedFigures {
  const median = (isEnabled: boolean, what: 'cpuPercent' | 'loopWakeupsPerSecond' | 'seconds') => {
    const figures = running.filter(({ enabled }) => enabled === isEnabled).map(({ samples }) => toFigures(samples));
    return Number(medianOf(figures.map((each) => each[what])).toFixed(3));
  };
  const [withJobsPercent, withoutPercent] = [median(true, 'cpuPercent'), median(false, 'cpuPercent')];
  return {
    seconds: median(true, 'seconds'),
    engines: running.length,
    ...{ withJobsPercent, withoutPercent },
    jobsPercent: Number((withJobsPercent - withoutPercent).toFixed(3)),
    withJobsWakeupsPerSecond: median(true, 'loopWakeupsPerSecond'),
    withoutWakeupsPerSecond: median(false, 'loopWakeupsPerSecond'),
  };
}
