import type { ChatResult } from '../chat-event.ts';
import type { ChatPart } from '../chat-request.ts';
import type { ReplyContext } from '../format.ts';
import type { JsonObject } from '../json.ts';
import { functionCallItem, messageItem, outputText, reasoningItem, type ItemStatus } from './output-items.ts';
import { incompleteReason, printResponse } from './response-object.ts';

/** A whole answer as a Response object. */
export function printResponseResult(result: ChatResult, reply: ReplyContext): JsonObject {
  const { finishReason: reason, usage } = result;
  const status = incompleteReason(reason) === null ? 'completed' : 'incomplete';
  const output: JsonObject[] = [];
  for (const part of result.parts) {
    const item = printItem(part, { id: `${reply.id}_${output.length}`, status, logprobs: result.logprobs ?? [] });
    if (item !== null) output.push(item);
  }
  return printResponse(reply, { status: 'ended', reason, usage, output });
}

/** null: a part this format has no item for. */
function printItem(
  part: ChatPart,
  { id, status, logprobs }: { id: string; status: ItemStatus; logprobs: NonNullable<ChatResult['logprobs']> },
): JsonObject | null {
  switch (part.type) {
    case 'text':
      return part.text === '' ? null : messageItem(`msg_${id}`, [outputText(part.text, logprobs)], status);
    case 'thinking':
      return part.text === '' ? null : reasoningItem(`rs_${id}`, part.text, status);
    case 'tool_call': {
      const args = JSON.stringify(part.arguments);
      return functionCallItem({ id: `fc_${id}`, callId: part.id, name: part.name, args }, status);
    }
    default:
      return null;
  }
}
