import type { ChatMessage, ChatPart, ImageSource } from '../chat-request.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { imageMediaType } from './image-media-type.ts';
import { ToolIds } from './tool-ids.ts';
import { realSignature } from './unsigned-thinking.ts';

export interface PrintedMessages {
  /** All system messages in order; absent when there are none. */
  system?: JsonValue;
  messages: JsonObject[];
}

/**
 * Messages as Anthropic wants them: system messages hoisted, roles alternating (neighbours merged), tool results first
 * in their user message, no empty text, no thinking that Anthropic did not sign.
 */
export function printMessages(messages: readonly ChatMessage[]): PrintedMessages {
  const ids = new ToolIds();
  const system: JsonObject[] = [];
  const turns: { role: 'user' | 'assistant'; content: JsonObject[] }[] = [];
  for (const message of messages) {
    const blocks = message.parts.flatMap((part) => printPart(part, ids));
    if (message.role === 'system') {
      system.push(...blocks);
      continue;
    }
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...blocks);
    else if (blocks.length > 0) turns.push({ role, content: blocks });
  }
  const printed = turns.map(({ role, content }) => ({ role, content: compact(resultsFirst(content)) }));
  return system.length === 0 ? { messages: printed } : { system: compact(system), messages: printed };
}

function resultsFirst(blocks: JsonObject[]): JsonObject[] {
  const results = blocks.filter((block) => block.type === 'tool_result');
  return results.length === 0 ? blocks : [...results, ...blocks.filter((block) => block.type !== 'tool_result')];
}

/** A lone text goes as a string, which older servers of this protocol read too. */
function compact(blocks: JsonObject[]): JsonValue {
  const [first] = blocks;
  return blocks.length === 1 && first?.type === 'text' ? (first.text ?? '') : blocks;
}

/** The blocks of one part: none for what must not be sent. */
function printPart(part: ChatPart, ids: ToolIds): JsonObject[] {
  switch (part.type) {
    case 'text':
      return part.text.trim() === '' ? [] : [{ type: 'text', text: part.text }];
    case 'image':
      return [{ type: 'image', source: printImageSource(part.source) }];
    case 'thinking': {
      const signature = realSignature(part.signature);
      return signature === undefined ? [] : [{ type: 'thinking', thinking: part.text, signature }];
    }
    case 'redacted_thinking':
      return [{ type: 'redacted_thinking', data: part.data }];
    case 'tool_call':
      return [{ type: 'tool_use', id: ids.print(part.id), name: part.name, input: part.arguments }];
    case 'tool_result':
      return [printToolResult(part, ids)];
    case 'opaque':
      return part.protocol === 'anthropic' ? [part.value] : [];
  }
}

function printToolResult(part: Extract<ChatPart, { type: 'tool_result' }>, ids: ToolIds): JsonObject {
  const content = part.content.flatMap((each) => printPart(each, ids));
  const result: JsonObject = { type: 'tool_result', tool_use_id: ids.print(part.callId) };
  if (content.length > 0) result.content = compact(content);
  if (part.isError !== undefined) result.is_error = part.isError;
  return result;
}

function printImageSource(source: ImageSource): JsonObject {
  if (source.kind === 'url') return { type: 'url', url: source.url };
  const printed: JsonObject = { type: 'base64', data: source.data };
  const mediaType = imageMediaType(source);
  if (mediaType !== undefined) printed.media_type = mediaType;
  return printed;
}
