import type { IncomingHttpHeaders } from 'node:http';
import { Client } from 'undici';
import type { Clock } from '../ports.ts';
import type { JsonValue } from '../protocols/json.ts';
import { toTransportProblem, type TransportProblem } from './transport-problem.ts';

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

/**
 * One small JSON request over HTTP, on a connection of its own that closes after it. For lists, probes and admin calls;
 * requests of apps go through UpstreamClient.
 */
export async function requestJson(options: JsonRequest): Promise<JsonReply> {
  const abort = new AbortController();
  const stop = (why: StopReason) => abort.abort(why);
  const stopOnAbort = () => stop('aborted');
  if (options.signal?.aborted === true) return { kind: 'unreachable', cause: 'aborted', code: 'aborted' };
  options.signal?.addEventListener('abort', stopOnAbort);
  const cancelTimer = options.clock.after(options.timeoutMs, () => stop('timeout'));
  try {
    return await exchange(options, abort.signal);
  } catch (error) {
    const why = stopReason(abort.signal);
    if (why !== null) return { kind: 'unreachable', cause: why, code: why };
    const problem = toTransportProblem(error);
    return { kind: 'unreachable', cause: problem.kind, code: problem.code };
  } finally {
    cancelTimer();
    options.signal?.removeEventListener('abort', stopOnAbort);
  }
}

type StopReason = 'timeout' | 'aborted';

/** Why we broke a request off ourselves; null when we did not. */
function stopReason(signal: AbortSignal): StopReason | null {
  if (!signal.aborted) return null;
  return signal.reason === 'timeout' ? 'timeout' : 'aborted';
}

async function exchange(options: JsonRequest, signal: AbortSignal): Promise<JsonReply> {
  const { origin, path, method = 'GET', body, maxBytes = MAX_BYTES } = options;
  const connection = new Client(origin);
  try {
    const reply = await connection.request({
      path,
      method,
      headers: headersOf(options),
      body: body === undefined ? null : JSON.stringify(body),
      signal,
      reset: true,
    });
    const { statusCode: status, headers } = reply;
    return toReply(status, headers, await readText(reply.body, maxBytes));
  } finally {
    await connection.destroy();
  }
}

function toReply(status: number, headers: IncomingHttpHeaders, text: string | null): JsonReply {
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

/** null when there is more than `maxBytes`. */
async function readText(body: AsyncIterable<unknown>, maxBytes: number): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    if (!(chunk instanceof Uint8Array)) continue;
    bytes += chunk.length;
    // Leaving the loop destroys the body and with it the connection.
    if (bytes > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
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
