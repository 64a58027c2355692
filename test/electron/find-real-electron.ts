import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const PACKAGE = resolve(import.meta.dirname, '../../node_modules/electron');

/** Electron's binary, where there is one and a display to start it on. Returns null, and says so loudly, otherwise. */
export function findRealElectron(): string | null {
  const { ELECTRON_BIN, DISPLAY, WAYLAND_DISPLAY } = process.env;
  const found = ELECTRON_BIN ?? installed();
  if (found === null || !existsSync(found)) {
    return skip('there is no Electron binary. Fetch it with "npx install-electron", or set ELECTRON_BIN.');
  }
  if (process.platform === 'linux' && DISPLAY === undefined && WAYLAND_DISPLAY === undefined) {
    return skip('there is no display. Run it as "xvfb-run --auto-servernum npm run test:electron".');
  }
  return found;
}

/** The package writes the binary's place beside itself when it has fetched it. */
function installed(): string | null {
  try {
    return join(PACKAGE, 'dist', readFileSync(join(PACKAGE, 'path.txt'), 'utf8').trim());
  } catch {
    return null;
  }
}

function skip(why: string): null {
  console.warn(`SKIPPED: the application was not tried in real Electron, because ${why}`);
  return null;
}
