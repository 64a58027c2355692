import type { ChatResult } from '../chat-event.ts';
import type { ReplyContext } from '../format.ts';
import type { JsonObject } from '../json.ts';
import { printFinishReason } from './finish-reason.ts';
import { printUsage } from './usage.ts';

/** Prints a chat completion that is not streamed. Usage is absent when it is not known. */
export function printChatResult(result: ChatResult, reply: ReplyContext): JsonObject {
  const calls = result.parts.filter((part) => part.type === 'tool_call');
  const usage = printUsage(result.usage);
  const choice: JsonObject = {
    index: 0,
    message: printMessage(result),
    logprobs: result.logprobs === undefined ? null : { content: result.logprobs, refusal: null },
    finish_reason: printFinishReason(result.finishReason, calls.length > 0),
  };
  return {
    id: `chatcmpl-${reply.id}`,
    object: 'chat.completion',
    created: Math.floor(reply.createdAtMs / 1000),
    model: reply.model,
    choices: [choice],
    ...(usage === null ? {} : { usage }),
  };
}

function printMessage(result: ChatResult): JsonObject {
  let text = '';
  let thinking = '';
  const calls: JsonObject[] = [];
  for (const part of result.parts) {
    if (part.type === 'text') text += part.text;
    else if (part.type === 'thinking') thinking += part.text;
    else if (part.type === 'tool_call') {
      const called = { name: part.name, arguments: JSON.stringify(part.arguments) };
      calls.push({ id: part.id, type: 'function', function: called });
    }
  }
  return {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    refusal: null,
    ...(thinking === '' ? {} : { reasoning: thinking, reasoning_content: thinking }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}
