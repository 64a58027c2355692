import type { ChatRequest, ToolDefinition } from '../chat-request.ts';
import { Fields } from '../fields.ts';
import type { JsonObject } from '../json.ts';
import { loadPart } from './load-request.ts';
import { omitUndefined } from '../omit-undefined.ts';
import { parseMessages } from './parse-messages.ts';
import { parseSharedFields } from './parse-shared-fields.ts';

/** Reads a body of `POST /api/chat`. No messages: a request to load or unload the model. Throws InvalidRequest. */
export function parseChatRequest(json: JsonObject): ChatRequest {
  const body = new Fields(json);
  const messages = parseMessages(body);
  const tools = body.each('tools', parseTool);
  const shared = parseSharedFields(body);
  if (messages.length === 0) messages.push({ role: 'user', parts: [loadPart(shared.keepAlive)] });
  return { mode: 'chat', messages, ...shared, ...(tools !== undefined && tools.length > 0 && { tools }) };
}

function parseTool(tool: Fields, path: string): ToolDefinition {
  const definition = Fields.of(tool.take('function'), `${path}.function`);
  const optional = { description: definition.string('description'), parameters: definition.object('parameters') };
  return { name: definition.requiredString('name'), ...omitUndefined(optional) };
}
