import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { findPageFile } from './find-page-file.ts';
import { pagesPolicy } from './pages-policy.ts';

const TYPES = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.json', 'application/json; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.woff2', 'font/woff2'],
  ['.webmanifest', 'application/manifest+json'],
]);

export type PagesHandler = (request: Pick<Request, 'method' | 'url'>) => Promise<Response>;

/** Answers `app://pointsman/…` from the built pages in `root`; `address` is the engine's, as of each answer. */
export function createPagesHandler(options: { root: string; address: () => string | null }): PagesHandler {
  return async ({ method, url }) => {
    const headers = new Headers({
      'content-security-policy': pagesPolicy(options.address()),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    if (method !== 'GET' && method !== 'HEAD') {
      headers.set('allow', 'GET, HEAD');
      return new Response(null, { status: 405, headers });
    }
    const file = await findPageFile(url, options.root);
    const type = file === null ? undefined : TYPES.get(extname(file));
    if (file === null || type === undefined) return new Response(null, { status: 404, headers });
    headers.set('content-type', type);
    return new Response(method === 'HEAD' ? null : await readFile(file), { status: 200, headers });
  };
}
