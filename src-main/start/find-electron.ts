import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Where Electron is, or why it cannot be had, completing "because …". */
export type FoundElectron = { ok: true; binary: string } | { ok: false; because: string };

/** Enough for 120 MB at 10 Mbit/s; a network that swallows connections must not hold the start for ever. */
const DOWNLOAD_LIMIT_MS = 120_000;

/**
 * Electron's binary; where it is not there yet it is downloaded, as its own installer does it. `folder`: the package's;
 * `tell` hears what takes long.
 */
export async function findElectron(options: {
  tell: (sentence: string) => void;
  folder?: string;
  limitMs?: number;
}): Promise<FoundElectron> {
  const folder = options.folder ?? packageFolder();
  if (folder === null)
    return { ok: false, because: 'Electron is not installed (npm install was told to leave it out)' };
  const present = binaryIn(folder);
  if (present !== null) return { ok: true, binary: present };
  const limitMs = options.limitMs ?? DOWNLOAD_LIMIT_MS;
  options.tell(`Downloading Electron, once; this takes up to ${Math.round(limitMs / 1000)} seconds.`);
  const problem = await download({ installer: join(folder, 'install.js'), limitMs });
  const binary = problem === null ? binaryIn(folder) : null;
  if (binary !== null) return { ok: true, binary };
  return { ok: false, because: `Electron could not be downloaded (${problem ?? 'its installer left nothing'})` };
}

function packageFolder(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return null;
  }
}

/** Electron's package writes the binary's name down when it is there. */
function binaryIn(folder: string): string | null {
  const nameFile = join(folder, 'path.txt');
  if (!existsSync(nameFile)) return null;
  const binary = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), readFileSync(nameFile, 'utf8'));
  return existsSync(binary) ? binary : null;
}

/** null: it went well; else what went wrong, in a few words. */
function download({ installer, limitMs }: { installer: string; limitMs: number }): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [installer], {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: limitMs,
      killSignal: 'SIGKILL',
    });
    let complaint = '';
    child.stderr.on('data', (piece: Buffer) => (complaint += piece.toString()));
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(null);
      else resolve(signal === null ? (firstLine(complaint) ?? `exit code ${String(code)}`) : 'it took too long');
    });
  });
}

function firstLine(text: string): string | null {
  return (
    text
      .split('\n')
      .find((line) => /\w/.test(line))
      ?.trim() ?? null
  );
}
