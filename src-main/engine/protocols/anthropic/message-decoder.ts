import type { ChatEvent, FinishReason } from '../chat-event.ts';
import type { Failure } from '../failure.ts';
import type { StreamDecoder } from '../format.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { SseSplitter, type SseEvent } from '../sse.ts';
import { parseStreamError } from './errors.ts';
import { isForeignText, parseEventData } from '../event-data.ts';
import { parseStopReason } from './stop-reason.ts';
import { realSignature } from './unsigned-thinking.ts';
import { UsageTally } from './usage-tally.ts';

interface OpenCall {
  index: number;
  /** Given whole with the block's start, as some servers do; used when no delta follows. */
  input: JsonValue | undefined;
  hasDeltas: boolean;
}

/** Reads Anthropic's stream. Blocks of server tools and citations are passed over: only Anthropic's clients ask for them. */
export class MessageDecoder implements StreamDecoder {
  readonly #splitter = new SseSplitter();
  readonly #tally = new UsageTally();
  readonly #calls = new Map<JsonValue | undefined, OpenCall>();
  #callCount = 0;
  #stop: { reason: FinishReason; sequence?: string } | null = null;
  #isOver = false;

  push(bytes: Uint8Array): ChatEvent[] {
    return this.#readAll(this.#splitter.push(bytes));
  }

  end(): ChatEvent[] {
    const events = this.#readAll(this.#splitter.end());
    if (this.#isOver) return events;
    return [...events, ...(this.#stop === null ? this.#fail(TRUNCATED) : this.#finish())];
  }

  #readAll(events: SseEvent[]): ChatEvent[] {
    return events.flatMap((event) => (this.#isOver ? [] : this.#read(event)));
  }

  #read({ data, raw, event }: SseEvent): ChatEvent[] {
    if (data === null) return isForeignText(raw) ? this.#fail(GARBLED) : [];
    const parsed = parseEventData(data);
    if (parsed === null) return this.#fail(GARBLED);
    switch (parsed.type ?? event) {
      case 'message_start':
        return this.#readStart(parsed.message);
      case 'content_block_start':
        return this.#readBlockStart(parsed);
      case 'content_block_delta':
        return this.#readDelta(parsed);
      case 'content_block_stop':
        return this.#readBlockStop(parsed);
      case 'message_delta':
        this.#readMessageDelta(parsed);
        return [];
      case 'message_stop':
        return this.#finish();
      case 'error':
        return this.#fail(parseStreamError(parsed));
      default:
        return isJsonObject(parsed.error) ? this.#fail(parseStreamError(parsed)) : [];
    }
  }

  #readStart(message: JsonValue | undefined): ChatEvent[] {
    if (!isJsonObject(message)) return this.#fail(GARBLED);
    this.#tally.add(message.usage);
    const start: ChatEvent = { type: 'start', usage: this.#tally.usage };
    if (typeof message.id === 'string') start.id = message.id;
    if (typeof message.model === 'string') start.model = message.model;
    return [start];
  }

  #readBlockStart({ index, content_block: block }: JsonObject): ChatEvent[] {
    if (!isJsonObject(block)) return this.#fail(GARBLED);
    switch (block.type) {
      case 'text':
        return textEvents('text', block.text);
      case 'thinking':
        return [...textEvents('thinking', block.thinking), ...signatureEvents(block.signature)];
      case 'redacted_thinking':
        return typeof block.data === 'string' ? [{ type: 'redacted_thinking', data: block.data }] : [];
      case 'tool_use': {
        const call = { index: this.#callCount++, input: block.input, hasDeltas: false };
        this.#calls.set(index, call);
        return [{ type: 'tool_call', index: call.index, id: asText(block.id), name: asText(block.name) }];
      }
      default:
        return [];
    }
  }

  #readDelta({ index, delta }: JsonObject): ChatEvent[] {
    if (!isJsonObject(delta)) return this.#fail(GARBLED);
    switch (delta.type) {
      case 'text_delta':
        return textEvents('text', delta.text);
      case 'thinking_delta':
        return textEvents('thinking', delta.thinking);
      case 'signature_delta':
        return signatureEvents(delta.signature);
      case 'input_json_delta': {
        const call = this.#calls.get(index);
        const text = asText(delta.partial_json);
        if (call === undefined || text === '') return [];
        call.hasDeltas = true;
        return [{ type: 'tool_arguments', index: call.index, text }];
      }
      default:
        return [];
    }
  }

  #readBlockStop({ index }: JsonObject): ChatEvent[] {
    const call = this.#calls.get(index);
    if (call === undefined || call.hasDeltas) return [];
    return [{ type: 'tool_arguments', index: call.index, text: JSON.stringify(call.input ?? {}) }];
  }

  #readMessageDelta({ delta, usage }: JsonObject): void {
    this.#tally.add(usage);
    if (!isJsonObject(delta)) return;
    const reason = parseStopReason(delta.stop_reason);
    if (reason === null) return;
    this.#stop = typeof delta.stop_sequence === 'string' ? { reason, sequence: delta.stop_sequence } : { reason };
  }

  #finish(): ChatEvent[] {
    this.#isOver = true;
    const reason = this.#stop?.reason ?? (this.#callCount > 0 ? 'tool_calls' : 'stop');
    const finish: ChatEvent = { type: 'finish', reason, usage: this.#tally.usage };
    if (this.#stop?.sequence !== undefined) finish.stopSequence = this.#stop.sequence;
    return [finish];
  }

  #fail(failure: Failure): ChatEvent[] {
    this.#isOver = true;
    return [{ type: 'error', failure }];
  }
}

export const TRUNCATED: Failure = {
  code: 'upstream_truncated',
  message: 'The provider closed the connection before its answer was complete.',
};

export const GARBLED: Failure = {
  code: 'upstream_garbled',
  message: 'The provider sent something that is not an Anthropic stream.',
};

function asText(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function textEvents(type: 'text' | 'thinking', value: JsonValue | undefined): ChatEvent[] {
  const text = asText(value);
  return text === '' ? [] : [{ type, text }];
}

function signatureEvents(value: JsonValue | undefined): ChatEvent[] {
  const signature = realSignature(asText(value));
  return signature === undefined ? [] : [{ type: 'thinking_signature', signature }];
}
