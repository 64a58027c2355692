import type { ChatMessage, ChatPart, ImagePart, TextPart } from '../chat-request.ts';
import type { JsonObject } from '../json.ts';
import { isLoadMessage } from './load-request.ts';

type ToolResultPart = Extract<ChatPart, { type: 'tool_result' }>;

/**
 * Prints a conversation for `/api/chat`. Each tool result becomes a message of its own, with the name of its tool,
 * which Ollama's templates want. Signatures and redacted thinking belong to their upstream and stay behind.
 */
export function printMessages(messages: readonly ChatMessage[]): JsonObject[] {
  const toolNames = new Map<string, string>();
  for (const part of messages.flatMap((message) => message.parts)) {
    if (part.type === 'tool_call') toolNames.set(part.id, part.name);
  }
  return messages.flatMap((message) => (isLoadMessage(message) ? [] : printMessage(message, toolNames)));
}

/** All texts of a message; separate parts must not run into each other. */
export function joinTexts(parts: readonly ChatPart[]): string {
  const texts = parts.filter((part) => part.type === 'text');
  return texts.map((part) => part.text).join('\n');
}

/** Bare base64 of the images of a message. */
export function imageData(parts: readonly ChatPart[]): string[] {
  const sources = parts.filter((part) => part.type === 'image').map((part) => part.source);
  return sources.filter((source) => source.kind === 'base64').map((source) => source.data);
}

function printMessage(message: ChatMessage, toolNames: Map<string, string>): JsonObject[] {
  const printed: JsonObject[] = [];
  const rest: ChatPart[] = [];
  for (const part of message.parts) {
    if (part.type === 'tool_result') printed.push(printToolResult(part, toolNames));
    else rest.push(part);
  }
  if (rest.length > 0 || printed.length === 0) printed.push(printParts(message.role, rest));
  return printed;
}

function printParts(role: ChatMessage['role'], parts: ChatPart[]): JsonObject {
  const message: JsonObject = { role: role === 'tool' ? 'user' : role, ...printContent(parts) };
  const thinking = parts.filter((part) => part.type === 'thinking').map((part) => part.text);
  if (thinking.length > 0) message.thinking = thinking.join('\n');
  const calls = parts.filter((part) => part.type === 'tool_call');
  if (calls.length > 0) {
    message.tool_calls = calls.map(({ id, name, arguments: given }) => ({ id, function: { name, arguments: given } }));
  }
  return message;
}

function printToolResult(part: ToolResultPart, toolNames: Map<string, string>): JsonObject {
  const message: JsonObject = { role: 'tool', ...printContent(part.content), tool_call_id: part.callId };
  const name = part.name ?? toolNames.get(part.callId);
  if (name !== undefined) message.tool_name = name;
  return message;
}

function printContent(parts: readonly (ChatPart | TextPart | ImagePart)[]): JsonObject {
  const images = imageData(parts);
  const content = joinTexts(parts);
  return images.length === 0 ? { content } : { content, images };
}
