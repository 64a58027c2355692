import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settings as settingsSchema, type Settings } from '../../../src-shared/settings.ts';
import { runDemo } from '../../demo/run-demo.ts';
import { startSimulatedEngines, type SimulatedEngines } from '../../demo/start-simulated-engines.ts';
import { startEngine } from '../../engine/engine.ts';
import { createLog } from '../../engine/observe/create-log.ts';
import { openSecretFile } from '../../engine/providers/secret-file.ts';
import { systemClock, systemRandom } from '../../engine/system-ports.ts';
import { watchForStop } from '../watch-for-stop.ts';

const SEED = 7;
const CLOUD_ID = 'sim-cloud';

/** `pointsman demo`: the whole gateway in front of two simulated engines, in a folder that is thrown away afterwards. */
export async function demo(options: { port?: number; once?: boolean }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-demo-'));
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
      await tour(engines, engine.addresses[0] ?? '', engine.controlToken, options.once === true);
    } finally {
      await engine.stop();
    }
  } finally {
    await engines.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function tour(engines: SimulatedEngines, gatewayUrl: string, controlToken: string, once: boolean): Promise<void> {
  const abort = new AbortController();
  const watch = watchForStop();
  const stopped = watch.stopped.then(() => abort.abort());
  try {
    const run = runDemo({
      gatewayUrl,
      controlToken,
      engines,
      print: (line) => console.log(line),
      signal: abort.signal,
      colour: process.stdout.isTTY,
    });
    await Promise.race([run, stopped]);
    if (once) return;
    if (!abort.signal.aborted) console.log(`Listening on ${gatewayUrl} until you press Ctrl-C.`);
    await stopped;
    console.log('Stopped. Nothing was kept.');
  } finally {
    watch.dismiss();
  }
}

/** Without a wish any free port: the demo must not stand in the way of the real gateway, nor of anything else. */
function demoSettings(engines: SimulatedEngines, port = 0): Settings {
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
