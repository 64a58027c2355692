import type { Readable } from 'node:stream';
import type { TransportProblem } from './transport-problem.ts';

export interface UpstreamCall {
  /** Scheme, host and port, such as `http://127.0.0.1:11434`. */
  origin: string;
  /** Path with query. */
  path: string;
  method: string;
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
