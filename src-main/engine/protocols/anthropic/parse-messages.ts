import type { ChatMessage, ChatPart } from '../chat-request.ts';
import { InvalidRequest } from '../failure.ts';
import type { Fields } from '../fields.ts';
import { parseContent } from './parse-block.ts';

const ROLES = ['user', 'assistant', 'system'] as const;

/**
 * `system` and `messages` in order. The results that a user message carries become one `tool` message before it; what
 * else it says follows as a user message.
 */
export function parseMessages(body: Fields): ChatMessage[] {
  const system = body.take('system');
  const messages: ChatMessage[] = [];
  if (system !== undefined) messages.push({ role: 'system', parts: parseContent(system, 'system') });
  body.requiredArray('messages');
  for (const parsed of body.each('messages', parseMessage) ?? []) messages.push(...parsed);
  return messages;
}

function parseMessage(message: Fields, path: string): ChatMessage[] {
  const role = message.oneOf('role', ROLES);
  if (role === undefined) throw new InvalidRequest(`${path}.role is missing: it must be "user" or "assistant".`, path);
  const parts = parseContent(message.take('content'), `${path}.content`);
  if (role !== 'user') {
    refuse(parts, isToolResult, `${path}.content: tool_result blocks stand in user messages.`, path);
    return [{ role, parts }];
  }
  refuse(
    parts,
    (part) => part.type === 'tool_call',
    `${path}.content: tool_use blocks stand in assistant messages.`,
    path,
  );
  const results = parts.filter(isToolResult);
  if (results.length === 0) return [{ role, parts }];
  const rest = parts.filter((part) => !isToolResult(part));
  const tool: ChatMessage = { role: 'tool', parts: results };
  return rest.length === 0 ? [tool] : [tool, { role, parts: rest }];
}

function isToolResult(part: ChatPart): boolean {
  return part.type === 'tool_result' || (part.type === 'opaque' && part.kind === 'tool_result');
}

function refuse(parts: ChatPart[], isWrong: (part: ChatPart) => boolean, complaint: string, path: string): void {
  if (parts.some(isWrong)) throw new InvalidRequest(complaint, `${path}.content`);
}
