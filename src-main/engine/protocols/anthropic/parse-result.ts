import type { ChatResult } from '../chat-event.ts';
import type { ChatPart } from '../chat-request.ts';
import { GarbledReply } from '../failure.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { parseStopReason } from './stop-reason.ts';
import { realSignature } from './unsigned-thinking.ts';
import { parseUsage } from './usage-tally.ts';

/** Reads a whole answer. Throws GarbledReply when it is no message at all; blocks of server tools are passed over. */
export function parseMessageResult(body: JsonObject): ChatResult {
  const { content } = body;
  const isMessage = body.type === 'message' || body.role === 'assistant';
  if (!isMessage || (content !== null && !Array.isArray(content))) {
    throw new GarbledReply('The provider sent something that is not an Anthropic message.');
  }
  const parts = (content ?? []).flatMap(parseResultBlock);
  const calledTools = parts.some((part) => part.type === 'tool_call');
  const result: ChatResult = {
    parts,
    finishReason: parseStopReason(body.stop_reason) ?? (calledTools ? 'tool_calls' : 'stop'),
    usage: parseUsage(body.usage),
  };
  if (typeof body.id === 'string') result.id = body.id;
  if (typeof body.model === 'string') result.model = body.model;
  if (typeof body.stop_sequence === 'string') result.stopSequence = body.stop_sequence;
  return result;
}

function parseResultBlock(block: JsonValue): ChatPart[] {
  if (!isJsonObject(block)) return [];
  const { type, text, thinking, signature, data, id, name, input } = block;
  if (type === 'text' && typeof text === 'string') return text === '' ? [] : [{ type, text }];
  if (type === 'thinking' && typeof thinking === 'string') {
    const real = realSignature(typeof signature === 'string' ? signature : undefined);
    return [real === undefined ? { type, text: thinking } : { type, text: thinking, signature: real }];
  }
  if (type === 'redacted_thinking' && typeof data === 'string') return [{ type, data }];
  if (type === 'tool_use' && typeof id === 'string' && typeof name === 'string') {
    return [{ type: 'tool_call', id, name, arguments: isJsonObject(input) ? input : {} }];
  }
  return [];
}
