import { isJsonObject, type JsonObject } from '../engine/protocols/json.ts';
import type { ComposedReply } from './compose-reply.ts';
import { readConversation, readLimit, readStop, type EnginePrompt } from './engine-prompt.ts';

/** What all chunks of one answer have in common. */
export interface OpenaiHead {
  id: string;
  created: number;
  model: string;
}

/** One chunk of a streamed chat. */
export function printChunk(head: OpenaiHead, delta: JsonObject, finish: string | null = null): string {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }];
  return toSse({ ...head, object: 'chat.completion.chunk', choices });
}

/** The chunk that carries only the usage. */
export function printUsageChunk(head: OpenaiHead, usage: JsonObject): string {
  return toSse({ ...head, object: 'chat.completion.chunk', choices: [], usage });
}

export function printToolDelta(head: OpenaiHead, toolCall: NonNullable<ComposedReply['toolCall']>): JsonObject {
  return { tool_calls: [{ index: 0, ...printCall(head, toolCall) }] };
}

export function printWhole(head: OpenaiHead, reply: ComposedReply, usage: JsonObject): JsonObject {
  const { toolCall } = reply;
  const content =
    toolCall === null ? { content: reply.text.join('') } : { content: null, tool_calls: [printCall(head, toolCall)] };
  const message = { role: 'assistant', refusal: null, ...content };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: reply.finish }];
  return { ...head, object: 'chat.completion', choices, usage };
}

function printCall(head: OpenaiHead, toolCall: NonNullable<ComposedReply['toolCall']>): JsonObject {
  const called = { name: toolCall.name, arguments: JSON.stringify(toolCall.arguments) };
  return { id: `call_${head.id.replace('chatcmpl-', '')}`, type: 'function', function: called };
}

export function printUsage(promptTokens: number, outputTokens: number): JsonObject {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: outputTokens,
    total_tokens: promptTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  };
}

export function printError(type: string, message: string, code: string | null = null): JsonObject {
  return { error: { message, type, param: null, code } };
}

function toSse(value: JsonObject): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

/** Reads a body of `/chat/completions`. */
export function readOpenaiPrompt(body: JsonObject): EnginePrompt {
  const { tool_choice: choice, response_format: format } = body;
  return {
    ...readConversation(body),
    toolChoice: choice === 'none' ? 'none' : choice === 'required' || isJsonObject(choice) ? 'required' : 'auto',
    output: readOutput(format),
    maxTokens: readLimit(body.max_completion_tokens ?? body.max_tokens),
    stop: readStop(body.stop),
    think: false,
  };
}

function readOutput(format: JsonObject[string]): EnginePrompt['output'] {
  if (!isJsonObject(format)) return null;
  if (format.type === 'json_object') return 'json';
  const described = format.type === 'json_schema' ? format.json_schema : undefined;
  return isJsonObject(described) && isJsonObject(described.schema) ? described.schema : null;
}
