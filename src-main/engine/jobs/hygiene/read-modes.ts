import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FolderModes } from './judge-files.ts';

/** Reads the permissions of a folder and of the plain files in it. A file that goes meanwhile is left out. Throws the system's error. */
export async function readModes(folder: string): Promise<FolderModes> {
  const { mode } = await stat(folder);
  const entries = await readdir(folder, { withFileTypes: true });
  const files = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async ({ name }) => {
        const found = await lstat(join(folder, name)).catch(() => null);
        return found === null ? [] : [{ name, mode: found.mode & 0o777 }];
      }),
  );
  return { folder, mode: mode & 0o777, files: files.flat().sort((one, other) => (one.name < other.name ? -1 : 1)) };
}
