import type { ChatResult } from '../chat-event.ts';
import type { ReplyContext } from '../format.ts';
import type { JsonObject } from '../json.ts';
import { printLogprobs } from './logprobs.ts';
import { printEnd } from './print-end.ts';
import type { Shape } from './shape.ts';

/** Prints an answer that is not streamed; with the `context` of `/api/generate` only when an upstream gave one. */
export function printResult(result: ChatResult, shape: Shape, reply: ReplyContext): JsonObject {
  const head = { model: reply.model, created_at: new Date(reply.createdAtMs).toISOString() };
  const printed: JsonObject = { ...head, ...printContent(result, shape) };
  Object.assign(printed, printEnd({ ...result, reason: result.finishReason }));
  if (result.logprobs !== undefined) printed.logprobs = printLogprobs(result.logprobs);
  if (shape === 'generate' && result.extra?.context !== undefined) printed.context = result.extra.context;
  return printed;
}

function printContent({ parts }: ChatResult, shape: Shape): JsonObject {
  let text = '';
  let thinking = '';
  const calls: JsonObject[] = [];
  for (const part of parts) {
    if (part.type === 'text') text += part.text;
    else if (part.type === 'thinking') thinking += part.text;
    else if (part.type === 'tool_call') {
      calls.push({ id: part.id, function: { index: calls.length, name: part.name, arguments: part.arguments } });
    }
  }
  const others: JsonObject = {};
  if (thinking !== '') others.thinking = thinking;
  if (calls.length > 0) others.tool_calls = calls;
  return shape === 'chat'
    ? { message: { role: 'assistant', content: text, ...others } }
    : { response: text, ...others };
}
