import { isJsonObject, type JsonObject } from '../../../src-main/engine/protocols/json.ts';

/** The JSON object that `text` spells; null for other JSON and for what is none. */
export function parseJsonObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
