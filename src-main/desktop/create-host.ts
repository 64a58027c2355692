import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defaultDataFolder, prepareDataFolder } from '../engine/store/data-folder.ts';
import { systemClock } from '../engine/system-ports.ts';
import { VERSION } from '../engine/version.ts';
import { createElectronUpdates } from './electron-updates.ts';
import { openShellLog } from './open-shell-log.ts';
import { hasTrayHost } from './tray-host.ts';
import type { ShellHost } from './shell-host.ts';

/** The shell's surroundings as they are. `appPath`: where the application lies, which a development start names. */
export function createHost({ isPackaged, appPath }: { isPackaged: boolean; appPath: string }): ShellHost {
  const { platform, env: environment, argv, execPath } = process;
  const homeFolder = homedir();
  const dataFolder = defaultDataFolder({ platform, homeFolder, environment });
  const prepared = prepareDataFolder(dataFolder);
  const log = openShellLog({ folder: isPackaged ? dataFolder : null });
  // The engine says it to the person; until then the log has it.
  if (!prepared.ok) log.error({}, prepared.message);
  // An AppImage runs from a place that is another one each time.
  const program = environment.APPIMAGE ?? execPath;
  return {
    platform,
    environment,
    argv,
    homeFolder,
    dataFolder,
    distFolder: fileURLToPath(new URL('.', import.meta.url)),
    resourcesFolder: fileURLToPath(new URL('../resources', import.meta.url)),
    command: isPackaged ? [program] : [program, appPath],
    version: VERSION,
    clock: systemClock,
    log,
    fetch,
    hasTrayHost,
    updates: createElectronUpdates({
      isPackaged,
      platform,
      environment,
      program: execPath,
      resourcesFolder: process.resourcesPath,
      load: async () => (await import('electron-updater')).default.autoUpdater,
    }),
    killHard(pid) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    },
  };
}
