import type { ChatEvent } from '../chat-event.ts';
import type { ChatPart } from '../chat-request.ts';
import { parseEventData } from '../event-data.ts';
import type { StreamDecoder } from '../format.ts';
import type { JsonObject } from '../json.ts';
import { SseSplitter, type SseEvent } from '../sse.ts';
import { choiceIndex, choicesOf } from './read-delta.ts';

/** Reads what a stream of `/v1/completions` says, its first choice only: text events, and neither start nor end. */
export class CompletionReader implements StreamDecoder {
  readonly #splitter = new SseSplitter();

  push(bytes: Uint8Array): ChatEvent[] {
    return this.#splitter.push(bytes).flatMap(readEvent);
  }

  end(): ChatEvent[] {
    return this.#splitter.end().flatMap(readEvent);
  }
}

/** The same of a completion that was not streamed. */
export function readCompletionParts(body: JsonObject): ChatPart[] {
  const text = textOf(body);
  return text === '' ? [] : [{ type: 'text', text }];
}

function readEvent({ data }: SseEvent): ChatEvent[] {
  const chunk = data === null ? null : parseEventData(data);
  const text = chunk === null ? '' : textOf(chunk);
  return text === '' ? [] : [{ type: 'text', text }];
}

function textOf(body: JsonObject): string {
  const choice = choicesOf(body).find((each) => choiceIndex(each) === 0);
  return typeof choice?.text === 'string' ? choice.text : '';
}
