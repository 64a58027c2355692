import type { ChatMessage, ChatPart } from '../chat-request.ts';
import { InvalidRequest } from '../failure.ts';
import { Fields, mismatch } from '../fields.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { parseContent, parseResultContent } from './parse-content.ts';

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool', 'function'] as const;

/** Reads `messages`. `developer` is what newer models call `system`; `function` is what `tool` was called before. */
export function parseMessages(fields: Fields): ChatMessage[] {
  fields.requiredArray('messages');
  return fields.each('messages', parseMessage) ?? [];
}

function parseMessage(message: Fields, path: string): ChatMessage {
  const role = message.oneOf('role', ROLES);
  if (role === undefined) throw mismatch(`${path}.role`, 'one of the roles', undefined);
  switch (role) {
    case 'system':
    case 'developer':
      return { role: 'system', parts: parseContent(message.take('content'), `${path}.content`) };
    case 'user':
      return { role, parts: parseContent(message.take('content'), `${path}.content`) };
    case 'assistant':
      return { role, parts: parseAssistantParts(message, path) };
    case 'tool':
      return toolMessage(message.requiredString('tool_call_id'), message, path);
    case 'function':
      return toolMessage(legacyCallId(message.requiredString('name')), message, path);
  }
}

/** Thinking, then content, then calls: the order in which a model makes them. */
function parseAssistantParts(message: Fields, path: string): ChatPart[] {
  const thought = message.string('reasoning_content') ?? message.string('reasoning') ?? '';
  const refusal = message.string('refusal') ?? '';
  const thinking: ChatPart[] = thought === '' ? [] : [{ type: 'thinking', text: thought }];
  const refused: ChatPart[] = refusal === '' ? [] : [{ type: 'text', text: refusal }];
  const calls = message.each('tool_calls', parseToolCall) ?? [];
  return [
    ...thinking,
    ...parseContent(message.take('content'), `${path}.content`),
    ...refused,
    ...calls,
    ...parseLegacyCall(message, path),
    ...parseSpokenAnswer(message.object('audio')),
  ];
}

function parseToolCall(call: Fields, path: string): ChatPart {
  const id = call.requiredString('id');
  const type = call.string('type') ?? 'function';
  if (type !== 'function') {
    return { type: 'opaque', protocol: 'openai', kind: `${type}_tool_call`, value: { id, type, ...call.rest() } };
  }
  const called = Fields.of(call.take('function'), `${path}.function`);
  return {
    type: 'tool_call',
    id,
    name: called.requiredString('name'),
    arguments: parseArguments(called.take('arguments'), `${path}.function.arguments`),
  };
}

function parseLegacyCall(message: Fields, path: string): ChatPart[] {
  const call = message.object('function_call');
  if (call === undefined) return [];
  const called = new Fields(call, `${path}.function_call`);
  const name = called.requiredString('name');
  const input = parseArguments(called.take('arguments'), `${path}.function_call.arguments`);
  return [{ type: 'tool_call', id: legacyCallId(name), name, arguments: input }];
}

function parseSpokenAnswer(audio: JsonObject | undefined): ChatPart[] {
  return audio === undefined
    ? []
    : [{ type: 'opaque', protocol: 'openai', kind: 'audio', value: { type: 'audio', audio } }];
}

function toolMessage(callId: string, message: Fields, path: string): ChatMessage {
  const content = parseResultContent(message.take('content'), `${path}.content`);
  return { role: 'tool', parts: [{ type: 'tool_result', callId, content }] };
}

/** Calls of the old kind have no ids; there is one in a turn, so that its name can stand for it. */
function legacyCallId(name: string): string {
  return `call_${name}`;
}

/** Arguments are JSON in a string; an object is taken too, and nothing at all means no arguments. */
function parseArguments(value: JsonValue | undefined, path: string): JsonObject {
  if (isJsonObject(value)) return value;
  if (value === undefined || value === '') return {};
  const parsed = typeof value === 'string' ? parseObject(value) : null;
  if (parsed === null) throw new InvalidRequest(`${path} must be a JSON object written as a string.`, path);
  return parsed;
}

function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
