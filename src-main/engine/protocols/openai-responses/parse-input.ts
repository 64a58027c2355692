import type { ChatMessage, ChatPart, ImagePart, TextPart } from '../chat-request.ts';
import { InvalidRequest } from '../failure.ts';
import { Fields, mismatch } from '../fields.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { parseInputContent } from './parse-input-content.ts';

const ROLES = ['user', 'assistant', 'system', 'developer'] as const;

export interface ParsedInput {
  messages: ChatMessage[];
  /** Items of kinds that only a native Responses server understands. */
  skipped: JsonObject[];
}

/**
 * Reads `input`: a string, or items. What the assistant did between two other turns (reasoning, words, calls) becomes
 * one message. Items of unknown kinds are skipped: clients replay whatever their last server gave them.
 */
export function parseInput(value: JsonValue | undefined): ParsedInput {
  if (value === undefined) return { messages: [], skipped: [] };
  if (typeof value === 'string') return { messages: [userText(value)], skipped: [] };
  if (!Array.isArray(value)) throw mismatch('input', 'a string or an array of items', value);
  const messages: ChatMessage[] = [];
  const skipped: JsonObject[] = [];
  for (const [index, item] of value.entries()) {
    const path = `input[${index}]`;
    const message = parseItem(Fields.of(item, path), path);
    const last = messages.at(-1);
    if (message === null) skipped.push(isJsonObject(item) ? item : {});
    else if (message.role === 'assistant' && last?.role === 'assistant') last.parts.push(...message.parts);
    else messages.push(message);
  }
  return { messages, skipped };
}

function userText(text: string): ChatMessage {
  return { role: 'user', parts: [{ type: 'text', text }] };
}

/** null: a kind that nobody else knows. */
function parseItem(item: Fields, path: string): ChatMessage | null {
  const type = item.string('type') ?? 'message';
  switch (type) {
    case 'message': {
      const role = item.oneOf('role', ROLES);
      if (role === undefined) throw mismatch(`${path}.role`, 'one of the roles', undefined);
      const parts = parseInputContent(item.take('content'), `${path}.content`);
      return { role: role === 'developer' ? 'system' : role, parts };
    }
    case 'function_call':
      return { role: 'assistant', parts: [parseCall(item)] };
    case 'function_call_output':
      return { role: 'tool', parts: [parseCallOutput(item, path)] };
    case 'reasoning':
      return { role: 'assistant', parts: parseReasoningItem(item) };
    default:
      return null;
  }
}

function parseCall(item: Fields): ChatPart {
  return {
    type: 'tool_call',
    id: item.requiredString('call_id'),
    name: item.requiredString('name'),
    arguments: parseArguments(item.string('arguments') ?? '', item.path('arguments')),
  };
}

function parseArguments(text: string, path: string): JsonObject {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch {
    // Said below, like JSON that is no object.
  }
  throw new InvalidRequest(`${path} must be a JSON object written as a string.`, path);
}

function parseCallOutput(item: Fields, path: string): ChatPart {
  const content = parseInputContent(item.take('output'), `${path}.output`);
  const plain = content.filter((part): part is TextPart | ImagePart => part.type === 'text' || part.type === 'image');
  if (plain.length < content.length) {
    throw new InvalidRequest(`${path}.output must be text or images: it is the result of a tool.`, `${path}.output`);
  }
  return { type: 'tool_result', callId: item.requiredString('call_id'), content: plain };
}

/** The thoughts themselves when they are there, else their summary. Encrypted ones can be read by their author only. */
function parseReasoningItem(item: Fields): ChatPart[] {
  const text = textsOf(item.array('content')) || textsOf(item.array('summary'));
  return text === '' ? [] : [{ type: 'thinking', text }];
}

function textsOf(parts: JsonValue[] | undefined): string {
  const texts = (parts ?? []).map((part) => (isJsonObject(part) && typeof part.text === 'string' ? part.text : ''));
  return texts.filter((text) => text !== '').join('\n\n');
}
