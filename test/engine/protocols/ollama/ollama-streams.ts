import type { ChatEvent } from '../../../../src-main/engine/protocols/chat-event.ts';
import type { ChatRequest } from '../../../../src-main/engine/protocols/chat-request.ts';
import type {
  ReplyContext,
  StreamDecoder,
  StreamEncoder,
  StreamRelay,
} from '../../../../src-main/engine/protocols/format.ts';
import type { JsonObject } from '../../../../src-main/engine/protocols/json.ts';

/** Streams as Ollama writes them, with text that takes one to four bytes a character. */
const HEAD = { model: 'qwen3:8b', created_at: '2026-10-02T10:00:00.123456789Z' };
const CACHED = {
  prompt_eval_count: 40,
  prompt_eval_cached_count: 30,
  prompt_eval_duration: 3_000,
  eval_count: 12,
  eval_duration: 4_000,
};
export const END = { done: true, done_reason: 'stop', total_duration: 9_000, load_duration: 1_000, ...CACHED };

export function chatChunk(message: JsonObject, others: JsonObject = {}): JsonObject {
  return { ...HEAD, message: { role: 'assistant', content: '', ...message }, done: false, ...others };
}

export function call(name: string, given: JsonObject, others: JsonObject = {}): JsonObject {
  return { function: { name, arguments: given }, ...others };
}

/** Thinking, text, two calls that old versions both number 0, the end. */
export const CHAT: JsonObject[] = [
  chatChunk({ thinking: 'Let me ' }),
  chatChunk({ thinking: 'look…' }),
  chatChunk({ content: 'hé ' }),
  chatChunk({ content: '你好🌍 "done":true' }),
  chatChunk({ tool_calls: [{ function: { index: 0, name: 'weather', arguments: { city: 'Zürich', days: 2 } } }] }),
  chatChunk({ tool_calls: [{ function: { index: 0, name: 'weather', arguments: { city: 'Rome' } } }] }),
  chatChunk({}, END),
];

export const GENERATE: JsonObject[] = [
  { ...HEAD, response: '', thinking: 'hm', done: false },
  { ...HEAD, response: 'hé ', done: false },
  { ...HEAD, response: '你好🌍', done: false },
  { ...HEAD, response: '', ...END, context: [1, 2, 3] },
];

export const TEXT_ONLY: JsonObject[] = [
  chatChunk({ content: 'one' }),
  chatChunk({ content: ' two' }),
  chatChunk({}, END),
];

export function ndjson(lines: readonly JsonObject[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** The bytes of `text` in pieces that end at `cuts`. */
export function cutAt(text: string, cuts: readonly number[]): Uint8Array[] {
  const bytes = new TextEncoder().encode(text);
  const edges = [0, ...new Set(cuts.map((cut) => cut % (bytes.length + 1))), bytes.length].sort((a, b) => a - b);
  return edges.slice(1).map((edge, at) => bytes.subarray(edges[at], edge));
}

/** All events of a stream, texts of the same kind joined so that cuts do not show. */
export function decodeAll(decoder: StreamDecoder, pieces: readonly Uint8Array[]): ChatEvent[] {
  return [...pieces.flatMap((piece) => decoder.push(piece)), ...decoder.end()];
}

/** The client's bytes as text. */
export function relayAll(relay: StreamRelay, pieces: readonly Uint8Array[]): string {
  const decoder = new TextDecoder();
  const asText = (out: string | Uint8Array) => (typeof out === 'string' ? out : decoder.decode(out));
  return pieces.map((piece) => asText(relay.push(piece))).join('') + asText(relay.end());
}

export function encodeAll(encoder: StreamEncoder, events: readonly ChatEvent[]): JsonObject[] {
  const text = events.map((event) => encoder.encode(event)).join('');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JsonObject);
}

export function chatRequest(fields: Partial<ChatRequest> = {}): ChatRequest {
  const messages: ChatRequest['messages'] = [{ role: 'user', parts: [{ type: 'text', text: 'Hello' }] }];
  return { model: 'qwen3:8b', mode: 'chat', messages, stream: true, ...fields };
}

export function replyTo(request: ChatRequest): ReplyContext {
  return { id: 'a1', model: request.model, createdAtMs: Date.UTC(2026, 9, 2), includeUsage: false, request };
}

export const TARGET = { model: 'qwen3:8b', defaultMaxOutputTokens: 4_096, takesSampling: true };
