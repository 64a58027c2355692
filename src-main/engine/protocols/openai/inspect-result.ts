import type { FinishReason } from '../chat-event.ts';
import { GarbledReply } from '../failure.ts';
import type { InspectedResult } from '../format.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { parseFinishReason, printFinishReason } from './finish-reason.ts';
import { choiceIndex, choicesOf, toolCallsOf } from './read-delta.ts';
import { messageHasContent, repairFinishReason, repairThinking } from './repair-chat-choice.ts';
import { parseUsage } from './usage.ts';

/**
 * Looks through a chat completion on its way from an OpenAI-style server to an OpenAI client. Defects are mended in
 * `body` itself: a copy of every answer would cost more than all the rest. Throws GarbledReply.
 */
export function inspectChatResult(body: JsonObject): InspectedResult {
  const choices = requiredChoices(body);
  const finishReason = readFinishReason(choices);
  const repaired = choices.map(repairChoice).some(Boolean);
  return {
    ...readCommon(body, finishReason),
    hasContent: choices.some((choice) => isJsonObject(choice.message) && messageHasContent(choice.message)),
    repaired: repaired ? body : null,
  };
}

/** The choices; a body without a list of them is no answer. Throws GarbledReply. */
export function requiredChoices(body: JsonObject): JsonObject[] {
  if (!Array.isArray(body.choices)) throw new GarbledReply('The answer has no choices.');
  return choicesOf(body);
}

/** Usage, model and end as every format of the family tells them. */
export function readCommon(
  body: JsonObject,
  finishReason: FinishReason | null,
): Pick<InspectedResult, 'usage' | 'finishReason' | 'model'> {
  const model = typeof body.model === 'string' ? { model: body.model } : {};
  return { usage: parseUsage(body.usage), finishReason, ...model };
}

function readFinishReason(choices: JsonObject[]): FinishReason | null {
  const first = choices.find((choice) => choiceIndex(choice) === 0);
  if (first === undefined) return null;
  const hasCalls = isJsonObject(first.message) && toolCallsOf(first.message).length > 0;
  return parseFinishReason(first.finish_reason, hasCalls);
}

function repairChoice(choice: JsonObject): boolean {
  const message = isJsonObject(choice.message) ? choice.message : {};
  const hasCalls = toolCallsOf(message).length > 0;
  const thinkingRepaired = repairThinking(message);
  const callsRepaired = toolCallsOf(message).map(repairArguments).some(Boolean);
  const print = (reason: FinishReason): string => printFinishReason(reason, hasCalls);
  return repairFinishReason(choice, print, hasCalls) || thinkingRepaired || callsRepaired;
}

/** Arguments are JSON in a string, whatever Ollama's own form says. */
function repairArguments(call: JsonObject): boolean {
  const called: JsonValue | undefined = call.function;
  if (!isJsonObject(called) || typeof called.arguments === 'string') return false;
  called.arguments = JSON.stringify(called.arguments ?? {});
  return true;
}
