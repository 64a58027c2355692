import type { ChatRequest, ToolChoice, ToolDefinition } from '../chat-request.ts';
import type { JsonObject } from '../json.ts';

/** `tools` and `tool_choice`. `serverTools` are Anthropic's own, kept from the client's request. */
export function printTools(request: ChatRequest, serverTools: JsonObject[], adjusted: string[]): JsonObject {
  const tools = [...(request.tools ?? []).map(printTool), ...serverTools];
  const { toolChoice, parallelToolCalls } = request;
  if (tools.length === 0) {
    const isForced = toolChoice?.type === 'required' || toolChoice?.type === 'tool';
    if (isForced) adjusted.push('tool_choice was left out: there are no tools');
    return {};
  }
  if (toolChoice === undefined && parallelToolCalls === undefined) return { tools };
  const choice = printToolChoice(toolChoice ?? { type: 'auto' });
  if (parallelToolCalls !== undefined && choice.type !== 'none') choice.disable_parallel_tool_use = !parallelToolCalls;
  return { tools, tool_choice: choice };
}

function printToolChoice(choice: ToolChoice): JsonObject {
  return choice.type === 'required' ? { type: 'any' } : { ...choice };
}

function printTool({ name, description, parameters, strict }: ToolDefinition): JsonObject {
  const printed: JsonObject = { name };
  if (description !== undefined) printed.description = description;
  printed.input_schema = parameters === undefined ? { type: 'object', properties: {} } : withType(parameters);
  if (strict !== undefined) printed.strict = strict;
  return printed;
}

/** Anthropic insists on `type: "object"`, which JSON Schema lets one leave out. */
function withType(schema: JsonObject): JsonObject {
  return schema.type === undefined ? { type: 'object', ...schema } : schema;
}
