import type { IncomingMessage } from 'node:http';
import type { Failure } from '../protocols/failure.ts';

export interface GuardOptions {
  /** Lower-case `host:port` (or `host`) values that may stand in the Host header, exact. */
  hosts: ReadonlySet<string>;
  /** Origins besides the usual local ones, exact. */
  origins: ReadonlySet<string>;
}

export type GuardVerdict =
  /** `cors`: the headers a browser page needs to read the answer; empty for callers that are no page. */
  { allowed: true; cors: readonly string[] } | { allowed: false; failure: Failure };

const NO_CORS: GuardVerdict = { allowed: true, cors: [] };

/** Pages on this machine and desktop apps: the same ones that Ollama lets call by default. */
const LOCAL_ORIGIN =
  /^(https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?|(app|tauri|file|vscode-webview|vscode-file):\/\/[a-z0-9._-]*)$/i;

/**
 * Stands before every route on every address. A loopback port is no boundary: any web page can send requests there, and
 * DNS rebinding makes it same-origin. So the Host header must name us exactly, and a browser's Origin must be a local
 * page, a desktop app or one the person allowed.
 */
export function checkCaller(request: IncomingMessage, options: GuardOptions): GuardVerdict {
  const host = request.headers.host;
  if (host === undefined || !options.hosts.has(host.toLowerCase()) || hostHeaders(request) !== 1) {
    const message = `Calls for the host "${host ?? ''}" are not answered. If this name is yours, add it to gateway.allowedHosts in the settings.`;
    return { allowed: false, failure: { code: 'forbidden', message } };
  }
  const { origin } = request.headers;
  if (origin === undefined) return NO_CORS;
  // A page from our own address, whichever of them: it is ours.
  const isOwn = origin === `http://${host}`;
  if (isOwn || LOCAL_ORIGIN.test(origin) || options.origins.has(origin))
    return { allowed: true, cors: corsHeaders(origin) };
  const message = `Calls from pages of ${origin} are not answered. If you trust it, add it to gateway.allowedOrigins in the settings.`;
  return { allowed: false, failure: { code: 'forbidden', message } };
}

/** Node keeps the first of several Host headers in silence; two of them are an attempt at something. */
function hostHeaders(request: IncomingMessage): number {
  let count = 0;
  const { rawHeaders } = request;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count;
}

function corsHeaders(origin: string): string[] {
  return ['access-control-allow-origin', origin, 'vary', 'origin', 'access-control-expose-headers', EXPOSED_HEADERS];
}

const EXPOSED_HEADERS = [
  'request-id',
  'path',
  'track',
  'model',
  'reason',
  'cost-usd',
  'cache',
  'overhead-ms',
  'adjusted',
]
  .map((name) => `x-pointsman-${name}`)
  .join(', ');

const ALLOWED_HEADERS =
  /^(authorization|content-type|user-agent|accept|x-requested-with|openai-.*|x-stainless-.*|x-api-key|anthropic-.*|x-pointsman-.*|idempotency-key|last-event-id)$/;

/** Headers of the answer to a preflight: methods and the asked-for headers that any of our clients sends. */
export function preflightHeaders(request: IncomingMessage): string[] {
  const asked = request.headers['access-control-request-headers'] ?? '';
  const allowed = asked
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => ALLOWED_HEADERS.test(name));
  return [
    'access-control-allow-methods',
    'GET, HEAD, POST, DELETE, OPTIONS',
    'access-control-allow-headers',
    allowed.join(', '),
    'access-control-max-age',
    '600',
  ];
}

/** The Host values that mean us: loopback names with the port in use, own addresses when bound to all, and the person's own. */
export function allowedHosts(parts: {
  port: number;
  boundHost: string;
  ownAddresses: readonly string[];
  extra: readonly string[];
}): Set<string> {
  const { port, boundHost, ownAddresses, extra } = parts;
  const names = ['127.0.0.1', 'localhost', '[::1]', ...[boundHost, ...ownAddresses].map(bracketed)];
  const hosts = new Set(names.map((name) => `${name}:${port}`.toLowerCase()));
  if (port === 80) for (const name of names) hosts.add(name.toLowerCase());
  for (const name of extra) {
    hosts.add(name.toLowerCase());
    hosts.add(`${name}:${port}`.toLowerCase());
  }
  return hosts;
}

function bracketed(address: string): string {
  return address.includes(':') && !address.startsWith('[') ? `[${address}]` : address;
}
