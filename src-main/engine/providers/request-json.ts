import type { Clock } from '../ports.ts';
import type { JsonValue } from '../protocols/json.ts';
import type { TransportProblem } from './transport-problem.ts';
import type { UpstreamHandle, UpstreamHeaders } from './upstream-call.ts';
import { UpstreamClient } from './upstream-client.ts';

export interface JsonRequest {
  clock: Clock;
  /** Scheme, host and port. */
  origin: string;
  /** Path with query. */
  path: string;
  method?: 'GET' | 'POST';
  /** Names and values in turn. */
  headers?: readonly string[];
  body?: JsonValue;
  timeoutMs: number;
  /** Largest body that is read. */
  maxBytes?: number;
  signal?: AbortSignal;
}

/** What came of a request, without exceptions. Bodies are untrusted. */
export type JsonReply =
  | { kind: 'ok'; body: JsonValue }
  /** A status other than 2xx. Redirections are never followed: they would carry the key to another place. */
  | { kind: 'status'; status: number; body: JsonValue | null; location: string | null; retryAfter: string | null }
  | { kind: 'unreachable'; cause: UnreachableCause; code: string }
  /** 2xx, but not JSON (`web_page` when it is HTML), or more of it than is read. */
  | { kind: 'garbled'; reason: 'web_page' | 'not_json' | 'too_large' };

/** `timeout`: no whole answer in time. `aborted`: our own wish. The rest is how the connection failed. */
export type UnreachableCause = TransportProblem['kind'] | 'timeout' | 'aborted';

const MAX_BYTES = 16 * 1024 * 1024;

/** One small JSON request over HTTP, on a connection of its own that is closed after it. For lists, probes and admin calls. */
export async function requestJson(options: JsonRequest): Promise<JsonReply> {
  const { clock, timeoutMs } = options;
  // Our own time limit covers connecting too, and comes first.
  const client = new UpstreamClient({ connectTimeoutMs: timeoutMs * 2, clock });
  try {
    return await exchange(client, options);
  } finally {
    await client.close();
  }
}

function exchange(client: UpstreamClient, options: JsonRequest): Promise<JsonReply> {
  const { clock, timeoutMs, signal, origin, path, method = 'GET', body, maxBytes = MAX_BYTES } = options;
  return new Promise((resolve) => {
    const collected = new CollectedJson(maxBytes);
    const finish = (reply: JsonReply) => {
      cancelTimer();
      signal?.removeEventListener('abort', stopOnAbort);
      handle?.abort();
      resolve(reply);
    };
    const stop = (cause: 'timeout' | 'aborted') => finish({ kind: 'unreachable', cause, code: cause });
    const stopOnAbort = () => stop('aborted');
    const cancelTimer = clock.after(timeoutMs, () => stop('timeout'));
    let handle: UpstreamHandle | null = null;
    if (signal?.aborted === true) {
      stop('aborted');
      return;
    }
    signal?.addEventListener('abort', stopOnAbort);
    const text = body === undefined ? null : JSON.stringify(body);
    handle = client.send(
      { origin, path, method, headers: headersOf(options), body: text },
      {
        onHead: (status, headers) => collected.begin(status, headers),
        onBytes(bytes) {
          if (!collected.push(bytes)) finish(collected.toReply());
        },
        onEnd: () => finish(collected.toReply()),
        onError: ({ kind, code }) => finish({ kind: 'unreachable', cause: kind, code }),
      },
    );
  });
}

/** A reply while it arrives. */
class CollectedJson {
  readonly #maxBytes: number;
  readonly #pieces: Uint8Array[] = [];
  #bytes = 0;
  #status = 0;
  #headers: UpstreamHeaders = {};

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  begin(status: number, headers: UpstreamHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  /** False: that is more than is read. */
  push(bytes: Uint8Array): boolean {
    this.#bytes += bytes.length;
    this.#pieces.push(bytes);
    return this.#bytes <= this.#maxBytes;
  }

  toReply(): JsonReply {
    const isWhole = this.#bytes <= this.#maxBytes;
    return toReply(this.#status, this.#headers, isWhole ? Buffer.concat(this.#pieces).toString('utf8') : null);
  }
}

function toReply(status: number, headers: UpstreamHeaders, text: string | null): JsonReply {
  const json = text === null ? undefined : parseJson(text);
  if (status < 200 || status > 299) {
    const retryAfter = first(headers['retry-after']);
    return { kind: 'status', status, body: json ?? null, location: first(headers.location), retryAfter };
  }
  if (text === null) return { kind: 'garbled', reason: 'too_large' };
  if (json !== undefined) return { kind: 'ok', body: json };
  return { kind: 'garbled', reason: /^\s*<(!doctype|html)/i.test(text) ? 'web_page' : 'not_json' };
}

function headersOf(options: JsonRequest): string[] {
  const type = options.body === undefined ? [] : ['content-type', 'application/json'];
  return ['accept', 'application/json', 'accept-encoding', 'identity', ...type, ...(options.headers ?? [])];
}

function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function first(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null;
}
