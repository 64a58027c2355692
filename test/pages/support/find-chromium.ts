import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];

/** Chromium on the PATH, or where `CHROMIUM_BIN` says. Returns null, and says so loudly, when there is none. */
export function findChromium(): string | null {
  const { CHROMIUM_BIN, PATH = '' } = process.env;
  const places = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const found = [...(CHROMIUM_BIN === undefined ? [] : [CHROMIUM_BIN]), ...places].find(isRunnable);
  if (found !== undefined) return found;
  console.warn('SKIPPED: the pages are tested in Chromium, and none is on the PATH. Install it or set CHROMIUM_BIN.');
  return null;
}

function isRunnable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
