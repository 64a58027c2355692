import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** Which of Ollama's two endpoints an answer belongs to: content stands in `message`, or at the top level. */
export type Shape = 'chat' | 'generate';

/** The content of one chunk, or of a whole answer: the fields that both shapes have under different names. */
interface Content {
  text: string;
  thinking: string;
  toolCalls: JsonObject[];
}

/** Reads the content fields; whatever is not of the expected type counts as not there. */
export function readContent(chunk: JsonObject, shape: Shape): Content {
  const place = shape === 'generate' ? chunk : isJsonObject(chunk.message) ? chunk.message : {};
  const calls = Array.isArray(place.tool_calls) ? place.tool_calls.filter(isJsonObject) : [];
  return {
    text: stringOr(shape === 'generate' ? place.response : place.content),
    thinking: stringOr(place.thinking),
    toolCalls: calls,
  };
}

function stringOr(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
