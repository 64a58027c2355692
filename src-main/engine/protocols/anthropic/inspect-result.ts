import type { InspectedResult } from '../format.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { repairMessage } from './repair-message.ts';
import { parseStopReason } from './stop-reason.ts';
import { parseUsage } from './usage-tally.ts';

/** Reads usage and end of a message on its way to an Anthropic client. */
export function inspectMessageResult(body: JsonObject): InspectedResult {
  const content = Array.isArray(body.content) ? body.content : [];
  const inspected: InspectedResult = {
    usage: parseUsage(body.usage),
    finishReason: parseStopReason(body.stop_reason),
    hasContent: content.some((block) => isJsonObject(block) && block.text !== '' && block.thinking !== ''),
    repaired: repairMessage(body),
  };
  if (typeof body.model === 'string') inspected.model = body.model;
  return inspected;
}
