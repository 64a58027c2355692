import type { JsonObject } from '../../../src-main/engine/protocols/json.ts';
import { argumentPieces, joined, mapPieces, type AnswerToolCall, type Reply } from './answer.ts';
import { Gate } from './gate.ts';
import type { Chunk } from './script.ts';
import { CREATED_SECONDS, sse, type WireFormat } from './wire-format.ts';

/** `POST /responses`. */
export const OPENAI_RESPONSES: WireFormat = {
  streamType: 'text/event-stream; charset=utf-8',
  streamsByDefault: false,
  printStream,
  printWhole: (reply) => printResponse(reply, endStatus(reply)),
};

/** An event without its number, which is given when all are in order. */
type Step = JsonObject & { type: string };
type Steps = (Step | Gate)[];

function printStream(reply: Reply): Chunk[] {
  const steps: Steps = [
    { type: 'response.created', response: printResponse(reply, 'in_progress') },
    { type: 'response.in_progress', response: printResponse(reply, 'in_progress') },
    ...itemsOf(reply).flatMap((item, index) => item.steps(index)),
    lastStep(reply),
  ];
  let sequence = 0;
  return steps.map((step) => (step instanceof Gate ? step : sse({ ...step, sequence_number: sequence++ }, step.type)));
}

function lastStep(reply: Reply): Step {
  if (reply.answer.fails !== undefined) {
    const message = reply.answer.fails.message ?? 'simulated failure';
    const error = { code: reply.answer.fails.status === 429 ? 'rate_limit_exceeded' : 'server_error', message };
    return { type: 'response.failed', response: { ...printResponse(reply, 'failed'), error } };
  }
  const status = endStatus(reply);
  return { type: `response.${status}`, response: printResponse(reply, status) };
}

type Status = 'in_progress' | 'completed' | 'incomplete' | 'failed';

function endStatus(reply: Reply): Status {
  return reply.finish === 'length' || reply.finish === 'content_filter' ? 'incomplete' : 'completed';
}

function printResponse(reply: Reply, status: Status): JsonObject {
  const over = status === 'completed' || status === 'incomplete';
  const reason = reply.finish === 'content_filter' ? 'content_filter' : 'max_output_tokens';
  return {
    id: `resp_upstream${reply.number}`,
    object: 'response',
    created_at: CREATED_SECONDS,
    status,
    error: null,
    incomplete_details: status === 'incomplete' ? { reason } : null,
    instructions: null,
    max_output_tokens: null,
    model: reply.model,
    output: over ? itemsOf(reply).map((item) => item.done) : [],
    parallel_tool_calls: true,
    previous_response_id: null,
    store: false,
    temperature: 1,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    truncation: 'disabled',
    usage: over ? printUsage(reply) : null,
    metadata: {},
  };
}

function printUsage(reply: Reply): JsonObject | null {
  const usage = reply.usage;
  if (usage === null) return null;
  return {
    input_tokens: usage.input,
    input_tokens_details: { cached_tokens: usage.cached, cache_write_tokens: usage.cacheWrite },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: usage.input + usage.output,
  };
}

/** One entry of `output`: the events that make it, and what it is in the end. */
interface Item {
  done: JsonObject;
  steps(outputIndex: number): Steps;
}

function itemsOf(reply: Reply): Item[] {
  return [
    ...(reply.thinking.length === 0 ? [] : [reasoningItem(reply)]),
    ...(reply.text.length === 0 ? [] : [messageItem(reply)]),
    ...reply.toolCalls.map((call) => functionCallItem(call, reply)),
  ];
}

function reasoningItem(reply: Reply): Item {
  const id = `rs_upstream${reply.number}`;
  const text = joined(reply.thinking);
  const done = { id, type: 'reasoning', summary: [{ type: 'summary_text', text }] };
  return {
    done,
    steps(output_index) {
      const at = { item_id: id, output_index, summary_index: 0 };
      const part = (whole: string): JsonObject => ({ type: 'summary_text', text: whole });
      return [
        { type: 'response.output_item.added', output_index, item: { id, type: 'reasoning', summary: [] } },
        { type: 'response.reasoning_summary_part.added', ...at, part: part('') },
        ...mapPieces(reply.thinking, (delta) => ({ type: 'response.reasoning_summary_text.delta', ...at, delta })),
        { type: 'response.reasoning_summary_text.done', ...at, text },
        { type: 'response.reasoning_summary_part.done', ...at, part: part(text) },
        { type: 'response.output_item.done', output_index, item: done },
      ];
    },
  };
}

function messageItem(reply: Reply): Item {
  const id = `msg_upstream${reply.number}`;
  const text = joined(reply.text);
  const part = (whole: string): JsonObject => ({ type: 'output_text', text: whole, annotations: [], logprobs: [] });
  const item = (status: string, content: JsonObject[]): JsonObject => ({
    id,
    type: 'message',
    status,
    role: 'assistant',
    content,
  });
  const done = item('completed', [part(text)]);
  return {
    done,
    steps(output_index) {
      const at = { item_id: id, output_index, content_index: 0 };
      return [
        { type: 'response.output_item.added', output_index, item: item('in_progress', []) },
        { type: 'response.content_part.added', ...at, part: part('') },
        ...mapPieces(reply.text, (delta) => ({ type: 'response.output_text.delta', ...at, delta, logprobs: [] })),
        { type: 'response.output_text.done', ...at, text, logprobs: [] },
        { type: 'response.content_part.done', ...at, part: part(text) },
        { type: 'response.output_item.done', output_index, item: done },
      ];
    },
  };
}

function functionCallItem(call: Required<AnswerToolCall>, reply: Reply): Item {
  const id = `fc_upstream${reply.number}_${call.id}`;
  const whole = JSON.stringify(call.arguments);
  const item = (status: string, text: string): JsonObject => ({
    id,
    type: 'function_call',
    status,
    call_id: call.id,
    name: call.name,
    arguments: text,
  });
  const done = item('completed', whole);
  return {
    done,
    steps(output_index) {
      const at = { item_id: id, output_index };
      return [
        { type: 'response.output_item.added', output_index, item: item('in_progress', '') },
        ...argumentPieces(call).map((delta) => ({ type: 'response.function_call_arguments.delta', ...at, delta })),
        { type: 'response.function_call_arguments.done', ...at, name: call.name, arguments: whole },
        { type: 'response.output_item.done', output_index, item: done },
      ];
    },
  };
}
