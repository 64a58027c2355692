import type { FinishReason } from '../protocols/chat-event.ts';
import type { OutputFormat, ToolDefinition } from '../protocols/chat-request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../protocols/json.ts';
import { checkAgainstSchema } from './check-against-schema.ts';

/** Reading more JSON than this would hold up everybody else; it is not checked. */
const LONGEST_JSON = 200_000;

/** One call as the model made it; its arguments as JSON text, or already read. */
export interface CalledTool {
  name: string;
  arguments: string | JsonObject;
}

/** No visible text and no tool call. Thinking is not an answer; spaces and invisible marks are not text. */
export function isEmptyAnswer(answer: { text: string; toolCalls: number }): boolean {
  return answer.toolCalls === 0 && !/[^\s\p{Cf}]/u.test(answer.text);
}

/** How an answer ended; `maxOutputTokens` is the client's own limit, null when it set none. */
export interface AnswerLength {
  finishReason: FinishReason | null;
  outputTokens: number | null;
  maxOutputTokens: number | null;
}

/** Broken off by a limit of the model's. A client that set a limit itself and got that many tokens has what it asked for. */
export function isTruncated({ finishReason, outputTokens, maxOutputTokens }: AnswerLength): boolean {
  if (finishReason === 'context_length') return true;
  if (finishReason !== 'length') return false;
  return maxOutputTokens === null || (outputTokens !== null && outputTokens < maxOutputTokens);
}

/**
 * What is wrong with an answer that had to be JSON, in words; null: nothing, or too long to look. As strict as the client's
 * own `JSON.parse`: a fence of backticks around it is wrong.
 */
export function whyNotJson(text: string, output: OutputFormat): string | null {
  const parsed = parseJson(text);
  if (parsed === 'too_long') return null;
  if (parsed === 'invalid') return 'the answer is not valid JSON';
  if (output.type === 'json_schema') return checkAgainstSchema(parsed.value, output.schema);
  return isJsonObject(parsed.value) || Array.isArray(parsed.value) ? null : '$ is not an object or an array';
}

/** What is wrong with a tool call, in words; null: nothing, or too long to look. No text at all counts as no arguments. */
export function whyNotCallable(call: CalledTool, tools: readonly ToolDefinition[]): string | null {
  const tool = tools.find(({ name }) => name === call.name);
  if (tool === undefined) return `there is no tool ${JSON.stringify(call.name)}`;
  const parsed = typeof call.arguments === 'string' ? parseJson(call.arguments || '{}') : { value: call.arguments };
  if (parsed === 'too_long') return null;
  if (parsed === 'invalid') return 'the arguments are not valid JSON';
  if (!isJsonObject(parsed.value)) return 'the arguments are not an object';
  return tool.parameters === undefined ? null : checkAgainstSchema(parsed.value, tool.parameters);
}

function parseJson(text: string): { value: JsonValue } | 'invalid' | 'too_long' {
  if (text.length > LONGEST_JSON) return 'too_long';
  try {
    return { value: JSON.parse(text) as JsonValue };
  } catch {
    return 'invalid';
  }
}
