import type { ChatEvent } from '../chat-event.ts';
import type { ChatPart } from '../chat-request.ts';
import { parseEventData } from '../event-data.ts';
import { GarbledReply } from '../failure.ts';
import type { StreamDecoder } from '../format.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { SseSplitter, type SseEvent } from '../sse.ts';

/**
 * Reads what a Responses stream says: text, refusals (as text) and function calls (whole, when they have ended); neither
 * start nor end.
 */
export class ResponseReader implements StreamDecoder {
  readonly #splitter = new SseSplitter();
  #calls = 0;

  push(bytes: Uint8Array): ChatEvent[] {
    return this.#splitter.push(bytes).flatMap((event) => this.#read(event));
  }

  end(): ChatEvent[] {
    return this.#splitter.end().flatMap((event) => this.#read(event));
  }

  #read({ data }: SseEvent): ChatEvent[] {
    const event = data === null ? null : parseEventData(data);
    if (event === null) return [];
    const isText = event.type === 'response.output_text.delta' || event.type === 'response.refusal.delta';
    if (isText && typeof event.delta === 'string') return [{ type: 'text', text: event.delta }];
    if (event.type !== 'response.output_item.done' || !isJsonObject(event.item)) return [];
    const { item } = event;
    if (item.type !== 'function_call' || typeof item.name !== 'string') return [];
    const index = this.#calls++;
    return [
      { type: 'tool_call', index, id: stringOf(item.call_id), name: item.name },
      { type: 'tool_arguments', index, text: stringOf(item.arguments) },
    ];
  }
}

/** The same of a Response that was not streamed. Throws GarbledReply for arguments that are no JSON object. */
export function readResponseParts(body: JsonObject): ChatPart[] {
  const output = Array.isArray(body.output) ? body.output : [];
  return output.flatMap((item): ChatPart[] => {
    if (!isJsonObject(item)) return [];
    if (item.type !== 'function_call') return textsOf(item.content).map((text) => ({ type: 'text', text }));
    return [
      {
        type: 'tool_call',
        id: stringOf(item.call_id),
        name: stringOf(item.name),
        arguments: parseArguments(stringOf(item.arguments)),
      },
    ];
  });
}

function textsOf(content: JsonValue | undefined): string[] {
  if (!Array.isArray(content)) return [];
  return content.flatMap((part) => {
    if (!isJsonObject(part)) return [];
    const isText = part.type === 'output_text' || part.type === 'refusal';
    const text = part.type === 'refusal' ? part.refusal : part.text;
    return isText && typeof text === 'string' ? [text] : [];
  });
}

function parseArguments(text: string): JsonObject {
  const parsed = text === '' ? {} : parseEventData(text);
  if (parsed === null) throw new GarbledReply('The arguments of a function call are not a JSON object.');
  return parsed;
}

function stringOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
