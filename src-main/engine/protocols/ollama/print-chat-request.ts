import type { ChatRequest, ToolDefinition } from '../chat-request.ts';
import type { PrintedRequest, PrintTarget } from '../format.ts';
import type { JsonObject } from '../json.ts';
import { findAdjustments } from './find-adjustments.ts';
import { findUnsupported, findUnsupportedParts } from './find-unsupported.ts';
import { forcedFormat, forcedInstruction, forcedTools } from './forced-tools.ts';
import { printMessages } from './print-messages.ts';
import { printSharedFields } from './print-shared-fields.ts';

/** What `/api/chat` cannot express. */
export function unsupportedByChat(request: ChatRequest): string[] {
  const found = [...findUnsupported(request), ...findUnsupportedParts(request)];
  return request.suffix === undefined ? found : [...found, 'text after the gap (suffix)'];
}

/** Prints a request for `POST /api/chat`. */
export function printChatRequest(request: ChatRequest, target: PrintTarget): PrintedRequest {
  const shared = printSharedFields(request, target);
  const body: JsonObject = { model: target.model, messages: printMessages(request.messages), ...shared };
  const forced = forcedTools(request);
  if (forced !== null) {
    body.messages = instruct(printMessages(request.messages), forcedInstruction(forced));
    body.format = forcedFormat(forced);
  } else if (request.tools !== undefined && request.toolChoice?.type !== 'none') {
    body.tools = request.tools.map(printTool);
  }
  return { path: '/api/chat', body, adjusted: findAdjustments(request, target) };
}

/** Templates expect the system message first and often only there: the instruction joins the one that there is. */
function instruct(messages: JsonObject[], instruction: string): JsonObject[] {
  const [first, ...others] = messages;
  if (first?.role !== 'system' || typeof first.content !== 'string') {
    return [{ role: 'system', content: instruction }, ...messages];
  }
  return [{ ...first, content: `${first.content}\n\n${instruction}` }, ...others];
}

function printTool(tool: ToolDefinition): JsonObject {
  const definition: JsonObject = { name: tool.name };
  if (tool.description !== undefined) definition.description = tool.description;
  if (tool.parameters !== undefined) definition.parameters = tool.parameters;
  return { type: 'function', function: definition };
}
