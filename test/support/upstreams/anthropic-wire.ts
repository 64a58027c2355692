import type { FinishReason } from '../../../src-main/engine/protocols/chat-event.ts';
import type { JsonObject } from '../../../src-main/engine/protocols/json.ts';
import { argumentPieces, joined, mapPieces, type Reply } from './answer.ts';
import { Gate } from './gate.ts';
import { printProblem } from './problem.ts';
import type { Chunk } from './script.ts';
import { sse, type WireFormat } from './wire-format.ts';

/** `POST /messages`. */
export const ANTHROPIC_MESSAGES: WireFormat = {
  streamType: 'text/event-stream; charset=utf-8',
  streamsByDefault: false,
  printStream,
  printWhole: (reply) => ({
    ...head(reply),
    content: blocksOf(reply).map((block) => block.whole),
    stop_reason: STOP_REASONS[reply.finish],
    stop_sequence: reply.answer.stopSequence ?? null,
    usage: { ...printInputUsage(reply), ...printOutputUsage(reply) },
  }),
};

const STOP_REASONS: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  load: 'end_turn',
  unload: 'end_turn',
  stop_sequence: 'stop_sequence',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'refusal',
  pause: 'pause_turn',
  context_length: 'model_context_window_exceeded',
};

function printStream(reply: Reply): Chunk[] {
  const message = {
    ...head(reply),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...printInputUsage(reply), output_tokens: 1 },
  };
  const start = [event({ type: 'message_start', message }), event({ type: 'ping' })];
  const content = blocksOf(reply).flatMap((block, index) => [
    event({ type: 'content_block_start', index, content_block: block.opening }),
    ...block.deltas.map((delta) =>
      delta instanceof Gate ? delta : event({ type: 'content_block_delta', index, delta }),
    ),
    event({ type: 'content_block_stop', index }),
  ]);
  if (reply.answer.fails !== undefined) {
    const failure = printProblem('anthropic', reply.answer.fails);
    return [...start, ...content.slice(0, -1), sse(failure, 'error')];
  }
  const end = { stop_reason: STOP_REASONS[reply.finish], stop_sequence: reply.answer.stopSequence ?? null };
  const usage = printOutputUsage(reply);
  return [...start, ...content, event({ type: 'message_delta', delta: end, usage }), event({ type: 'message_stop' })];
}

function event(data: JsonObject & { type: string }): string {
  return sse(data, data.type);
}

/** One content block: how a stream opens and fills it, and what it is in the end. */
interface Block {
  opening: JsonObject;
  deltas: (JsonObject | Gate)[];
  whole: JsonObject;
}

function blocksOf(reply: Reply): Block[] {
  return [
    ...(reply.thinking.length === 0 ? [] : [thinkingBlock(reply)]),
    ...(reply.text.length === 0 ? [] : [textBlock(reply)]),
    ...reply.toolCalls.map((call) => ({
      opening: { type: 'tool_use', id: call.id, name: call.name, input: {} },
      deltas: argumentPieces(call).map((text) => ({ type: 'input_json_delta', partial_json: text })),
      whole: { type: 'tool_use', id: call.id, name: call.name, input: call.arguments },
    })),
  ];
}

function thinkingBlock(reply: Reply): Block {
  const signature = reply.answer.signature ?? 'c2lnbmF0dXJl';
  return {
    opening: { type: 'thinking', thinking: '', signature: '' },
    deltas: [
      ...mapPieces(reply.thinking, (text) => ({ type: 'thinking_delta', thinking: text })),
      { type: 'signature_delta', signature },
    ],
    whole: { type: 'thinking', thinking: joined(reply.thinking), signature },
  };
}

function textBlock(reply: Reply): Block {
  return {
    opening: { type: 'text', text: '' },
    deltas: mapPieces(reply.text, (text) => ({ type: 'text_delta', text })),
    whole: { type: 'text', text: joined(reply.text) },
  };
}

function head(reply: Reply): JsonObject {
  return { id: `msg_upstream${reply.number}`, type: 'message', role: 'assistant', model: reply.model };
}

/** `input_tokens` excludes what was read from and written to the cache. Untold usage is zero here: it may not be absent. */
function printInputUsage(reply: Reply): JsonObject {
  const usage = reply.usage;
  if (usage === null) return { input_tokens: 0 };
  return {
    input_tokens: usage.input - usage.cached - usage.cacheWrite,
    cache_read_input_tokens: usage.cached,
    cache_creation_input_tokens: usage.cacheWrite,
    cache_creation: {
      ephemeral_5m_input_tokens: usage.cacheWrite - usage.cacheWrite1h,
      ephemeral_1h_input_tokens: usage.cacheWrite1h,
    },
    service_tier: 'standard',
  };
}

function printOutputUsage(reply: Reply): JsonObject {
  const reasoning = reply.usage?.reasoning ?? 0;
  return {
    output_tokens: reply.usage?.output ?? 0,
    ...(reasoning === 0 ? {} : { output_tokens_details: { thinking_tokens: reasoning } }),
  };
}
