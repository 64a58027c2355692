import fc from 'fast-check';
import type { ReplyContext, StreamDecoder, StreamRelay } from '../../src-main/engine/protocols/format.ts';
import type { ChatEvent } from '../../src-main/engine/protocols/chat-event.ts';
import type { JsonObject } from '../../src-main/engine/protocols/json.ts';

export interface ReadEvent {
  event: string;
  data: JsonObject;
}

/** The events of a stream that we sent; every one must have a name and JSON data, and comments are not expected. */
export function readEvents(text: string): ReadEvent[] {
  return text
    .split('\n\n')
    .slice(0, -1)
    .map((block) => {
      const match = /^event: (.*)\ndata: (.*)$/.exec(block);
      if (match?.[1] === undefined || match[2] === undefined) throw new Error(`not an event: ${block}`);
      return { event: match[1], data: JSON.parse(match[2]) as JsonObject };
    });
}

/** An upstream's stream: each object becomes an event named after its `type`. */
export function writeEvents(events: readonly JsonObject[]): string {
  return events.map((data) => `event: ${data.type as string}\ndata: ${JSON.stringify(data)}\n\n`).join('');
}

/** The bytes of `text` in pieces, cut at the given places, which may be inside a character. */
export function cut(text: string, places: readonly number[]): Uint8Array[] {
  const bytes = new TextEncoder().encode(text);
  const edges = [...new Set(places.map((place) => place % bytes.length))].sort((left, right) => left - right);
  return [0, ...edges].map((start, index) => bytes.subarray(start, edges[index] ?? bytes.length));
}

/** Ways to cut a stream: at no, one or many places. */
export const cuts = fc.array(fc.nat(100_000), { maxLength: 12 });

/** What comes out of a decoder; pieces of the same kind of text are joined, because cuts may split them. */
export function decodeAll(decoder: StreamDecoder, pieces: readonly Uint8Array[]): ChatEvent[] {
  return [...pieces.flatMap((piece) => decoder.push(piece)), ...decoder.end()];
}

/** What comes out of a relay, as text. */
export function relayAll(relay: StreamRelay, pieces: readonly Uint8Array[]): string {
  const decoder = new TextDecoder();
  let out = '';
  for (const piece of [...pieces, null]) {
    const sent = piece === null ? relay.end() : relay.push(piece);
    out += typeof sent === 'string' ? sent : decoder.decode(sent);
  }
  return out;
}

/** A reply to a plain request; `changes` overrides parts of it. */
export function replyContext(changes: Partial<ReplyContext> = {}): ReplyContext {
  const messages: ReplyContext['request']['messages'] = [
    { role: 'user', parts: [{ type: 'text', text: 'Hello there' }] },
  ];
  return {
    id: '0123456789abcdef01234567',
    model: 'claude-test',
    createdAtMs: 1_790_000_000_000,
    includeUsage: true,
    request: { model: 'claude-test', mode: 'chat', messages, stream: true },
    ...changes,
  };
}
