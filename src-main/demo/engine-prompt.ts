import { isJsonObject, type JsonObject, type JsonValue } from '../engine/protocols/json.ts';
import { splitTokens } from './split-tokens.ts';

/** All that a simulated model looks at in a request. */
export interface EnginePrompt {
  /** Text of the last user message. */
  question: string;
  /** Text of the tool result that ends the conversation; null when none does. */
  toolResult: string | null;
  tools: readonly PromptTool[];
  toolChoice: 'auto' | 'none' | 'required';
  /** JSON Schema of the answer, or any JSON object; null: plain text. */
  output: JsonObject | 'json' | null;
  /** Infinity when there is no limit. */
  maxTokens: number;
  stop: readonly string[];
  /** null: the client did not say. */
  think: boolean | null;
  promptTokens: number;
}

export interface PromptTool {
  name: string;
  description: string;
  parameters: JsonObject;
}

/** Reads the fields that Ollama's and OpenAI's chats have in common; the engine adds what differs. */
export function readConversation(
  body: JsonObject,
): Pick<EnginePrompt, 'question' | 'toolResult' | 'tools' | 'promptTokens'> {
  const messages = objectsIn(body.messages);
  const last = messages.at(-1);
  const question = messages.findLast((message) => message.role === 'user');
  const tokensOf = (value: JsonValue | undefined): number => splitTokens(readText(value)).length;
  return {
    question: readText(question?.content),
    toolResult: last?.role === 'tool' ? readText(last.content) : null,
    tools: objectsIn(body.tools).flatMap(readTool),
    promptTokens: messages.reduce((sum, message) => sum + 4 + tokensOf(message.content), tokensOf(body.tools)),
  };
}

/** The objects in an array; anything else is passed over. */
export function objectsIn(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter((item) => isJsonObject(item)) : [];
}

/** A string, the text parts of a list of parts, or JSON. */
export function readText(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  if (!Array.isArray(value)) return JSON.stringify(value);
  return value
    .map((part) => (isJsonObject(part) && typeof part.text === 'string' ? part.text : readText(part)))
    .join(' ');
}

/** A stop string, several or none. */
export function readStop(value: JsonValue | undefined): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((item) => typeof item === 'string' && item !== '').map(String);
}

/** A limit of zero or less means none, as in Ollama's -1. */
export function readLimit(value: JsonValue | undefined): number {
  return typeof value === 'number' && value > 0 ? value : Infinity;
}

function readTool(tool: JsonObject): PromptTool[] {
  const { function: described } = tool;
  if (!isJsonObject(described) || typeof described.name !== 'string') return [];
  const parameters = isJsonObject(described.parameters) ? described.parameters : {};
  return [{ name: described.name, description: readText(described.description), parameters }];
}
