import { connect, type Socket } from 'node:net';
import type { Clock } from '../ports.ts';
import { sendTogether } from '../send-together.ts';
import { Http1Garbled, Http1ResponseParser, type Http1ResponseEvents } from './http1-response-parser.ts';
import { toTransportProblem, type TransportProblem } from './transport-problem.ts';
import type { UpstreamCall, UpstreamHandle, UpstreamHandlers, UpstreamHeaders } from './upstream-call.ts';

/** Servers close idle connections after 5 s and more; ours are given up before that. */
const IDLE_MS = 4_000;

/**
 * What any connection reads comes here first and is taken, or copied, before the next read: without it Node makes 64 KB
 * for every read and gives most of it back.
 */
const READ_BUFFER = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * HTTP/1.1 without TLS over raw sockets, for the engines on this machine and on the local network, where a request's own
 * work is the smallest and the client's the most felt. One request at a time on a connection; whole responses only give
 * a connection back. No redirects, no cookies, no proxies.
 */
export class Http1Client {
  #options: Http1Options;
  readonly #idle: Connection[] = [];
  readonly #all = new Set<Connection>();
  #stopSweep: (() => void) | null = null;

  constructor(options: Http1Options) {
    this.#options = options;
  }

  /** `call.body` must be bytes, text or nothing. */
  send(call: UpstreamCall, handlers: UpstreamHandlers): UpstreamHandle {
    const connection = this.#idle.pop() ?? this.#open();
    return connection.send(call, handlers);
  }

  /** Holds for every connection that is opened from now on. */
  setConnectTimeout(connectTimeoutMs: number): void {
    this.#options = { ...this.#options, connectTimeoutMs };
  }

  close(): void {
    this.#stopSweep?.();
    for (const connection of this.#all) connection.destroy();
  }

  #open(): Connection {
    const connection: Connection = new Connection(this.#options, {
      onFree: () => this.#keep(connection),
      onGone: () => this.#drop(connection),
    });
    this.#all.add(connection);
    return connection;
  }

  #keep(connection: Connection): void {
    connection.idleSinceMs = this.#options.clock.monotonicMs();
    this.#idle.push(connection);
    this.#stopSweep ??= this.#options.clock.after(IDLE_MS, () => this.#sweep());
  }

  #drop(connection: Connection): void {
    this.#all.delete(connection);
    const at = this.#idle.indexOf(connection);
    if (at !== -1) this.#idle.splice(at, 1);
  }

  /** The last given back is the first taken again, so that the longest idle one stands first. */
  #sweep(): void {
    const nowMs = this.#options.clock.monotonicMs();
    for (const connection of [...this.#idle]) if (nowMs - connection.idleSinceMs >= IDLE_MS) connection.destroy();
    const [next] = this.#idle;
    this.#stopSweep =
      next === undefined ? null : this.#options.clock.after(next.idleSinceMs + IDLE_MS - nowMs, () => this.#sweep());
  }
}

export interface Http1Options {
  host: string;
  port: number;
  /** Value of the Host header. */
  authority: string;
  connectTimeoutMs: number;
  clock: Clock;
}

/** One socket and the exchange on it. */
class Connection {
  idleSinceMs = 0;
  readonly #socket: Socket;
  readonly #options: Http1Options;
  readonly #pool: { onFree(): void; onGone(): void };
  #exchange: ConnectionExchange | null = null;
  /** The request of the exchange was written. */
  #isSent = false;
  #stopConnectTimer: (() => void) | null;

  constructor(options: Http1Options, pool: { onFree(): void; onGone(): void }) {
    this.#options = options;
    this.#pool = pool;
    this.#socket = connect({
      host: options.host,
      port: options.port,
      noDelay: true,
      keepAlive: true,
      onread: { buffer: READ_BUFFER, callback: (length) => this.#receive(READ_BUFFER.subarray(0, length)) },
    });
    this.#stopConnectTimer = options.clock.after(options.connectTimeoutMs, () => {
      this.#lose({ kind: 'connect_timeout', code: 'connect_timeout' });
    });
    this.#socket.on('connect', () => this.#stopTimer());
    this.#socket.on('error', (error) => this.#lose(toTransportProblem(error)));
    this.#socket.on('end', () => this.#ended());
    this.#socket.on('close', () => this.#lose({ kind: 'reset', code: 'closed' }));
  }

  send(call: UpstreamCall, handlers: UpstreamHandlers): UpstreamHandle {
    const exchange = new ConnectionExchange(call.method, handlers, this, this.#socket);
    this.#exchange = exchange;
    this.#isSent = false;
    sendTogether(() => this.#sendNow(exchange, call));
    return exchange;
  }

  #sendNow(exchange: ConnectionExchange, call: UpstreamCall): void {
    if (this.#exchange !== exchange) return;
    this.#isSent = true;
    this.#write(call);
  }

  /**
   * The exchange is over. Only after a whole response may the connection carry another one, and only if the request is out:
   * a server that answered before it had read all may leave the rest unread.
   */
  release(exchange: ConnectionExchange, reusable: boolean): void {
    if (this.#exchange !== exchange) return;
    this.#exchange = null;
    if (reusable && !this.#socket.destroyed && this.#socket.writableLength === 0) this.#pool.onFree();
    else this.destroy();
  }

  destroy(): void {
    this.#stopTimer();
    this.#socket.destroy();
    this.#pool.onGone();
  }

  /** Head and text body leave in one write; as Latin-1, which is quicker, where all is ASCII and so the bytes are the same. */
  #write({ method, path, headers, body }: UpstreamCall): void {
    let head = `${toToken(method)} ${toTarget(path)} HTTP/1.1\r\nhost: ${this.#options.authority}\r\nconnection: keep-alive\r\n`;
    for (let at = 0; at + 1 < headers.length; at += 2) {
      head += `${toToken(headers[at] ?? '')}: ${toFieldValue(headers[at + 1] ?? '')}\r\n`;
    }
    if (typeof body === 'string') {
      const length = Buffer.byteLength(body);
      const encoding = length === body.length ? 'latin1' : 'utf8';
      this.#socket.write(`${head}content-length: ${length}\r\n\r\n${body}`, encoding);
    } else if (body instanceof Uint8Array) {
      this.#socket.cork();
      this.#socket.write(`${head}content-length: ${body.length}\r\n\r\n`);
      this.#socket.write(body);
      this.#socket.uncork();
    } else this.#socket.write(`${head}${method === 'GET' || method === 'HEAD' ? '' : 'content-length: 0\r\n'}\r\n`);
  }

  /** What comes before the request has left answers nothing: such a connection was about to close. Reading goes on. */
  #receive(bytes: Buffer): true {
    if (this.#exchange === null || !this.#isSent) this.#lose({ kind: 'reset', code: 'early' });
    else if (!this.#exchange.receive(bytes)) this.destroy();
    return true;
  }

  #ended(): void {
    if (this.#exchange?.closed() === true) this.destroy();
    else this.#lose({ kind: 'reset', code: 'ended' });
  }

  #lose(problem: TransportProblem): void {
    const exchange = this.#exchange;
    this.#exchange = null;
    this.destroy();
    exchange?.fail(problem);
  }

  #stopTimer(): void {
    this.#stopConnectTimer?.();
    this.#stopConnectTimer = null;
  }
}

/** One request and its response. */
class ConnectionExchange implements UpstreamHandle, Http1ResponseEvents {
  readonly #socket: Socket;
  readonly #parser: Http1ResponseParser;
  readonly #connection: Connection;
  readonly #handlers: UpstreamHandlers;
  #over = false;

  constructor(method: string, handlers: UpstreamHandlers, connection: Connection, socket: Socket) {
    this.#handlers = handlers;
    this.#socket = socket;
    this.#connection = connection;
    this.#parser = new Http1ResponseParser(method, this);
  }

  abort(): void {
    if (this.#over) return;
    this.#over = true;
    this.#connection.release(this, false);
  }

  pause(): void {
    if (!this.#over) this.#socket.pause();
  }

  resume(): void {
    if (!this.#over) this.#socket.resume();
  }

  onHead(status: number, headers: UpstreamHeaders): void {
    if (!this.#over) this.#handlers.onHead(status, headers);
  }

  /** The bytes stand in the buffer of the next read; whom they are given may keep them. */
  onBody(bytes: Uint8Array): void {
    if (!this.#over) this.#handlers.onBytes(Buffer.from(bytes));
  }

  onEnd(reusable: boolean): void {
    if (this.#over) return;
    this.#over = true;
    this.#socket.resume();
    this.#connection.release(this, reusable);
    this.#handlers.onEnd();
  }

  /** False: what came is no response, and the connection is of no more use. */
  receive(bytes: Buffer): boolean {
    try {
      this.#parser.push(bytes);
      return true;
    } catch (error) {
      if (!(error instanceof Http1Garbled)) throw error;
      this.fail({ kind: 'garbled', code: error.code });
      return false;
    }
  }

  /** The peer closed; true when that was the end of the response. */
  closed(): boolean {
    return this.#parser.close();
  }

  fail(problem: TransportProblem): void {
    if (this.#over) return;
    this.#over = true;
    this.#handlers.onError(problem);
  }
}

/** Visible ASCII, spaces and tabs: all that a field value needs (RFC 9110 §5.5); anything else would be an injection. */
function toFieldValue(text: string): string {
  return /[^\t\x20-\x7e]/.test(text) ? text.replace(/[^\t\x20-\x7e]/g, '') : text;
}

/** A method or a field name, without what belongs in neither (RFC 9110 §5.6.2). */
function toToken(text: string): string {
  return /[^!#$%&'*+\-.^_`|~\w]/.test(text) ? text.replace(/[^!#$%&'*+\-.^_`|~\w]/g, '') : text;
}

/** A path with query on one line: whatever is not visible ASCII is percent-encoded. */
function toTarget(path: string): string {
  return /[^\x21-\x7e]/.test(path) ? path.toWellFormed().replace(/[^\x21-\x7e]/gu, encodeURIComponent) : path;
}
