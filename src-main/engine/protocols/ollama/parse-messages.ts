import type { ChatMessage, ChatPart } from '../chat-request.ts';
import { Fields, mismatch } from '../fields.ts';
import { parseImage } from './parse-image.ts';
import { ToolCallIds } from './tool-call-ids.ts';

const ROLES = ['system', 'user', 'assistant', 'tool'] as const;

/** Reads `messages` of `/api/chat`; absent and empty give an empty list. Texts stand before images. */
export function parseMessages(body: Fields): ChatMessage[] {
  const ids = new ToolCallIds(body.array('messages') ?? []);
  return body.each('messages', (message) => parseMessage(message, ids)) ?? [];
}

function parseMessage(message: Fields, ids: ToolCallIds): ChatMessage {
  const role = parseRole(message);
  const text = message.string('content') ?? '';
  const images =
    message.array('images')?.map((image, at) => parseImage(image, `${message.path('images')}[${at}]`)) ?? [];
  const texts = text === '' ? [] : [{ type: 'text' as const, text }];
  if (role === 'tool') {
    const call = ids.findCall(message.string('tool_call_id'), message.string('tool_name'));
    return { role, parts: [{ type: 'tool_result', ...call, content: [...texts, ...images] }] };
  }
  const parts: ChatPart[] = [...texts, ...images];
  const thinking = message.string('thinking') ?? '';
  if (thinking !== '') parts.unshift({ type: 'thinking', text: thinking });
  parts.push(...parseToolCalls(message, ids));
  return { role, parts };
}

/** Ollama reads roles in any case. */
function parseRole(message: Fields): ChatMessage['role'] {
  const word = message.requiredString('role').toLowerCase();
  const role = ROLES.find((each) => each === word);
  if (role !== undefined) return role;
  throw mismatch(message.path('role'), 'one of "system", "user", "assistant", "tool"', word);
}

function parseToolCalls(message: Fields, ids: ToolCallIds): ChatPart[] {
  const calls = message.each('tool_calls', (call, path) => {
    const called = Fields.of(call.take('function'), `${path}.function`);
    const name = called.requiredString('name');
    const id = ids.addCall(name, call.string('id'));
    return { type: 'tool_call' as const, id, name, arguments: called.object('arguments') ?? {} };
  });
  return calls ?? [];
}
