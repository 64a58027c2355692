import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settings as settingsSchema, type Settings } from '../../../src-shared/settings.ts';
import { runDemo } from '../../demo/run-demo.ts';
import { startSimulatedEngines, type SimulatedEngines } from '../../demo/start-simulated-engines.ts';
import { startEngine, type Engine } from '../../engine/engine.ts';
import { createLog } from '../../engine/observe/create-log.ts';
import { openSecretFile } from '../../engine/providers/secret-file.ts';
import { systemClock, systemRandom } from '../../engine/system-ports.ts';
import { checkPort } from '../check-port.ts';
import { watchForStop, type StopWatch } from '../watch-for-stop.ts';

const SEED = 7;
const CLOUD_ID = 'sim-cloud';

/** `pointsman demo`: the whole gateway in front of two simulated engines, in a folder that is thrown away afterwards. */
export async function demo(options: { port?: number; once?: boolean }): Promise<void> {
  const port = checkPort(options.port ?? 0);
  // From the first moment on: a Ctrl-C during the start must not leave the folder behind.
  const watch = watchForStop();
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-demo-'));
  try {
    await demoIn(folder, { port, once: options.once === true, watch });
  } finally {
    rmSync(folder, { recursive: true, force: true });
    watch.dismiss();
  }
}

async function demoIn(folder: string, options: { port: number; once: boolean; watch: StopWatch }): Promise<void> {
  const engines = await startSimulatedEngines({ seed: SEED, clock: systemClock });
  const log = createLog({ level: 'error' });
  try {
    const engine = await startEngine({
      clock: systemClock,
      random: systemRandom,
      log,
      secrets: openSecretFile({ folder, log }),
      environment: {},
      folder,
      settings: demoSettings(engines, options.port),
    });
    try {
      await engine.ready();
      await tour({ engines, engine, watch: options.watch, once: options.once });
    } finally {
      await engine.stop();
    }
  } finally {
    await engines.stop();
  }
}

interface Tour {
  engines: SimulatedEngines;
  engine: Pick<Engine, 'addresses' | 'controlToken'>;
  watch: StopWatch;
  once: boolean;
}

async function tour({ engines, engine, watch, once }: Tour): Promise<void> {
  const gatewayUrl = engine.addresses[0] ?? '';
  const abort = new AbortController();
  const stopped = watch.stopped.then(() => abort.abort());
  const run = runDemo({
    gatewayUrl,
    controlToken: engine.controlToken,
    engines,
    print: (line) => console.log(line),
    signal: abort.signal,
    colour: process.stdout.isTTY,
  });
  await Promise.race([run, stopped]);
  if (once && !abort.signal.aborted) {
    console.log('Ended. Nothing was kept. Without --once the demo stays up for these commands.');
    return;
  }
  if (!abort.signal.aborted) console.log(`Listening on ${gatewayUrl} until you press Ctrl-C.`);
  await stopped;
  console.log('Stopped. Nothing was kept.');
}

/** Port 0 is any free one: the demo must not stand in the way of the real gateway, nor of anything else. */
function demoSettings(engines: SimulatedEngines, port: number): Settings {
  return settingsSchema.parse({
    gateway: { port },
    ollama: { baseUrl: engines.local.url },
    providers: [
      {
        id: CLOUD_ID,
        name: 'Simulated cloud',
        kind: 'openai',
        track: 'cloud',
        baseUrl: engines.cloud.url,
        auth: 'none',
      },
    ],
    prices: {
      overrides: Object.entries(engines.cloud.pricesUsdPerMillion).map(([model, price]) => ({
        endpoint: `${CLOUD_ID}/${model}`,
        ...price,
      })),
    },
  });
}
