import type { Clock, Log } from '../engine/ports.ts';
import type { ElectronApi } from './electron-api.ts';
import type { UpdatePort } from './update-port.ts';

/** All that the shell takes from its surroundings, besides Electron. */
export interface ShellHost {
  platform: NodeJS.Platform;
  environment: Readonly<Record<string, string | undefined>>;
  argv: readonly string[];
  homeFolder: string;
  dataFolder: string;
  /** The built files: `engine-host.js`, `preload.cjs`, `pages/`. */
  distFolder: string;
  /** `icons/` is in there. */
  resourcesFolder: string;
  /** Program and arguments that start the application. */
  command: readonly string[];
  version: string;
  clock: Clock;
  log: Log;
  fetch: typeof fetch;
  updates: UpdatePort;
  /** Linux: does somebody show tray icons? null: unknown. */
  hasTrayHost: () => Promise<boolean | null>;
  killHard: (pid: number) => void;
}

export interface ShellOptions {
  electron: ElectronApi;
  host: ShellHost;
}
