import type { ChatRequest, ToolDefinition } from '../chat-request.ts';
import { Fields, mismatch } from '../fields.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { omitUndefined } from '../omit-undefined.ts';

export interface ParsedTools {
  /** Function tools; those of other types run at a Responses server or need its own kinds of items. */
  tools: ToolDefinition[] | undefined;
  toolChoice: ChatRequest['toolChoice'];
  /** A tool that has to be called and is no function. */
  hostedChoice: JsonObject | undefined;
}

/** Reads `tools` and `tool_choice`; `allowed_tools` narrows the tools to the ones it names. */
export function parseTools(fields: Fields): ParsedTools {
  const listed = fields.each('tools', parseTool)?.filter((tool) => tool !== null) ?? [];
  const choice = fields.take('tool_choice');
  const allowed = isJsonObject(choice) && choice.type === 'allowed_tools' ? namesOf(choice.tools) : null;
  const tools = allowed === null ? listed : listed.filter((tool) => allowed.has(tool.name));
  return { tools: tools.length === 0 ? undefined : tools, ...parseChoice(choice) };
}

function parseTool(tool: Fields): ToolDefinition | null {
  if (tool.string('type') !== 'function') return null;
  const { description, parameters, strict } = {
    description: tool.string('description'),
    parameters: tool.object('parameters'),
    strict: tool.boolean('strict'),
  };
  return { name: tool.requiredString('name'), ...omitUndefined({ description, parameters, strict }) };
}

function parseChoice(choice: JsonValue | undefined): Pick<ParsedTools, 'toolChoice' | 'hostedChoice'> {
  const none = { toolChoice: undefined, hostedChoice: undefined };
  if (choice === undefined) return none;
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { ...none, toolChoice: { type: choice } };
  if (!isJsonObject(choice)) throw mismatch('tool_choice', '"auto", "none", "required" or an object', choice);
  if (choice.type === 'function') {
    return { ...none, toolChoice: { type: 'tool', name: new Fields(choice, 'tool_choice').requiredString('name') } };
  }
  if (choice.type !== 'allowed_tools') return { ...none, hostedChoice: choice };
  return { ...none, toolChoice: { type: choice.mode === 'required' ? 'required' : 'auto' } };
}

function namesOf(tools: JsonValue | undefined): Set<string> {
  const names = (Array.isArray(tools) ? tools : []).map((tool) => (isJsonObject(tool) ? tool.name : undefined));
  return new Set(names.filter((name) => typeof name === 'string'));
}
