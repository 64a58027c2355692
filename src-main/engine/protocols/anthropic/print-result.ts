import type { ChatResult } from '../chat-event.ts';
import type { ChatPart } from '../chat-request.ts';
import type { ReplyContext } from '../format.ts';
import type { JsonObject } from '../json.ts';
import { estimateInputTokens, estimatePart } from './estimate-input-tokens.ts';
import { printMessageUsage } from './print-usage.ts';
import { printStopReason } from './stop-reason.ts';
import { UNSIGNED } from './unsigned-thinking.ts';

/** A whole answer as an Anthropic message. Its usage is estimated where the upstream told none. */
export function printMessageResult(result: ChatResult, reply: ReplyContext): JsonObject {
  const calledTools = result.parts.some((part) => part.type === 'tool_call');
  return {
    id: `msg_${reply.id}`,
    type: 'message',
    role: 'assistant',
    model: reply.model,
    content: result.parts.flatMap(printResultPart),
    stop_reason: printStopReason(result.finishReason, calledTools),
    stop_sequence: result.stopSequence ?? null,
    usage: printMessageUsage(result.usage, {
      inputTokens: () => estimateInputTokens(reply.request),
      outputTokens: () => result.parts.reduce((sum, part) => sum + estimatePart(part), 0),
    }),
  };
}

/** Text blocks carry no `citations`: a null there breaks @ai-sdk/anthropic. */
function printResultPart(part: ChatPart): JsonObject[] {
  switch (part.type) {
    case 'text':
      return part.text === '' ? [] : [{ type: 'text', text: part.text }];
    case 'thinking':
      return [{ type: 'thinking', thinking: part.text, signature: part.signature ?? UNSIGNED }];
    case 'redacted_thinking':
      return [{ type: 'redacted_thinking', data: part.data }];
    case 'tool_call':
      return [{ type: 'tool_use', id: part.id, name: part.name, input: part.arguments }];
    default:
      return [];
  }
}
