import { createSpedUpClock } from '../../../src-main/demo/sped-up-clock.ts';
import { createScriptedMachine, type ScriptedMachine } from '../../../src-main/demo/scripted-machine.ts';
import { startSimulatedEngines, type SimulatedEngines } from '../../../src-main/demo/start-simulated-engines.ts';
import { systemClock } from '../../../src-main/engine/system-ports.ts';
import { startTestEngine, type TestEngine } from '../../support/start-test-engine.ts';
import { buildPages } from './build-pages.ts';

/** A real engine that serves the built pages, between simulated engines, on a scripted machine. */
export interface House extends TestEngine {
  engines: SimulatedEngines;
  machine: ScriptedMachine;
}

export interface HouseOptions {
  /** Over the usual ones. */
  settings?: Record<string, unknown>;
  /** False: nothing is configured and no Ollama is there, as on a new machine. */
  hasProviders?: boolean;
  /** False: the person was here before. */
  isFirstRun?: boolean;
  /** Kept and used again, so that an engine can be followed by another one. */
  folder?: string;
  port?: number;
  /** Keys by provider id. */
  keys?: Record<string, string>;
}

/** How much faster the simulated engines are than real ones. */
const SPEED = 20;

export async function startHouse(options: HouseOptions = {}): Promise<House> {
  const [pagesFolder, engines] = await Promise.all([
    buildPages(),
    startSimulatedEngines({ seed: 7, clock: createSpedUpClock(systemClock, SPEED) }),
  ]);
  const machine = createScriptedMachine();
  const engine = await startTestEngine({
    pagesFolder,
    machine: machine.machine,
    ...(options.folder === undefined ? {} : { folder: options.folder }),
    ...(options.keys === undefined ? {} : { keys: options.keys }),
    settings: {
      gateway: { port: options.port ?? 0 },
      setup: { done: options.isFirstRun !== true },
      ...(options.hasProviders === false ? {} : providersOf(engines)),
      ...options.settings,
    },
  });
  return {
    ...engine,
    engines,
    machine,
    async stop() {
      await engine.stop();
      await engines.stop();
    },
  };
}

function providersOf({ local, cloud }: SimulatedEngines): Record<string, unknown> {
  const models = Object.entries(cloud.pricesUsdPerMillion);
  return {
    ollama: { enabled: true, baseUrl: local.url, watchIntervalMs: 500 },
    providers: [
      {
        id: 'sim-cloud',
        name: 'Simulated cloud',
        kind: 'openai',
        track: 'cloud',
        baseUrl: cloud.url,
        auth: 'none',
        models: models.map(([model]) => model),
      },
    ],
    prices: { overrides: models.map(([model, price]) => ({ endpoint: `sim-cloud/${model}`, ...price })) },
    gate: { cpuQuietSeconds: 1, userIdleSeconds: 1, requestQuietSeconds: 1 },
    optimizer: { exploration: { enabled: false } },
  };
}
