import { UNKNOWN_USAGE, type ChatEvent, type EngineTimings, type TokenUsage } from '../../protocols/chat-event.ts';
import type { ChatPart, ChatRequest } from '../../protocols/chat-request.ts';
import { GarbledReply, type Failure } from '../../protocols/failure.ts';
import type { StreamDecoder, UpstreamFormat } from '../../protocols/format.ts';
import { isJsonObject, type JsonObject } from '../../protocols/json.ts';
import type { FinishReason } from '../../protocols/chat-event.ts';

/** A whole answer, and what its server says of itself. */
export interface CollectedAnswer {
  parts: readonly ChatPart[];
  finishReason: FinishReason;
  usage: TokenUsage;
  timings: EngineTimings | null;
}

/** Longest answer without a stream that is read. */
const MOST_BYTES = 16 * 1024 * 1024;

const GARBLED: Failure = { code: 'upstream_garbled', message: 'The answer is not what its protocol says.' };

/** An answer while it arrives: a stream, or one piece of JSON where a server does not stream. */
export class AnswerCollector {
  answer: CollectedAnswer | null = null;
  failure: Failure | null = null;
  /** What was told of tokens so far. */
  usage: TokenUsage = UNKNOWN_USAGE;
  /** About one token each. */
  pieces = 0;
  readonly #format: UpstreamFormat;
  readonly #request: ChatRequest;
  readonly #decoder: StreamDecoder;
  readonly #parts: ChatPart[] = [];
  readonly #arguments = new Map<number, { place: number; text: string }>();
  readonly #whole: Uint8Array[] = [];
  #wholeBytes = 0;
  readonly #isStream: boolean;

  constructor(options: { format: UpstreamFormat; request: ChatRequest; isStream: boolean }) {
    this.#format = options.format;
    this.#request = options.request;
    this.#isStream = options.isStream;
    this.#decoder = options.format.createDecoder(options.request);
  }

  push(bytes: Uint8Array): void {
    if (this.#isStream) this.#read(this.#decoder.push(bytes));
    else if ((this.#wholeBytes += bytes.length) > MOST_BYTES) this.failure ??= GARBLED;
    else this.#whole.push(bytes);
  }

  end(): void {
    if (this.#isStream) this.#read(this.#decoder.end());
    else this.#readWhole();
    if (this.answer === null) this.failure ??= GARBLED;
  }

  #read(events: readonly ChatEvent[]): void {
    for (const event of events) this.#take(event);
  }

  #take(event: ChatEvent): void {
    switch (event.type) {
      case 'start':
        this.usage = event.usage ?? this.usage;
        return;
      case 'text':
      case 'thinking':
        this.pieces += 1;
        this.#append(event.type, event.text);
        return;
      case 'thinking_signature':
      case 'logprobs':
        return;
      case 'redacted_thinking':
        this.#parts.push({ type: event.type, data: event.data });
        return;
      case 'tool_call':
        this.pieces += 1;
        this.#arguments.set(event.index, { place: this.#parts.length, text: '' });
        this.#parts.push({ type: 'tool_call', id: event.id, name: event.name, arguments: {} });
        return;
      case 'tool_arguments':
        this.#addArguments(event.index, event.text);
        return;
      case 'finish':
        this.#finish(event);
        return;
      case 'error':
        this.failure ??= event.failure;
    }
  }

  #append(type: 'text' | 'thinking', text: string): void {
    const last = this.#parts.at(-1);
    if (last?.type === type) last.text += text;
    else this.#parts.push({ type, text });
  }

  #addArguments(index: number, text: string): void {
    const call = this.#arguments.get(index);
    if (call !== undefined) call.text += text;
  }

  #finish({ reason, usage, timings }: Extract<ChatEvent, { type: 'finish' }>): void {
    for (const { place, text } of this.#arguments.values()) {
      const part = this.#parts[place];
      if (part?.type === 'tool_call') part.arguments = parseObject(text) ?? {};
    }
    this.usage = usage;
    this.answer ??= { parts: this.#parts, finishReason: reason, usage, timings: timings ?? null };
  }

  #readWhole(): void {
    const body = parseObject(Buffer.concat(this.#whole).toString('utf8'));
    if (body === null) return;
    try {
      const { parts, finishReason, usage, timings } = this.#format.parseResult(body, this.#request);
      this.usage = usage;
      this.answer = { parts, finishReason, usage, timings: timings ?? null };
    } catch (error) {
      if (!(error instanceof GarbledReply)) throw error;
    }
  }
}

function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
