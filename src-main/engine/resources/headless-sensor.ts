import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sensor } from './sensor.ts';

const EVERY_MS = 60_000;
/** logind's session types with a screen of their own. */
const GRAPHICAL = /^TYPE=(x11|wayland|mir)$/m;

/**
 * Does nobody sit at this machine? True only on a Linux without any graphical session: neither ours (`DISPLAY`,
 * `WAYLAND_DISPLAY`), nor one that logind lists, nor an X server's socket. Elsewhere there is always a screen: false.
 */
export function createHeadlessSensor(options: {
  platform: string;
  environment: Readonly<Record<string, string | undefined>>;
  /** `/run/systemd/sessions` and `/tmp/.X11-unix`. */
  sessionsFolder: string;
  displaysFolder: string;
}): Sensor<boolean> {
  const { platform, environment, sessionsFolder, displaysFolder } = options;
  return {
    name: 'graphical sessions',
    everyMs: EVERY_MS,
    async read() {
      if (platform !== 'linux') return false;
      if ((environment.DISPLAY ?? '') !== '' || (environment.WAYLAND_DISPLAY ?? '') !== '') return false;
      if ((await list(displaysFolder)).length > 0) return false;
      // Beside each session's file lies a pipe of the same name, which must not be opened.
      const names = (await list(sessionsFolder)).filter((name) => !name.endsWith('.ref'));
      const sessions = await Promise.all(names.map((name) => readFile(join(sessionsFolder, name), 'utf8')));
      return !sessions.some((session) => GRAPHICAL.test(session));
    },
  };
}

/** A folder that is not there is empty; one that may not be read fails the sensor. */
async function list(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
