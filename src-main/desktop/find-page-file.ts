import { realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { PAGE_HOST, PAGE_SCHEME } from './own-page.ts';

/** Names that a build makes: no leading dot, nothing that any system reads as more than a name. */
const PLAIN_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;

/** What a URL parser drops or turns round in silence. */
const UNFIT = /[\0-\x20\\]/;

/**
 * The file under `root` that an address of the pages means; null when there is none or it would lie elsewhere, be it by
 * `..`, a backslash, a NUL, an encoding of them, another host or a symbolic link.
 */
export async function findPageFile(address: string, root: string): Promise<string | null> {
  const url = UNFIT.test(address) ? null : URL.parse(address);
  if (url?.protocol !== `${PAGE_SCHEME}:` || url.host !== PAGE_HOST) return null;
  const names = (url.pathname === '/' ? '/index.html' : url.pathname).slice(1).split('/');
  // A percent sign is no part of a plain name either, so there is nothing to decode.
  if (!names.every((name) => PLAIN_NAME.test(name))) return null;
  try {
    const [folder, file] = await Promise.all([realpath(root), realpath(join(root, ...names))]);
    if (!file.startsWith(folder + sep)) return null;
    return (await stat(file)).isFile() ? file : null;
  } catch {
    return null;
  }
}
