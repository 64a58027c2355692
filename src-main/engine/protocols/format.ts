import type { ChatEvent, ChatResult, FinishReason, TokenUsage } from './chat-event.ts';
import type { ChatRequest, FormatName, Protocol } from './chat-request.ts';
import type { Failure } from './failure.ts';
import type { JsonObject } from './json.ts';

/** What an answer shows to the client besides its content. */
export interface ReplyContext {
  /** Unique (≥ 96 random bits), without prefix; the encoder adds its protocol's own (`chatcmpl-`, `msg_`, `resp_`). */
  id: string;
  /** The model name the answer carries. */
  model: string;
  /** Unix time in milliseconds. */
  createdAtMs: number;
  /** OpenAI chat and completions streams: the client asked for the usage chunk. Other formats ignore it. */
  includeUsage: boolean;
  /** The request that is answered; the Responses format echoes parts of it. */
  request: ChatRequest;
  /**
   * The opening event (Anthropic message_start) went out with a heartbeat already: do not send it again. Set while the
   * stream waits: read it when the opening event is due, not before.
   */
  startSent?: boolean;
}

/** Turns events into the bytes of a streamed answer. Returns '' when an event sends nothing by itself. */
export interface StreamEncoder {
  encode(event: ChatEvent): string;
}

/**
 * Turns the bytes of an upstream's stream into events. Chunks may be cut anywhere, inside a UTF-8 sequence too: the
 * events do not depend on the cuts except that text may arrive in more pieces.
 */
export interface StreamDecoder {
  push(bytes: Uint8Array): ChatEvent[];
  /** The upstream closed. Emits the missing `error` (`upstream_truncated`) when no terminal marker was seen. */
  end(): ChatEvent[];
}

/** What is known of a stream so far; read by the exchange to hold, release, fail over and book it. */
export interface StreamProgress {
  /** The first text, thinking or tool call has been seen: from here on the client may see output. */
  contentStarted: boolean;
  /** The protocol's own end was seen. */
  finished: boolean;
  /** In-band error or truncation. */
  failure: Failure | null;
  finishReason: FinishReason | null;
  usage: TokenUsage;
  /** How long the engine took to load the model; null: not told. */
  loadNs: number | null;
  /** Content pieces seen: about one token each; the estimate when the upstream tells no usage. */
  contentPieces: number;
  /** The upstream's own name of the model, when told. */
  model?: string;
}

/**
 * Upstream bytes in, client bytes out, in one protocol pair. `push` and `end` return what may be sent on now ('' for
 * nothing). After a failure the return value holds whatever came before it; the caller decides whether the client gets
 * the surface's error event (`failWith`) or another endpoint's answer.
 */
export interface StreamRelay {
  readonly progress: StreamProgress;
  push(bytes: Uint8Array): string | Uint8Array;
  end(): string | Uint8Array;
  /** The bytes that end this client's stream with an error, in the surface's own form. */
  failWith(failure: Failure): string;
}

/** What apps speak to us. */
export interface SurfaceFormat {
  readonly name: FormatName;
  readonly protocol: Protocol;
  /** Content type of a streamed answer. */
  readonly streamType: 'text/event-stream' | 'application/x-ndjson';
  /**
   * Reads a client's body. Strict in what it understands (a wrong type is an InvalidRequest that names the field and
   * what was expected), tolerant to what it does not (kept in `extra` or as an opaque part).
   */
  parseRequest(body: JsonObject): ChatRequest;
  createEncoder(reply: ReplyContext): StreamEncoder;
  printResult(result: ChatResult, reply: ReplyContext): JsonObject;
  /** Same protocol on both sides: bytes pass, watched for content, usage, errors and the end, and repaired if broken. */
  createPassThrough(reply: ReplyContext): StreamRelay;
  /** Same protocol, not streamed. `repaired` is null when the body may go on byte for byte. */
  inspectResult(body: JsonObject): InspectedResult;
  /**
   * Same protocol on both sides: takes out of a body what only we could have put into the conversation and a real
   * upstream would refuse (thinking that we signed). Absent: there is no such thing. Returns `text` when nothing is found.
   */
  scrubBody?(text: string, body: JsonObject): string;
}

export interface InspectedResult {
  usage: TokenUsage;
  finishReason: FinishReason | null;
  model?: string;
  /** False: an answer without text, thinking or tool call. */
  hasContent: boolean;
  repaired: JsonObject | null;
}

/** What of the model and the provider matters when a request is printed for it. */
export interface PrintTarget {
  /** The upstream's own name of the model. */
  model: string;
  /** Output tokens to ask for when the protocol demands a number and the client gave none. */
  defaultMaxOutputTokens: number;
  /** False: the model refuses temperature, top_p and top_k. */
  takesSampling: boolean;
}

export interface PrintedRequest {
  /** Path below the provider's base URL, such as `/chat/completions` or `/api/chat`. */
  path: string;
  body: JsonObject;
  /** What was left out or changed because the target cannot take it, in words; told to the client in a header. */
  adjusted: string[];
}

/** What we speak to providers when the client spoke something else. */
export interface UpstreamFormat {
  readonly name: FormatName;
  readonly protocol: Protocol;
  /**
   * What the request asks for that this format cannot express and that may not be left out (alternatives, log
   * probabilities, parts of another protocol), in words such as "3 alternative answers (n)". Empty: printable.
   */
  unsupported(request: ChatRequest): string[];
  printRequest(request: ChatRequest, target: PrintTarget): PrintedRequest;
  /** `request` tells the decoder what was asked for (a forced tool that the protocol has no word for). */
  createDecoder(request: ChatRequest): StreamDecoder;
  /** Throws GarbledReply. */
  parseResult(body: JsonObject, request: ChatRequest): ChatResult;
}
