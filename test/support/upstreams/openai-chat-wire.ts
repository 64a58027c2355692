import { isJsonObject, type JsonObject } from '../../../src-main/engine/protocols/json.ts';
import { argumentPieces, joined, mapPieces, type Answer, type AnswerToolCall, type Reply } from './answer.ts';
import { printProblem } from './problem.ts';
import type { Chunk } from './script.ts';
import { CREATED_SECONDS, sse, type WireFormat } from './wire-format.ts';

/** `POST /chat/completions`. */
export const OPENAI_CHAT: WireFormat = {
  streamType: 'text/event-stream; charset=utf-8',
  streamsByDefault: false,
  printStream,
  printWhole,
};

function printStream(reply: Reply): Chunk[] {
  const withUsage = wantsUsage(reply.asked);
  const chunk = (delta: JsonObject, finish: string | null = null): string =>
    sse({
      ...head(reply, 'chat.completion.chunk'),
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      ...(withUsage ? { usage: null } : {}),
    });
  const content: Chunk[] = [
    chunk({ role: 'assistant', content: '', refusal: null }),
    ...mapPieces(reply.thinking, (text) => chunk({ [reasoningField(reply.answer)]: text })),
    ...mapPieces(reply.text, (text) => chunk({ content: text })),
    ...reply.toolCalls.flatMap((call, index) => toolDeltas(call, index, reply.answer).map((delta) => chunk(delta))),
  ];
  if (reply.answer.fails !== undefined) return [...content, sse(printProblem('openai', reply.answer.fails))];
  const usage = sse({ ...head(reply, 'chat.completion.chunk'), choices: [], usage: printOpenaiUsage(reply) });
  const end = [chunk({}, finishReason(reply)), ...(withUsage && reply.usage !== null ? [usage] : []), sse('[DONE]')];
  return [...content, ...end];
}

function toolDeltas(call: Required<AnswerToolCall>, position: number, answer: Answer): JsonObject[] {
  const numbering = { rising: { index: position }, zero: { index: 0 }, missing: {} }[answer.toolIndex ?? 'rising'];
  const opening = { ...numbering, id: call.id, type: 'function', function: { name: call.name, arguments: '' } };
  const pieces = argumentPieces(call).map((text) => ({ ...numbering, function: { arguments: text } }));
  return [opening, ...pieces].map((piece) => ({ tool_calls: [piece] }));
}

function printWhole(reply: Reply): JsonObject {
  const calls = reply.toolCalls.map((call) => ({
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: JSON.stringify(call.arguments) },
  }));
  const message: JsonObject = {
    role: 'assistant',
    content: reply.text.length === 0 ? null : joined(reply.text),
    refusal: null,
    annotations: [],
    ...(reply.thinking.length === 0 ? {} : { [reasoningField(reply.answer)]: joined(reply.thinking) }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
  return {
    ...head(reply, 'chat.completion'),
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason(reply) }],
    ...(reply.usage === null ? {} : { usage: printOpenaiUsage(reply) }),
  };
}

function head(reply: Reply, object: string): JsonObject {
  const id = `chatcmpl-upstream${reply.number}`;
  return { id, object, created: CREATED_SECONDS, model: reply.model, system_fingerprint: 'fp_upstream' };
}

function reasoningField(answer: Answer): string {
  return answer.reasoningField ?? 'reasoning_content';
}

function finishReason(reply: Reply): string {
  if (reply.finish === 'length' || reply.finish === 'context_length') return 'length';
  return reply.finish === 'tool_calls' || reply.finish === 'content_filter' ? reply.finish : 'stop';
}

/** True when the client asked for the usage chunk of a stream. */
export function wantsUsage(asked: JsonObject): boolean {
  return isJsonObject(asked.stream_options) && asked.stream_options.include_usage === true;
}

/** `prompt_tokens` contains the cached ones. */
export function printOpenaiUsage(reply: Reply): JsonObject | null {
  const usage = reply.usage;
  if (usage === null) return null;
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cached, cache_write_tokens: usage.cacheWrite, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
