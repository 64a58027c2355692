import type { ChatRequest, ToolDefinition } from '../chat-request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/**
 * Ollama has no `tool_choice`. A call that must happen is therefore made by constrained decoding: the tools are left
 * out of the request, `format` allows nothing but the call, and its text is read back as a call.
 */

/** The tools of which one must be called; null when the model is free to answer with text. */
export function forcedTools(request: ChatRequest): ToolDefinition[] | null {
  const { toolChoice, tools = [] } = request;
  if (toolChoice?.type === 'required') return tools;
  if (toolChoice?.type === 'tool') return tools.filter((tool) => tool.name === toolChoice.name);
  return null;
}

/** The schema of the answer: the arguments of the only tool, or one of several `{name, arguments}`. */
export function forcedFormat(tools: ToolDefinition[]): JsonObject {
  const [only] = tools;
  if (only !== undefined && tools.length === 1) return schemaOf(only);
  const definitions: JsonObject = {};
  const anyOf = tools.map((tool, index): JsonObject => {
    let schema = schemaOf(tool);
    if (hasReferences(schema)) {
      const name = `arguments_${index}`;
      definitions[name] = rebaseReferences(schema, `#/$defs/${name}`);
      schema = { $ref: `#/$defs/${name}` };
    }
    const properties = { name: { const: tool.name }, arguments: schema };
    return { type: 'object', properties, required: ['name', 'arguments'], additionalProperties: false };
  });
  return Object.keys(definitions).length === 0 ? { anyOf } : { $defs: definitions, anyOf };
}

/** What the model is told, since it does not see the schema that binds it. */
export function forcedInstruction(tools: ToolDefinition[]): string {
  const list = tools
    .map((tool) => JSON.stringify({ ...tool, parameters: schemaOf(tool), strict: undefined }))
    .join('\n');
  return tools.length === 1
    ? `Call this tool now. Answer only with the JSON object of its arguments:\n${list}`
    : `Call one of these tools now. Answer only with a JSON object {"name": TOOL, "arguments": {…}}:\n${list}`;
}

/** Reads the answer back; null when it is not the call that was asked for (cut off, or a model that ignores `format`). */
export function readForcedCall(text: string, tools: ToolDefinition[]): { name: string; arguments: JsonObject } | null {
  const answer = parseObject(text);
  if (answer === null) return null;
  const [only] = tools;
  if (only !== undefined && tools.length === 1) return { name: only.name, arguments: answer };
  const tool = tools.find((each) => each.name === answer.name);
  return tool !== undefined && isJsonObject(answer.arguments) ? { name: tool.name, arguments: answer.arguments } : null;
}

function schemaOf(tool: ToolDefinition): JsonObject {
  return tool.parameters ?? { type: 'object' };
}

/** Models behind Ollama's cloud may ignore `format` and wrap the object in a code fence. */
function parseObject(text: string): JsonObject | null {
  const bare = text.trim().replace(/^```(?:json)?\s*|\s*```$/g, '');
  try {
    const value: unknown = JSON.parse(bare);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

function hasReferences(schema: JsonObject): boolean {
  return JSON.stringify(schema).includes('"$ref":"#');
}

/** Points references to the schema's own root at the place where it stands now. */
function rebaseReferences(value: JsonValue, base: string): JsonValue {
  if (Array.isArray(value)) return value.map((item) => rebaseReferences(item, base));
  if (!isJsonObject(value)) return value;
  const rebased: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const isReference = key === '$ref' && typeof item === 'string' && item.startsWith('#');
    rebased[key] = isReference ? base + item.slice(1) : rebaseReferences(item, base);
  }
  return rebased;
}
