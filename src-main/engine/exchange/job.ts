import type { AnswerSigns } from '../learning/answer-signs.ts';
import type { FinishReason, TokenUsage } from '../protocols/chat-event.ts';
import type { ChatRequest } from '../protocols/chat-request.ts';
import type { Failure } from '../protocols/failure.ts';
import type { StreamRelay } from '../protocols/format.ts';
import type { UpstreamCall } from '../providers/upstream-call.ts';
import type { CallLimits, RoutePath } from '../routing/decision.ts';
import type { Endpoint } from '../routing/endpoint.ts';
import type { AttemptRecord, Operation, RequestRecord } from '../store/records.ts';
import type { AnswerCollector } from './answer-collector.ts';
import type { Caller } from './incoming-call.ts';

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
  route: RoutePlan;
  /** Estimate of prompt tokens, for calls whose upstream tells none. */
  promptTokens: number;
  /** Set when request and answer may be kept; null, the usual case: nobody listens for that. */
  keeping: Keeping | null;
  /**
   * `isWatched`: somebody wants to know what the answer was like. Throws InvalidRequest when the request cannot be put
   * into the endpoint's protocol.
   */
  plan(endpoint: Endpoint, isWatched: boolean): CallPlan;
  printError(failure: Failure): { status: number; body: string };
  printStreamError(failure: Failure): string;
  /** What keeps a waiting stream alive; '' where the protocol has nothing for it. */
  heartbeat(): string;
}

/** A request whose answer is listened to, so that both may be kept with the person's consent. */
export interface Keeping {
  /** Number of that consent. */
  consent: number;
  request: ChatRequest;
  caller: Caller;
  /** Of the body as it came. */
  characters: number;
  isPrivate: boolean;
}

/** Where a request may go, and how. */
export interface RoutePlan {
  /** `parallel` and `cascade` need a second candidate: without one a request is served as `single`. */
  path: RoutePath;
  /** In the order of trial; never empty. */
  candidates: readonly Endpoint[];
  /** Time limits by the candidate's place; null: the settings' own. */
  limits: readonly CallLimits[] | null;
  /** `parallel`: the second leg starts this long after the first, unless that has answered. null: it never does. */
  hedgeAfterMs: number | null;
  /** This local model is loaded meanwhile; null: none. */
  warm: Endpoint | null;
  /** Why the first candidate. */
  reason: string;
  /** Who wants to know how it went; null for a request that nobody chose a model for. */
  ticket: RouteTicket | null;
}

/** The chooser's side of a request under way. Neither function may throw or take long. */
export interface RouteTicket {
  /** Whether anybody wants to know what the answer was like; looking costs a few microseconds. */
  readonly wantsSigns: boolean;
  /**
   * Called right before each call: may this candidate be called now, and is there money for it? A sentence when not:
   * then the next one is tried.
   */
  admit(endpoint: Endpoint): string | null;
  /** Called once, when all is over and before the record is appended. */
  settled(outcome: ExchangeOutcome): Settlement;
}

/** What the chooser adds to a request's record. */
export type Settlement = Pick<RequestRecord, 'decision' | 'referenceNanoUsd' | 'energyJoules'>;

/** How a request went. */
export interface ExchangeOutcome {
  record: Omit<RequestRecord, keyof Settlement>;
  /** As `record.attempts`, place by place. */
  attempts: readonly AttemptOutcome[];
  /** Whose answer the client got, broken off or whole; null: nobody's. */
  answeredBy: Endpoint | null;
  /** What that answer was like; null when it did not come to its end, or nobody looked. */
  answer: AnswerSigns | null;
}

/** How one call went, in the words of somebody who wants to predict the next one. */
export interface AttemptOutcome {
  endpoint: Endpoint;
  /** Outcome, failure, tokens and cost as they were booked. */
  booked: AttemptRecord;
  /** Milliseconds spent waiting for a place before the call was sent. */
  queueMs: number;
  /** Milliseconds from sending to the first content; null when it was never sent or none came. */
  firstTokenMs: number | null;
  /** What the engine says that loading the model took; null: it does not say. */
  loadMs: number | null;
  /** Milliseconds from sending to the end; null when it was never sent. */
  callMs: number | null;
  /** Between the first content and the end; null for answers in one piece and where tokens or times are unknown. */
  tokensPerSecond: number | null;
  /** What the answer was like: also of one that was thrown away. null: it did not come to its end, or nobody looked. */
  signs: AnswerSigns | null;
  /** No other call of its track was under way from its sending to its end. */
  ranAlone: boolean;
}

/** One call that is ready to go out, and how its reply is read. */
export interface CallPlan {
  call: UpstreamCall;
  /** What the request lost or changed on its way into the endpoint's protocol, in words. */
  adjusted: readonly string[];
  /** Reads a streamed reply; null when none was asked for. */
  relay: StreamRelay | null;
  /** The first output of a stream that was kept back, without what heartbeats have said of it meanwhile. Absent: nothing. */
  afterHeartbeats?(opening: string | Uint8Array): string | Uint8Array;
  /** Knows what the answer was like when it has ended; null when nobody looks. */
  tap: AnswerTap | null;
  /** Has the answer's text and tool calls when it has ended. Absent: they are not kept. */
  collected?: AnswerCollector;
  /** Reads a whole reply; for a stream, what to do with a server that ignored the wish to stream. */
  readWhole(bytes: Buffer): WholeReply;
}

/** Watches an answer on its way and keeps next to nothing of it. */
export interface AnswerTap {
  /** What the answer was like, once it has come to its end. */
  signs(end: AnswerEnd): AnswerSigns;
}

/** What is known of an answer's end without having read it. */
export interface AnswerEnd {
  finishReason: FinishReason | null;
  /** null: not told. */
  outputTokens: number | null;
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
