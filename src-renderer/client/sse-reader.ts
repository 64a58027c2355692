/** One server-sent event; `data` is null for a block that only moves the position. */
export interface ServerSentEvent {
  id: string | null;
  event: string;
  data: string | null;
}

/** Cuts text into server-sent events, wherever the pieces end. */
export class SseReader {
  #rest = '';

  push(text: string): ServerSentEvent[] {
    const blocks = (this.#rest + text).replaceAll('\r\n', '\n').split('\n\n');
    this.#rest = blocks.pop() ?? '';
    return blocks.flatMap((block) => toEvent(block) ?? []);
  }
}

/** null: nothing but comments, which keep the connection alive. */
function toEvent(block: string): ServerSentEvent | null {
  const event: ServerSentEvent = { id: null, event: 'message', data: null };
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const value = line.slice(colon + 1).replace(/^ /, '');
    const field = line.slice(0, colon);
    if (field === 'id') event.id = value;
    if (field === 'event') event.event = value;
    if (field === 'data') event.data = event.data === null ? value : `${event.data}\n${value}`;
  }
  return event.id === null && event.data === null ? null : event;
}
