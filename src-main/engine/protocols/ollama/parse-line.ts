import { isJsonObject, type JsonObject } from '../json.ts';

/** One line of a stream as an object; null when it is none. */
export function parseLine(line: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(line);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
