import type { ChatEvent } from '../../../../src-main/engine/protocols/chat-event.ts';
import type { ReplyContext, StreamRelay } from '../../../../src-main/engine/protocols/format.ts';
import type { JsonObject } from '../../../../src-main/engine/protocols/json.ts';
import { openaiChat } from '../../../../src-main/engine/protocols/openai/openai-chat.ts';

export const DONE = 'data: [DONE]\n\n';

export const reply: ReplyContext = {
  id: 'abc',
  model: 'llama3',
  createdAtMs: 1_700_000_000_500,
  includeUsage: true,
  request: { model: 'llama3', mode: 'chat', messages: [], stream: true },
};

/** One event of a chat stream whose first choice has this delta. */
export function chunk(delta: JsonObject, finishReason: string | null = null, more: JsonObject = {}): string {
  const choices = [{ index: 0, delta, finish_reason: finishReason }];
  return sse({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'up', choices, ...more });
}

export function sse(body: unknown): string {
  return `data: ${JSON.stringify(body)}\n\n`;
}

export function usageChunk(more: JsonObject = {}): string {
  const usage = { prompt_tokens: 12, completion_tokens: 7, total_tokens: 19, ...more };
  return sse({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'up', choices: [], usage });
}

export function toolDelta(call: JsonObject): JsonObject {
  return { tool_calls: [call] };
}

/** Streams as servers send them; each name says what is special. */
export const streams: Record<string, string> = {
  'plain text with usage':
    chunk({ role: 'assistant', content: '' }) +
    chunk({ content: 'hé ' }) +
    chunk({ content: '你好' }) +
    chunk({ content: '🌍' }) +
    chunk({}, 'stop') +
    usageChunk() +
    DONE,
  'thinking under one name, comments between':
    ': keepalive\n\n' + chunk({ reasoning_content: 'hm 🤔' }) + ': ping\n\n' + chunk({ content: 'ok' }, 'stop') + DONE,
  'two calls that both say index 0':
    chunk(toolDelta({ index: 0, id: 'call_a', function: { name: 'weather', arguments: '' } })) +
    chunk(toolDelta({ index: 0, function: { arguments: '{"city":"Pa' } })) +
    chunk(toolDelta({ index: 0, function: { arguments: 'ris"}' } })) +
    chunk(toolDelta({ index: 0, id: 'call_b', function: { name: 'weather', arguments: '{"city":"Rome"}' } })) +
    chunk({}, 'stop') +
    DONE,
  'usage in the finish chunk, no end marker':
    chunk({ content: 'x "usage": {} \\n\\n' }) +
    chunk({}, 'length', { usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 } }),
  'carriage returns': (chunk({ content: 'a' }) + chunk({ content: 'é' }, 'stop') + DONE).replaceAll('\n', '\r\n'),
  'an error in the middle': chunk({ content: 'a' }) + sse({ error: { message: 'boom 🌋', type: 'x', code: null } }),
  'an error without data in front': chunk({ content: 'a' }) + '{"error":"out of memory"}\n',
  'cut off': chunk({ content: 'a' }) + 'data: {"choices":[{"del',
  'stopped without an end': chunk({ content: 'a' }) + chunk({ content: 'b' }),
  'no empty line at the end': chunk({ content: 'a' }) + chunk({ content: 'b' }, 'stop').trimEnd(),
  'not JSON in the middle': chunk({ content: 'a' }) + 'data: {oops\n\n' + chunk({}, 'stop') + DONE,
  'end marker without a finish reason': chunk({ content: 'a' }) + DONE,
};

const bytesOf = new TextEncoder();

/** Pieces of the text's bytes, cut at the given places. */
function cut(text: string, places: readonly number[]): Uint8Array[] {
  const bytes = bytesOf.encode(text);
  const edges = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
}

export function decode(text: string, places: readonly number[] = []): ChatEvent[] {
  const decoder = openaiChat.createDecoder(reply.request);
  return [...cut(text, places).flatMap((piece) => decoder.push(piece)), ...decoder.end()];
}

/** Sends the text through a relay and returns what the client gets. */
export function passThrough(relay: StreamRelay, text: string, places: readonly number[] = []): string {
  const decoder = new TextDecoder();
  const toText = (out: string | Uint8Array): string => (typeof out === 'string' ? out : decoder.decode(out));
  return [...cut(text, places).map((piece) => relay.push(piece)), relay.end()].map(toText).join('');
}

/** The JSON bodies of a stream, in order, and `[DONE]` as a string. */
export function bodies(stream: string): (JsonObject | '[DONE]')[] {
  return stream
    .split(/\r?\n\r?\n/)
    .filter((event) => event.startsWith('data: '))
    .map((event) => (event === 'data: [DONE]' ? '[DONE]' : (JSON.parse(event.slice(6)) as JsonObject)));
}
