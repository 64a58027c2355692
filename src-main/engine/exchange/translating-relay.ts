import type { ChatEvent, EngineTimings } from '../protocols/chat-event.ts';
import type { Failure } from '../protocols/failure.ts';
import type { StreamDecoder, StreamEncoder, StreamRelay } from '../protocols/format.ts';
import { createProgress } from '../protocols/sse-pass-through.ts';
import type { AnswerListener } from './answer-listener.ts';

/** One protocol in, another out: decoder, then encoder, with an eye on what passes. */
export class TranslatingRelay implements StreamRelay {
  readonly progress = createProgress();
  readonly #decoder: StreamDecoder;
  readonly #encoder: StreamEncoder;
  readonly #elapsedNs: () => number;
  readonly #listener: AnswerListener | null;

  constructor(parts: {
    decoder: StreamDecoder;
    encoder: StreamEncoder;
    elapsedNs: () => number;
    /** Hears the answer as it passes; null: nobody does. */
    listener: AnswerListener | null;
  }) {
    this.#decoder = parts.decoder;
    this.#encoder = parts.encoder;
    this.#elapsedNs = parts.elapsedNs;
    this.#listener = parts.listener;
  }

  push(bytes: Uint8Array): string {
    return this.#encode(this.#decoder.push(bytes));
  }

  end(): string {
    return this.#encode(this.#decoder.end());
  }

  failWith(failure: Failure): string {
    return this.#encoder.encode({ type: 'error', failure });
  }

  #encode(events: readonly ChatEvent[]): string {
    let out = '';
    for (const event of events) {
      if (this.progress.failure !== null) break;
      this.#note(event);
      this.#listener?.hear(event);
      if (event.type === 'finish') out += this.#encoder.encode(withTotal(event, this.#elapsedNs));
      else if (event.type !== 'error') out += this.#encoder.encode(event);
    }
    return out;
  }

  #note(event: ChatEvent): void {
    const { progress } = this;
    switch (event.type) {
      case 'start':
        if (event.model !== undefined) progress.model = event.model;
        if (event.usage !== undefined) progress.usage = event.usage;
        return;
      case 'finish':
        progress.finished = true;
        progress.finishReason = event.reason;
        progress.usage = event.usage;
        progress.loadNs = event.timings?.loadNs ?? null;
        return;
      case 'error':
        progress.failure = event.failure;
        return;
      case 'logprobs':
      case 'thinking_signature':
        return;
      case 'text':
      case 'thinking':
      case 'redacted_thinking':
      case 'tool_call':
      case 'tool_arguments':
        progress.contentStarted = true;
        progress.contentPieces += 1;
    }
  }
}

/** Ollama's answers tell how long they took; where the upstream did not, our own measurement stands in. */
export function withTotal<Ending extends { timings?: EngineTimings }>(ending: Ending, elapsedNs: () => number): Ending {
  if (ending.timings?.totalNs !== undefined) return ending;
  return { ...ending, timings: { ...ending.timings, totalNs: elapsedNs() } };
}
