import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Beside the built command line, or, when its source is run, where a build puts them. */
const PLACES = ['pages', '../../dist/pages'];

/** Where the built pages are; null: they are not built. */
export function pagesFolder(): string | null {
  const folders = PLACES.map((place) => join(import.meta.dirname, place));
  return folders.find((folder) => existsSync(join(folder, 'index.html'))) ?? null;
}
