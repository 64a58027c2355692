import { isJsonObject, type JsonObject } from '../json.ts';
import type { Shape } from './shape.ts';

/**
 * Gives the tool calls of a chunk the indices `from`, `from + 1`…: some versions of Ollama leave `function.index` out
 * or call every one 0, and clients that collect by index would merge them. null when all of them are right already.
 */
export function numberCalls(chunk: JsonObject, shape: Shape, from: number): JsonObject | null {
  const place = shape === 'generate' ? chunk : chunk.message;
  if (!isJsonObject(place) || !Array.isArray(place.tool_calls)) return null;
  const given = place.tool_calls;
  const calls = given.map((call, at) =>
    isJsonObject(call) && isJsonObject(call.function) && call.function.index !== from + at
      ? { ...call, function: { ...call.function, index: from + at } }
      : call,
  );
  if (calls.every((call, at) => call === given[at])) return null;
  const numbered = { ...place, tool_calls: calls };
  return shape === 'generate' ? numbered : { ...chunk, message: numbered };
}
