import type { ChatResult } from '../chat-event.ts';
import type { ChatPart } from '../chat-request.ts';
import { GarbledReply } from '../failure.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { parseFinishReason } from './finish-reason.ts';
import { choicesOf, contentText, thinkingText, toolCallsOf } from './read-delta.ts';
import { parseUsage } from './usage.ts';

/** Reads the answer of a chat completion that was not streamed; of several choices the first. Throws GarbledReply. */
export function parseChatResult(body: JsonObject): ChatResult {
  const [choice] = choicesOf(body);
  if (choice === undefined) throw new GarbledReply('The answer has no choices.');
  const message = isJsonObject(choice.message) ? choice.message : undefined;
  if (message === undefined) throw new GarbledReply('The answer has no message.');
  const id = typeof body.id === 'string' ? body.id : undefined;
  const calls = toolCallsOf(message).map((call, index) => parseCall(call, `call_${id ?? 'unnamed'}_${index}`));
  const thinking = thinkingText(message);
  const text = contentText(message);
  const parts: ChatPart[] = [];
  if (thinking !== '') parts.push({ type: 'thinking', text: thinking });
  if (text !== '') parts.push({ type: 'text', text });
  const logprobs = isJsonObject(choice.logprobs) ? choice.logprobs.content : undefined;
  return {
    ...(id === undefined ? {} : { id }),
    ...(typeof body.model === 'string' ? { model: body.model } : {}),
    parts: [...parts, ...calls],
    finishReason:
      parseFinishReason(choice.finish_reason, calls.length > 0) ?? (calls.length > 0 ? 'tool_calls' : 'stop'),
    usage: parseUsage(body.usage),
    ...(Array.isArray(logprobs) ? { logprobs } : {}),
  };
}

function parseCall(call: JsonObject, fallbackId: string): ChatPart {
  const called = isJsonObject(call.function) ? call.function : {};
  if (typeof called.name !== 'string') throw new GarbledReply('The answer calls a tool without a name.');
  const id = typeof call.id === 'string' && call.id !== '' ? call.id : fallbackId;
  return { type: 'tool_call', id, name: called.name, arguments: parseArguments(called.arguments) };
}

function parseArguments(value: JsonValue | undefined): JsonObject {
  if (isJsonObject(value)) return value;
  if (value === undefined || value === null || value === '') return {};
  try {
    const parsed: unknown = typeof value === 'string' ? JSON.parse(value) : value;
    if (isJsonObject(parsed)) return parsed;
  } catch {
    // Falls through: no JSON is as good as JSON that is no object.
  }
  throw new GarbledReply('The arguments of a tool call are not a JSON object.');
}
