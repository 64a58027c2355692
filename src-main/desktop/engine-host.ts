import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { createLog } from '../engine/observe/create-log.ts';
import { defaultDataFolder } from '../engine/store/data-folder.ts';
import { loadSettings } from '../engine/store/settings-file.ts';
import { systemClock } from '../engine/system-ports.ts';
import { EngineHost } from './host-engine.ts';

/** The engine's process of the desktop application: it does nothing until the shell says start. */

const { platform, env: environment, parentPort } = process;
const folder = defaultDataFolder({ platform, homeFolder: homedir(), environment });
const log = createLog({ level: 'info' });

const host = new EngineHost({
  post: (message) => parentPort.postMessage(message),
  clock: systemClock,
  log,
  platform,
  environment,
  folder,
  load() {
    const loaded = loadSettings({ folder, clock: systemClock });
    log.setLevel(loaded.settings.log.level);
    for (const warning of loaded.warnings) log.warn({}, warning);
    return loaded;
  },
  pagesFolder: fileURLToPath(new URL('pages', import.meta.url)),
  setLogLevel: (level) => log.setLevel(level),
  exit: (code) => process.exit(code),
});

parentPort.on('message', ({ data }) => host.hear(data));
// Plain Node ends here by itself; Electron only warns, and an engine in an unknown state would stay.
process.on('unhandledRejection', (error) => {
  log.error({ error }, 'the engine ends because of a mistake in it');
  process.exit(1);
});
process.on('SIGTERM', () => void host.stop());
// A terminal sends this to the whole group; the shell decides what becomes of it.
process.on('SIGINT', () => undefined);
