import type { JsonObject } from '../../../../src-main/engine/protocols/json.ts';
import { writeEvents } from '../../../support/sse-text.ts';

/** Streams as Anthropic's API sends them. */

export function messageStart(usage: JsonObject = { input_tokens: 10, output_tokens: 1 }): JsonObject {
  const message = {
    id: 'msg_01',
    type: 'message',
    role: 'assistant',
    model: 'claude-x',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage,
  };
  return { type: 'message_start', message };
}

export function block(index: number, contentBlock: JsonObject, deltas: JsonObject[]): JsonObject[] {
  return [
    { type: 'content_block_start', index, content_block: contentBlock },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
}

export function textBlock(index: number, ...texts: string[]): JsonObject[] {
  return block(
    index,
    { type: 'text', text: '' },
    texts.map((text) => ({ type: 'text_delta', text })),
  );
}

export function toolBlock(index: number, id: string, name: string, ...pieces: string[]): JsonObject[] {
  return block(
    index,
    { type: 'tool_use', id, name, input: {} },
    pieces.map((piece) => ({ type: 'input_json_delta', partial_json: piece })),
  );
}

export function messageEnd(reason = 'end_turn', usage: JsonObject = { output_tokens: 7 }): JsonObject[] {
  return [
    { type: 'message_delta', delta: { stop_reason: reason, stop_sequence: null }, usage },
    { type: 'message_stop' },
  ];
}

/** Thinking, words in three scripts, two tool calls, pings: everything at once. */
export const FULL_STREAM = writeEvents([
  messageStart({ input_tokens: 10, cache_read_input_tokens: 100, cache_creation_input_tokens: 20, output_tokens: 1 }),
  { type: 'ping' },
  ...block(0, { type: 'thinking', thinking: '', signature: '' }, [
    { type: 'thinking_delta', thinking: 'Let me ' },
    { type: 'thinking_delta', thinking: 'think.' },
    { type: 'signature_delta', signature: 'c2lnbmF0dXJl' },
  ]),
  { type: 'ping' },
  ...textBlock(1, 'hé ', '你好', '🌍 "quoted"\n'),
  ...toolBlock(2, 'toolu_1', 'weather', '', '{"city":', '"Paris"}'),
  ...toolBlock(3, 'toolu_2', 'weather', '{"city":"Rome"}'),
  ...messageEnd('tool_use', { output_tokens: 42 }),
]);
