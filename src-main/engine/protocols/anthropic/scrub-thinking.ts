import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { spliceFields } from '../splice-fields.ts';
import { UNSIGNED } from './unsigned-thinking.ts';

/**
 * Takes thinking that carries our own signature out of a body on its way to a real Anthropic, which would answer 400
 * "Invalid `signature`". A message that held nothing else goes too. Everything outside `messages` stays byte for byte.
 */
export function scrubThinking(text: string, body: JsonObject): string {
  const { messages } = body;
  if (!text.includes(UNSIGNED) || !Array.isArray(messages)) return text;
  const kept = messages.flatMap(scrubMessage);
  const isSame = kept.length === messages.length && kept.every((each, index) => each === messages[index]);
  return isSame ? text : spliceFields(text, { messages: JSON.stringify(kept) });
}

function scrubMessage(message: JsonValue): JsonValue[] {
  if (!isJsonObject(message) || !Array.isArray(message.content)) return [message];
  const content = message.content.filter((block) => !isOurs(block));
  if (content.length === message.content.length) return [message];
  return content.length === 0 ? [] : [{ ...message, content }];
}

function isOurs(block: JsonValue): boolean {
  return isJsonObject(block) && block.type === 'thinking' && block.signature === UNSIGNED;
}
