import type { InspectedResult } from '../format.ts';
import type { JsonObject } from '../json.ts';
import { numberCalls } from './number-calls.ts';
import { readFinishReason, readUsage } from './read-end.ts';
import { readContent, type Shape } from './shape.ts';

/** Looks at an answer that goes on to an Ollama client as it is. */
export function inspectResult(body: JsonObject, shape: Shape): InspectedResult {
  const { text, thinking, toolCalls } = readContent(body, shape);
  const hasContent = text !== '' || thinking !== '' || toolCalls.length > 0;
  return {
    usage: readUsage(body, hasContent),
    finishReason: body.done === true ? readFinishReason(body, toolCalls.length > 0) : null,
    hasContent,
    repaired: numberCalls(body, shape, 0),
    ...(typeof body.model === 'string' && { model: body.model }),
  };
}
