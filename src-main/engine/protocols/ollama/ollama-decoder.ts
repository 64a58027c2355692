import type { ChatEvent } from '../chat-event.ts';
import type { ChatRequest } from '../chat-request.ts';
import type { StreamDecoder } from '../format.ts';
import { LineSplitter } from '../ndjson.ts';
import { ChunkReader } from './chunk-reader.ts';
import { parseLine } from './parse-line.ts';
import { GARBLED, TRUNCATED } from './errors.ts';
import type { Shape } from './shape.ts';

/** Reads Ollama's NDJSON stream. A line that is no JSON object ends it with an error, and so does a missing end. */
export class OllamaDecoder implements StreamDecoder {
  readonly #lines = new LineSplitter();
  readonly #reader: ChunkReader;
  #failed = false;

  constructor(shape: Shape, request: ChatRequest) {
    this.#reader = new ChunkReader(shape, request);
  }

  push(bytes: Uint8Array): ChatEvent[] {
    const events: ChatEvent[] = [];
    for (const line of this.#lines.push(bytes)) {
      if (this.#isOver()) break;
      const chunk = parseLine(line);
      if (chunk !== null) events.push(...this.#reader.read(chunk));
      else events.push(this.#fail('garbled'));
    }
    return events;
  }

  /** A last line without its line feed counts when it is whole. */
  end(): ChatEvent[] {
    const [line] = this.#lines.end();
    if (this.#isOver()) return [];
    const chunk = line === undefined ? null : parseLine(line);
    const events = chunk === null ? [] : this.#reader.read(chunk);
    if (!this.#isOver()) events.push(this.#fail('truncated'));
    return events;
  }

  #isOver(): boolean {
    return this.#failed || this.#reader.ended;
  }

  #fail(how: 'garbled' | 'truncated'): ChatEvent {
    this.#failed = true;
    return { type: 'error', failure: how === 'garbled' ? GARBLED : TRUNCATED };
  }
}
