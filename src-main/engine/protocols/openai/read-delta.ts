import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** The text of an answer or delta: a string, or Mistral's array of text and thinking parts. */
export function contentText(message: JsonObject): string {
  const { content, refusal } = message;
  const text = typeof content === 'string' ? content : partTexts(content, 'text', 'text');
  return typeof refusal === 'string' ? text + refusal : text;
}

/** Its thinking: `reasoning_content` (DeepSeek, vLLM), `reasoning` (Ollama, OpenRouter) or Mistral's thinking parts. */
export function thinkingText(message: JsonObject): string {
  const { reasoning, reasoning_content: reasoningContent, content } = message;
  if (typeof reasoningContent === 'string' && reasoningContent !== '') return reasoningContent;
  if (typeof reasoning === 'string') return reasoning;
  return partTexts(content, 'thinking', 'thinking');
}

/** The elements of `tool_calls`, and `function_call` of the old kind as one of them. */
export function toolCallsOf(message: JsonObject): JsonObject[] {
  const calls = Array.isArray(message.tool_calls) ? message.tool_calls.filter(isJsonObject) : [];
  return isJsonObject(message.function_call) ? [...calls, { function: message.function_call }] : calls;
}

/** The choices of an answer or chunk; none when they are missing or null. */
export function choicesOf(body: JsonObject): JsonObject[] {
  return Array.isArray(body.choices) ? body.choices.filter(isJsonObject) : [];
}

/** Position of a choice among the alternatives; a choice that does not say is the first. */
export function choiceIndex(choice: JsonObject): number {
  return typeof choice.index === 'number' ? choice.index : 0;
}

function partTexts(content: JsonValue | undefined, type: string, field: string): string {
  if (!Array.isArray(content)) return '';
  return content.map((part) => (isJsonObject(part) && part.type === type ? textOf(part[field]) : '')).join('');
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : partTexts(value, 'text', 'text');
}
