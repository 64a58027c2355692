import { createHash } from 'node:crypto';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

/** A built file, as it is sent. */
export interface PageFile {
  bytes: Buffer;
  type: string;
  etag: string;
  /** Its name changes with its content. */
  isHashed: boolean;
}

/** By path from the root: `/index.html`, `/assets/main-4f2a.js`. */
export type Pages = ReadonlyMap<string, PageFile>;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/** Vite puts files with a hash in their name there, and nothing else. */
const HASHED = '/assets/';

/**
 * Reads the built pages into memory, so that no path of a request ever touches the disk. Files of other types, source
 * maps among them, and links that lead out of the folder are left out. null: there are no pages in it.
 */
export async function loadPages(folder: string | null): Promise<Pages | null> {
  if (folder === null) return null;
  let root: string;
  try {
    root = await realpath(folder);
  } catch {
    return null;
  }
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const found = await Promise.all(entries.map((entry) => loadFile(root, join(entry.parentPath, entry.name))));
  const pages = new Map(found.filter((each) => each !== null));
  return pages.has('/index.html') ? pages : null;
}

async function loadFile(root: string, file: string): Promise<[path: string, page: PageFile] | null> {
  const type = TYPES[extname(file)];
  if (type === undefined) return null;
  try {
    if (!(await realpath(file)).startsWith(root + sep)) return null;
    const bytes = await readFile(file);
    const path = `/${relative(root, file).split(sep).join('/')}`;
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`;
    return [path, { bytes, type, etag, isHashed: path.startsWith(HASHED) }];
  } catch {
    // A folder with a name like a file's, or one that went away meanwhile.
    return null;
  }
}
