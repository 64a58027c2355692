import { isJsonObject, type JsonObject } from '../json.ts';

/**
 * A message with the defects mended that break clients: `content: null`, `citations: null` on text, a missing
 * stop_reason or stop_sequence. null: nothing to mend.
 */
export function repairMessage(message: JsonObject): JsonObject | null {
  const content = Array.isArray(message.content) ? message.content : null;
  const isWhole =
    content !== null &&
    message.stop_reason !== undefined &&
    message.stop_sequence !== undefined &&
    !content.some((block) => isJsonObject(block) && block.citations === null);
  if (isWhole) return null;
  return {
    ...message,
    content: (content ?? []).map((block) => (isJsonObject(block) ? withoutNullCitations(block) : block)),
    stop_reason: message.stop_reason ?? null,
    stop_sequence: message.stop_sequence ?? null,
  };
}

/** The block itself, unless it says `citations: null`. */
export function withoutNullCitations(block: JsonObject): JsonObject {
  if (block.citations !== null) return block;
  const { citations: _citations, ...rest } = block;
  return rest;
}
