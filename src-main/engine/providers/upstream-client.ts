import { Pool, type Dispatcher } from 'undici';
import type { Readable } from 'node:stream';
import { createContentDecoder, type ContentDecoder } from './content-decoder.ts';

export interface UpstreamCall {
  /** Scheme, host and port, such as `http://127.0.0.1:11434`. */
  origin: string;
  /** Path with query. */
  path: string;
  method: Dispatcher.HttpMethod;
  /** Names and values in turn; `host` and framing headers are set by the client. */
  headers: string[];
  body: Uint8Array | string | Readable | null;
}

export type UpstreamHeaders = Record<string, string | string[] | undefined>;

/** What a call reports, in order: `onHead`, `onBytes`*, then `onEnd` or `onError`; `onError` may come at any point. */
export interface UpstreamHandlers {
  onHead(status: number, headers: UpstreamHeaders): void;
  onBytes(bytes: Uint8Array): void;
  onEnd(): void;
  /** Never called after `abort`. */
  onError(problem: TransportProblem): void;
}

/** A call under way. Every method may be called at any time, also after the end. */
export interface UpstreamHandle {
  abort(): void;
  pause(): void;
  resume(): void;
}

/** Why no (whole) response came. `reset` before `onHead` on a kept-alive connection is often only a stale connection. */
export interface TransportProblem {
  kind: 'refused' | 'dns' | 'tls' | 'connect_timeout' | 'reset' | 'garbled';
  /** The system's code, such as ECONNREFUSED; never a URL or a header. */
  code: string;
}

/**
 * Speaks HTTP/1.1 and HTTP/2 to providers over undici's dispatch interface, the one without promises and streams: one
 * pool of kept-alive connections for each origin. Bodies arrive decoded. Time limits are the caller's business, except
 * the one for connecting.
 */
export class UpstreamClient {
  readonly #pools = new Map<string, Pool>();
  readonly #connectTimeoutMs: number;

  constructor(options: { connectTimeoutMs: number }) {
    this.#connectTimeoutMs = options.connectTimeoutMs;
  }

  send(call: UpstreamCall, handlers: UpstreamHandlers): UpstreamHandle {
    const dispatch = new Dispatch(handlers);
    this.#poolOf(call.origin).dispatch(
      { path: call.path, method: call.method, headers: call.headers, body: call.body as never },
      dispatch,
    );
    return dispatch;
  }

  /** Ends all connections; calls under way report `reset`. */
  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy()));
    this.#pools.clear();
  }

  #poolOf(origin: string): Pool {
    let pool = this.#pools.get(origin);
    if (pool === undefined) {
      pool = new Pool(origin, {
        connect: { timeout: this.#connectTimeoutMs },
        headersTimeout: 0,
        bodyTimeout: 0,
        keepAliveTimeout: 4_000,
      });
      this.#pools.set(origin, pool);
    }
    return pool;
  }
}

/** One call: undici's callbacks on one side, ours on the other. */
class Dispatch implements Dispatcher.DispatchHandler, UpstreamHandle {
  readonly #handlers: UpstreamHandlers;
  #controller: Dispatcher.DispatchController | null = null;
  #decoder: ContentDecoder | null = null;
  #done = false;
  #aborted = false;

  constructor(handlers: UpstreamHandlers) {
    this.#handlers = handlers;
  }

  abort(): void {
    if (this.#done) return;
    this.#done = true;
    this.#aborted = true;
    this.#decoder?.destroy();
    this.#controller?.abort(new Error('aborted by the gateway'));
  }

  pause(): void {
    if (!this.#done) this.#controller?.pause();
  }

  resume(): void {
    if (!this.#done) this.#controller?.resume();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#aborted) controller.abort(new Error('aborted by the gateway'));
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: UpstreamHeaders): void {
    if (this.#done || status < 200) return;
    const encoding = headers['content-encoding'];
    if (encoding !== undefined) {
      this.#decoder = createContentDecoder(String(encoding), {
        onBytes: (bytes) => {
          if (!this.#done) this.#handlers.onBytes(bytes);
        },
        onEnd: () => this.#finish(),
        onGarbled: () => this.#fail({ kind: 'garbled', code: 'content-encoding' }),
        onFull: () => controller.pause(),
        onRoom: () => this.resume(),
      });
    }
    this.#handlers.onHead(status, headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, bytes: Uint8Array): void {
    if (this.#done) return;
    if (this.#decoder === null) this.#handlers.onBytes(bytes);
    else this.#decoder.push(bytes);
  }

  onResponseEnd(): void {
    if (this.#decoder === null) this.#finish();
    else this.#decoder.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(toTransportProblem(error));
  }

  #finish(): void {
    if (this.#done) return;
    this.#done = true;
    this.#handlers.onEnd();
  }

  #fail(problem: TransportProblem): void {
    if (this.#done) return;
    this.abort();
    this.#handlers.onError(problem);
  }
}

const PROBLEM_BY_CODE: Readonly<Record<string, TransportProblem['kind']>> = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'refused',
  EADDRNOTAVAIL: 'refused',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  UND_ERR_CONNECT_TIMEOUT: 'connect_timeout',
  ETIMEDOUT: 'connect_timeout',
};

/** Sorts Node's and undici's errors. Certificate errors have many codes and are known by their looks. */
export function toTransportProblem(error: unknown): TransportProblem {
  const code = codeOf(error);
  const known = PROBLEM_BY_CODE[code];
  if (known !== undefined) return { kind: known, code };
  if (/CERT|SSL|TLS|SIGNATURE|SELF_SIGNED/.test(code)) return { kind: 'tls', code };
  if (code.startsWith('HPE_') || code.includes('MISMATCH') || code.includes('OVERFLOW'))
    return { kind: 'garbled', code };
  return { kind: 'reset', code };
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause === undefined ? error.name : codeOf(error.cause);
}
