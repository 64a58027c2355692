import type { FinishReason, TokenUsage } from '../protocols/chat-event.ts';
import type { Failure } from '../protocols/failure.ts';
import type { StreamRelay } from '../protocols/format.ts';
import type { UpstreamCall } from '../providers/upstream-call.ts';
import type { Endpoint } from '../routing/endpoint.ts';
import type { Operation } from '../store/records.ts';

/**
 * One request after parsing and before anything was called: what the exchange needs to serve it, whatever it asks for.
 * Text, embeddings and token counts differ only in how a call is planned and an error is printed.
 */
export interface Job {
  id: string;
  operation: Operation;
  /** Monotonic milliseconds of the request's arrival. */
  arrivedMs: number;
  startedAtMs: number;
  app: string | null;
  requestedModel: string;
  stream: boolean;
  /** Content type of a streamed answer. */
  streamType: string;
  /** Endpoints in the order of trial; never empty. */
  candidates: readonly Endpoint[];
  /** Why the first of them. */
  reason: string;
  /** Estimate of prompt tokens, for calls whose upstream tells none. */
  promptTokens: number;
  /** Throws InvalidRequest when the request cannot be put into the endpoint's protocol. */
  plan(endpoint: Endpoint): CallPlan;
  printError(failure: Failure): { status: number; body: string };
  printStreamError(failure: Failure): string;
  /** What keeps a waiting stream alive; '' where the protocol has nothing for it. */
  heartbeat(): string;
}

/** One call that is ready to go out, and how its reply is read. */
export interface CallPlan {
  call: UpstreamCall;
  /** What the request lost or changed on its way into the endpoint's protocol, in words. */
  adjusted: readonly string[];
  /** Reads a streamed reply; null when none was asked for. */
  relay: StreamRelay | null;
  /** Reads a whole reply; for a stream, what to do with a server that ignored the wish to stream. */
  readWhole(bytes: Buffer): WholeReply;
}

export interface WholeReply {
  /** What the client gets. */
  body: string | Uint8Array;
  usage: TokenUsage;
  finishReason: FinishReason | null;
  /** Set when the upstream reported an error with status 200. */
  failure: Failure | null;
}

/** The client's side of an exchange, as the gateway gives it. */
export interface ClientSink {
  readonly headSent: boolean;
  /** The client hung up. */
  readonly isGone: boolean;
  /** `headers`: names and values in turn. */
  head(status: number, headers: string[]): void;
  /** Sends the head without waiting for the first bytes of the body. */
  flushHead(): void;
  /** False: nothing more, please, until `onDrain`. */
  write(bytes: string | Uint8Array): boolean;
  end(bytes?: string | Uint8Array): void;
  /** Cuts the connection: the client cannot be told in any other way. */
  destroy(): void;
  /** Who is told; null: nobody any more. */
  listener: SinkListener | null;
}

export interface SinkListener {
  onDrain(): void;
  onHangUp(): void;
}
