import { isJsonObject, type JsonObject } from './json.ts';

/** The data of an event as a JSON object; null when it is none. */
export function parseEventData(data: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(data);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** True for text that cannot be a stream of server-sent events, such as an HTML page. */
export function isForeignText(raw: string): boolean {
  return !/^\s*(?::|data:|event:|id:|retry:|$)/.test(raw);
}

/** The event with the blank line that ends it, which a last event may lack. */
export function endedEvent(raw: string): string {
  return /\n\r?\n$/.test(raw) ? raw : `${raw.trimEnd()}\n\n`;
}
