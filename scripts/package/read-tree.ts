import { statSync } from 'node:fs';
import { extractFile, listPackage, statFile } from '@electron/asar';
import type { Packed } from './pack-tree.ts';

export interface PackedFile {
  bytes: number;
  /** On disk beside the archive instead of in it. */
  unpacked: boolean;
}

/** A packed application as the checks see it. Paths are relative, with forward slashes. */
export interface PackedTree extends Packed {
  asarBytes: number;
  files: ReadonlyMap<string, PackedFile>;
  text(path: string): string;
}

/** Reads the table of contents of an archive; contents are read when they are asked for. */
export function readTree(packed: Packed): PackedTree {
  const { asar } = packed;
  const files = new Map<string, PackedFile>();
  for (const listed of listPackage(asar, { isPack: false })) {
    const path = listed.replaceAll('\\', '/').replace(/^\//, '');
    const entry = statFile(asar, native(path));
    if ('size' in entry) files.set(path, { bytes: entry.size, unpacked: entry.unpacked });
  }
  return {
    ...packed,
    asarBytes: statSync(asar).size,
    files,
    text: (path) => extractFile(asar, native(path)).toString('utf8'),
  };
}

/** The archive's reader wants the separators of the machine it runs on. */
function native(path: string): string {
  return process.platform === 'win32' ? path.replaceAll('/', '\\') : path;
}
