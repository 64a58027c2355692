import type { ChatRequest, ToolChoice, ToolDefinition } from '../chat-request.ts';
import { Fields } from '../fields.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { omitUndefined } from '../omit-undefined.ts';

/**
 * Reads `tools` and `tool_choice`, or their predecessors `functions` and `function_call`. Tools and choices of a kind
 * that is not ours (custom tools, web search, allowed_tools) come back in `extra` under the same names.
 */
export function parseTools(fields: Fields): { known?: Partial<ChatRequest>; extra?: JsonObject } {
  if (!fields.hasAny('tools', 'functions', 'tool_choice', 'function_call', 'parallel_tool_calls')) return {};
  const others: JsonValue[] = [];
  const listed = fields.each('tools', (tool, path) => parseTool(tool, path, others)) ?? [];
  const legacy = fields.each('functions', parseFunction) ?? [];
  const tools = [...listed.filter((tool) => tool !== null), ...legacy];
  const choiceValue = fields.take('tool_choice') ?? fields.take('function_call');
  const toolChoice = parseToolChoice(choiceValue);
  return {
    known: omitUndefined({
      tools: tools.length === 0 ? undefined : tools,
      toolChoice,
      parallelToolCalls: fields.boolean('parallel_tool_calls'),
    }),
    extra: omitUndefined({
      tools: others.length === 0 ? undefined : others,
      tool_choice: toolChoice === undefined ? choiceValue : undefined,
    }),
  };
}

/** null: not a function tool; it was put aside in `others`. */
function parseTool(tool: Fields, path: string, others: JsonValue[]): ToolDefinition | null {
  const type = tool.string('type') ?? 'function';
  if (type !== 'function') {
    others.push({ type, ...tool.rest() });
    return null;
  }
  return parseFunction(Fields.of(tool.take('function'), `${path}.function`));
}

function parseFunction(definition: Fields): ToolDefinition {
  return {
    name: definition.requiredString('name'),
    ...omitUndefined({
      description: definition.string('description'),
      parameters: definition.object('parameters'),
      strict: definition.boolean('strict'),
    }),
  };
}

function parseToolChoice(value: JsonValue | undefined): ToolChoice | undefined {
  if (value === 'auto' || value === 'none' || value === 'required') return { type: value };
  if (!isJsonObject(value)) return undefined;
  if (isJsonObject(value.function) && typeof value.function.name === 'string') {
    return { type: 'tool', name: value.function.name };
  }
  const isLegacy = value.type === undefined && typeof value.name === 'string';
  return isLegacy && typeof value.name === 'string' ? { type: 'tool', name: value.name } : undefined;
}
