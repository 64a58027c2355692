import type { GatewayCall } from '../call.ts';
import type { Handler, RouteTable } from '../router.ts';
import type { PageFile, Pages } from './load-pages.ts';
import { PAGE_HEADERS } from './page-headers.ts';

const NOT_BUILT = 'The pages of Pointsman are not built yet. Build them with: npm run build\n';

/**
 * The built pages, each file at its path and nothing at any other. They hold no secret and need no token. `/` is the
 * pages' for a browser, and Ollama's for everybody else, because its apps ask there whether it runs.
 */
export function pageRoutes(options: { pages: Pages | null; ollamaRoot: Handler }): RouteTable {
  const { pages, ollamaRoot } = options;
  const routes: Record<string, Handler> = {};
  for (const [path, file] of pages ?? []) routes[`GET ${path}`] = (call) => sendPage(call, file);
  const index = pages?.get('/index.html') ?? null;
  routes['GET /'] = (call) => {
    if (call.request.headers.accept?.includes('text/html') !== true) ollamaRoot(call);
    else if (index === null) send(call, { status: 404, type: 'text/plain; charset=utf-8', body: NOT_BUILT });
    else sendPage(call, index);
  };
  return routes;
}

function sendPage(call: GatewayCall, { bytes, type, etag, isHashed }: PageFile): void {
  const caching = isHashed ? 'public, max-age=31536000, immutable' : 'no-cache';
  const headers = ['etag', etag, 'cache-control', caching];
  const isKnown = call.request.headers['if-none-match']?.includes(etag) === true;
  send(call, isKnown ? { status: 304, headers, type, body: null } : { status: 200, headers, type, body: bytes });
}

interface Answer {
  status: number;
  headers?: readonly string[];
  type: string;
  /** null: the client has it. */
  body: Buffer | string | null;
}

function send(call: GatewayCall, { status, headers = [], type, body }: Answer): void {
  const content = body === null ? [] : ['content-type', type, 'content-length', String(Buffer.byteLength(body))];
  call.response.writeHead(status, [...PAGE_HEADERS, 'vary', 'accept', ...headers, ...content]);
  call.response.end(call.method === 'HEAD' || body === null ? undefined : body);
}
