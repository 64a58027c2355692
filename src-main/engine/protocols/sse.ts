/** One server-sent event. `raw` is its exact text with the blank line that ends it. */
export interface SseEvent {
  /** The `event:` field; '' when there is none. */
  event: string;
  /** All `data:` lines joined by line feeds; null when the event carries none (a comment, a heartbeat). */
  data: string | null;
  raw: string;
}

/** An event ends with an empty line; carriage returns before the line feeds belong to the line ends. */
const EVENT_END = /\n\r?\n/g;

/**
 * Cuts a byte stream into server-sent events (WHATWG HTML §9.2, without the lone carriage return as a line end, which no
 * provider sends). Chunks may be cut anywhere, inside a UTF-8 sequence too.
 */
export class SseSplitter {
  readonly #decoder = new TextDecoder();
  #rest = '';

  /** True when nothing is held back: what was pushed so far ended exactly at an event's end. */
  get atBoundary(): boolean {
    return this.#rest === '';
  }

  push(bytes: Uint8Array): SseEvent[] {
    return this.#split(this.#rest + this.#decoder.decode(bytes, { stream: true }));
  }

  /** The last event when the upstream closed without the final empty line. */
  end(): SseEvent[] {
    const text = this.#rest + this.#decoder.decode();
    this.#rest = '';
    return text.trim() === '' ? [] : [parseSseEvent(text)];
  }

  #split(text: string): SseEvent[] {
    const events: SseEvent[] = [];
    let start = 0;
    EVENT_END.lastIndex = 0;
    while (EVENT_END.test(text)) {
      events.push(parseSseEvent(text.slice(start, EVENT_END.lastIndex)));
      start = EVENT_END.lastIndex;
    }
    this.#rest = start === 0 ? text : text.slice(start);
    return events;
  }
}

/** Reads one event's text; unknown fields and comments are passed over. */
export function parseSseEvent(raw: string): SseEvent {
  let event = '';
  let data: string | null = null;
  let start = 0;
  while (start < raw.length) {
    let end = raw.indexOf('\n', start);
    if (end === -1) end = raw.length;
    const line = raw.slice(start, raw.charCodeAt(end - 1) === 13 ? end - 1 : end);
    start = end + 1;
    if (line.startsWith('data:')) {
      const value = line.slice(line.charCodeAt(5) === 32 ? 6 : 5);
      data = data === null ? value : `${data}\n${value}`;
    } else if (line.startsWith('event:')) {
      event = line.slice(line.charCodeAt(6) === 32 ? 7 : 6);
    }
  }
  return { event, data, raw };
}
