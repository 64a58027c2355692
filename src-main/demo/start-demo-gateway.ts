import { settings as settingsSchema, type Settings } from '../../src-shared/settings.ts';
import { startEngine, type Engine } from '../engine/engine.ts';
import type { Clock, Log } from '../engine/ports.ts';
import { openSecretFile } from '../engine/providers/secret-file.ts';
import { systemRandom } from '../engine/system-ports.ts';
import { createScriptedMachine, type ScriptedMachine } from './scripted-machine.ts';
import { startSimulatedEngines, type SimulatedEngines } from './start-simulated-engines.ts';

/** The real gateway between simulated engines, on a machine that is scripted. */
export interface DemoGateway {
  engine: Engine;
  engines: SimulatedEngines;
  machine: ScriptedMachine;
  stop(): Promise<void>;
}

const CLOUD_ID = 'sim-cloud';
/** Answers under way are broken off soon: whoever ends the demo does not wait for them. */
const GRACE_MS = 200;

/** Starts all of it; what it writes is in `folder`. Port 0 is any free one: the demo must not stand in anybody's way. */
export async function startDemoGateway(options: {
  clock: Clock;
  log: Log;
  folder: string;
  port: number;
  seed: number;
}): Promise<DemoGateway> {
  const { clock, log, folder } = options;
  const machine = createScriptedMachine();
  const engines = await startSimulatedEngines({ seed: options.seed, clock });
  try {
    const engine = await startEngine({
      clock,
      random: systemRandom,
      log,
      secrets: openSecretFile({ folder, log }),
      environment: {},
      folder,
      machine: machine.machine,
      settings: demoSettings(engines, options.port),
    });
    await engine.ready();
    return {
      engine,
      engines,
      machine,
      async stop() {
        await engine.stop(GRACE_MS);
        await engines.stop();
      },
    };
  } catch (error) {
    await engines.stop();
    throw error;
  }
}

/** The usual settings, with a shorter breath: what takes minutes on a desk has to be seen in seconds. */
function demoSettings(engines: SimulatedEngines, port: number): Settings {
  const { pricesUsdPerMillion } = engines.cloud;
  return settingsSchema.parse({
    gateway: { port },
    ollama: { baseUrl: engines.local.url, watchIntervalMs: 500 },
    optimizer: {
      adaptationIntervalSeconds: 2,
      // One request in fifty would go somewhere else to learn: left out, so that the show is about the same each time.
      exploration: { enabled: false },
      // Races are started a little more readily than usual (0.7): there is only a minute to see one.
      preferences: { parallelThreshold: 0.5 },
    },
    gate: { cpuQuietSeconds: 1, userIdleSeconds: 1, requestQuietSeconds: 1 },
    providers: [
      {
        id: CLOUD_ID,
        name: 'Simulated cloud',
        kind: 'openai',
        track: 'cloud',
        baseUrl: engines.cloud.url,
        auth: 'none',
        models: ['sim-cloud-large', 'sim-cloud-mini'],
      },
    ],
    prices: {
      overrides: Object.entries(pricesUsdPerMillion).map(([model, price]) => ({
        endpoint: `${CLOUD_ID}/${model}`,
        ...price,
      })),
    },
  });
}
