import { accessSync, constants, mkdirSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import { codeOf } from './error-code.ts';

/** What decides where data lives; given from outside so that every system's rule can be tested on any. */
export interface HostFacts {
  platform: NodeJS.Platform;
  homeFolder: string;
  environment: Readonly<Record<string, string | undefined>>;
}

/**
 * POINTSMAN_HOME, else the system's own place for application data: `$XDG_DATA_HOME/pointsman` (Linux and others),
 * `~/Library/Application Support/Pointsman` (macOS), `%APPDATA%\Pointsman` (Windows).
 */
export function defaultDataFolder({ platform, homeFolder, environment }: HostFacts): string {
  const path = platform === 'win32' ? win32 : posix;
  const wish = environment.POINTSMAN_HOME;
  if (wish !== undefined && wish !== '') return path.resolve(wish);
  if (platform === 'win32') {
    return path.join(environment.APPDATA ?? path.join(homeFolder, 'AppData', 'Roaming'), 'Pointsman');
  }
  if (platform === 'darwin') return path.join(homeFolder, 'Library', 'Application Support', 'Pointsman');
  const dataHome = environment.XDG_DATA_HOME;
  // The XDG specification: a path that is not absolute is invalid and to be ignored.
  const base =
    dataHome !== undefined && path.isAbsolute(dataHome) ? dataHome : path.join(homeFolder, '.local', 'share');
  return path.join(base, 'pointsman');
}

export type PreparedFolder = { ok: true } | { ok: false; message: string };

/** Creates the folder for this user alone (mode 0700) and makes sure that it can be written. */
export function prepareDataFolder(folder: string): PreparedFolder {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return { ok: true };
  } catch (error) {
    const advice = 'Make it writable for your user, or set POINTSMAN_HOME to a folder that is.';
    return { ok: false, message: `The data folder ${folder} cannot be written (${codeOf(error)}). ${advice}` };
  }
}
