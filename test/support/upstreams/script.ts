import type { ProviderKind } from '../../../src-shared/catalogue.ts';
import type { Gate } from './gate.ts';
import type { ReceivedRequest } from './received-request.ts';

/** A piece of a body. Each piece of bytes is one HTTP chunk, so the client reads it as one piece, not joined to others. */
export type Chunk = Uint8Array | string | Gate;

/** What goes over the wire, byte for byte. */
export interface RawReply {
  /** Default 200. */
  status?: number;
  /** As given, whether true or not: a `content-length` may lie. Without one the body is sent in chunks. */
  headers?: Record<string, string>;
  /** Taken one by one as the client reads: an endless generator is fine. */
  chunks?: Iterable<Chunk> | AsyncIterable<Chunk>;
  /**
   * After the last chunk. `complete` (default): the proper end. `close`: the connection closes without it. `reset`: the
   * same with a TCP reset. `hang`: nothing more happens until the client goes away.
   */
  end?: 'complete' | 'close' | 'reset' | 'hang';
  /** Waited for before even the status line is sent. */
  before?: readonly Gate[];
  /** The chunks are all that is sent: no status line, no headers. For peers that do not speak HTTP. */
  headless?: boolean;
}

/** Answers one request. */
export type Script = (asked: Asked) => RawReply;

export interface Asked {
  kind: ProviderKind;
  /** Path below the base URL, without the query: `/chat/completions`, `/messages`, `/api/chat`. */
  path: string;
  request: ReceivedRequest;
  /** Counts the requests of this upstream from 1; the ids in answers are made of it. */
  number: number;
}

/** Exactly these bytes, whatever was asked. */
export function raw(reply: RawReply): Script {
  return () => reply;
}

/** One JSON body. */
export function jsonReply(
  value: unknown,
  options: { status?: number; headers?: Record<string, string> } = {},
): RawReply {
  const text = JSON.stringify(value);
  const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': `${Buffer.byteLength(text)}` };
  return { status: options.status ?? 200, headers: { ...headers, ...options.headers }, chunks: [text] };
}

/** Takes the request and never answers it. */
export function silent(): Script {
  return raw({ headless: true, end: 'hang' });
}

/** Takes the request and hangs up without a byte. */
export function hangingUp(end: 'close' | 'reset' = 'close'): Script {
  return raw({ headless: true, end });
}
