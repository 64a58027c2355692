import type { JsonValue } from '../protocols/json.ts';

/** A JSON column; damaged text reads as null, which no schema of ours takes for something else. */
export function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return null;
  }
}
