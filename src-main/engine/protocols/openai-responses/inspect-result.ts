import { GarbledReply } from '../failure.ts';
import type { InspectedResult } from '../format.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { finishReasonOf } from './response-watcher.ts';
import { parseResponseUsage } from './response-usage.ts';

/**
 * Reads usage and end of a Response on its way to a Responses client; `output: null` becomes an empty array. Throws
 * GarbledReply when the body is no Response at all.
 */
export function inspectResponseResult(body: JsonObject): InspectedResult {
  if (body.output === undefined && body.object !== 'response') throw new GarbledReply('The answer has no output.');
  const output = Array.isArray(body.output) ? body.output : null;
  const inspected: InspectedResult = {
    usage: parseResponseUsage(body.usage),
    finishReason: finishReasonOf(body),
    hasContent: (output ?? []).some(isContent),
    repaired: output === null ? { ...body, output: [] } : null,
  };
  if (typeof body.model === 'string') inspected.model = body.model;
  return inspected;
}

function isContent(item: JsonValue): boolean {
  if (!isJsonObject(item)) return false;
  const { type, content, summary } = item;
  if (type !== 'message' && type !== 'reasoning') return true;
  const parts = [content, summary].flatMap((list) => (Array.isArray(list) ? list : []));
  return parts.some((part) => isJsonObject(part) && part.text !== '');
}
