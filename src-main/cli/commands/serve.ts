import { startEngine, type Engine } from '../../engine/engine.ts';
import { createLog } from '../../engine/observe/create-log.ts';
import { openSecretFile } from '../../engine/providers/secret-file.ts';
import { loadSettings } from '../../engine/store/settings-file.ts';
import { prepareDataFolder } from '../../engine/store/data-folder.ts';
import { systemClock, systemRandom } from '../../engine/system-ports.ts';
import { dataFolder } from '../control-client.ts';
import { checkPort } from '../check-port.ts';
import { pagesFolder } from '../pages-folder.ts';
import { CommandError } from '../run-command.ts';
import { watchForStop } from '../watch-for-stop.ts';

/** `pointsman serve`: starts the engine headless and stays until it is told to stop. */
export async function serve(options: { port?: number; host?: string; because?: string }): Promise<void> {
  const folder = dataFolder();
  const prepared = prepareDataFolder(folder);
  if (!prepared.ok) throw new CommandError(prepared.message);
  const { settings, warnings } = loadSettings({ folder, clock: systemClock });
  const listenAt = {
    ...(options.port === undefined ? {} : { port: checkPort(options.port) }),
    ...(options.host === undefined ? {} : { host: options.host }),
  };
  const log = createLog({ level: settings.log.level });
  for (const warning of warnings) log.warn({}, warning);
  const engine = await startEngine({
    clock: systemClock,
    random: systemRandom,
    log,
    secrets: openSecretFile({ folder, log }),
    environment: process.env,
    folder,
    settings,
    listenAt,
    pagesFolder: pagesFolder(),
    setLogLevel: (level) => log.setLevel(level),
    warnings,
  });
  announce(engine, folder, listenAt.host ?? settings.gateway.host);
  if (options.because !== undefined) {
    console.log(`No window here, because ${options.because}: open the pages at ${engine.addresses[0] ?? ''}/`);
  }
  const watch = watchForStop();
  await watch.stopped;
  await engine.stop();
  watch.dismiss();
}

function announce(engine: Engine, folder: string, host: string): void {
  const [address = '', ollamaPlace] = engine.addresses;
  console.log(`Pointsman is listening on ${address}`);
  console.log(`  pages           ${address}  (pointsman open)`);
  console.log(`  OpenAI apps     ${address}/v1`);
  console.log(`  Anthropic apps  ${address}`);
  console.log(`  Ollama apps     ${ollamaPlace ?? address}`);
  console.log(`  model names     pointsman/auto, /fast, /best, /cheap, /private, or any model by its own name`);
  console.log(`  data folder     ${folder}`);
  if (host !== '127.0.0.1' && host !== 'localhost' && host !== '::1') {
    console.log(
      `Warning: ${host} is not only this machine. Everyone who reaches the port can use your models and your money.`,
    );
  }
}
