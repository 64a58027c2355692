import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { fixLayouts } from './fix-layouts.ts';

/** An `import` of node:http evaluates all its exports, WebSocket with the whole of fetch among them: 14 MB for nothing. */
const { createServer } = process.getBuiltinModule('node:http');

/** What guards a listener against too many and too slow senders. */
export interface ListenerLimits {
  maxConnections: number;
  headersTimeoutMs: number;
  requestTimeoutMs: number;
}

export interface ListenerOptions extends ListenerLimits {
  host: string;
  /** 0: any free port. */
  port: number;
  onRequest: (request: IncomingMessage, response: ServerResponse) => void;
}

export interface Listener {
  host: string;
  port: number;
  /** Other limits, from now on; of connections that are open, too. */
  setLimits(limits: ListenerLimits): void;
  /** Stops accepting, ends idle connections, and cuts the others after `graceMs`; settles when all of them have ended. */
  close(graceMs: number): Promise<void>;
}

/** The port cannot be had. The message says which, why, and what to do; nobody else's process is touched. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** Opens one HTTP listener. Node's parser guards headers, framing and slow senders. */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  fixLayouts();
  const server = createServer(
    {
      connectionsCheckingInterval: 1_000,
      keepAliveTimeout: 75_000,
      requireHostHeader: false,
      noDelay: true,
    },
    options.onRequest,
  );
  const setLimits = (limits: ListenerLimits): void => {
    server.maxConnections = limits.maxConnections;
    // Node takes the shorter of the two for the headers, whichever it was meant for: keep both meanings.
    server.headersTimeout = Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs);
    server.requestTimeout = limits.requestTimeoutMs;
  };
  setLimits(options);
  server.on('clientError', answerBrokenRequest);
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  return { host: options.host, port, setLimits, close: (graceMs) => close({ server, open, graceMs }) };
}

function listen(server: Server, { host, port }: ListenerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen({ host, port }, resolve);
  });
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): ListenError {
  const change = `Choose another port with --port or gateway.port in the settings.`;
  switch (error.code) {
    case 'EADDRINUSE':
      return new ListenError(`Port ${port} on ${host} is in use by another program. Stop it. ${change}`, {
        cause: error,
      });
    case 'EACCES':
      return new ListenError(`Port ${port} on ${host} is reserved by the system or forbidden. ${change}`, {
        cause: error,
      });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ListenError(`This machine has no address ${host}. Set gateway.host to 127.0.0.1.`, { cause: error });
    default:
      return new ListenError(`Port ${port} on ${host} cannot be opened (${error.code ?? error.message}). ${change}`, {
        cause: error,
      });
  }
}

const BROKEN_REQUESTS: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

/** What arrived is no HTTP request, or stopped half-way: say so, in JSON that any client can show, and hang up. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = BROKEN_REQUESTS[error.code ?? ''] ?? '400 Bad Request';
  const message = status.startsWith('408')
    ? 'The request did not arrive in time.'
    : 'This is not a valid HTTP request.';
  const body = JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: null } });
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  // Ending alone would leave the connection to a sender that never closes its own side.
  socket.destroySoon();
}

const IDLE_SWEEP_MS = 20;

async function close(options: { server: Server; open: ReadonlySet<Socket>; graceMs: number }): Promise<void> {
  const { server, open, graceMs } = options;
  await new Promise<void>((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    // A connection whose answer has ended meanwhile would wait for a next request, which nobody will take.
    const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(sweep);
      resolve();
    });
    server.closeIdleConnections();
  });
  // Node calls a server closed a moment before its last connections say so, which is when their requests are booked.
  await Promise.all([...open].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
}
