import type { FinishReason } from '../chat-event.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { parseFinishReason, printFinishReason } from './finish-reason.ts';
import { contentText, thinkingText, toolCallsOf } from './read-delta.ts';
import type { ChunkDialect } from './stream-watcher.ts';
import type { ToolCallTracker, TrackedDelta } from './tool-call-tracker.ts';

/** Chunks of `/v1/chat/completions`. */
export const chatDialect: ChunkDialect = {
  hasContent: (choice) => messageHasContent(deltaOf(choice)),
  repair: repairChatChoice,
  finishChoice: (index, reason) => ({
    index,
    delta: {},
    logprobs: null,
    finish_reason: printFinishReason(reason, false),
  }),
};

/** True when a delta or message holds text, thinking or a tool call. */
export function messageHasContent(message: JsonObject): boolean {
  return toolCallsOf(message).length > 0 || contentText(message) !== '' || thinkingText(message) !== '';
}

/** Gives thinking both of its names: some clients know `reasoning` only, some `reasoning_content`. */
export function repairThinking(message: JsonObject): boolean {
  const thinking = thinkingText(message);
  if (thinking === '' || (message.reasoning === thinking && message.reasoning_content === thinking)) return false;
  message.reasoning = thinking;
  message.reasoning_content = thinking;
  return true;
}

/** Puts a word of the specification where the server has another one, or `stop` after tool calls. */
export function repairFinishReason(
  choice: JsonObject,
  print: (reason: FinishReason) => string,
  hasCalls: boolean,
): boolean {
  if (choice.finish_reason === 'function_call') return false;
  const reason = parseFinishReason(choice.finish_reason, hasCalls);
  if (reason === null || choice.finish_reason === print(reason)) return false;
  choice.finish_reason = print(reason);
  return true;
}

function repairChatChoice(choice: JsonObject, tools: ToolCallTracker, isFirst: boolean): boolean {
  const delta = deltaOf(choice);
  // openai-node takes an answer whose first delta names no role for a broken one.
  const lacksRole = isFirst && typeof delta.role !== 'string';
  if (lacksRole) delta.role = 'assistant';
  const thinkingRepaired = repairThinking(delta);
  const toolsRepaired = repairToolCalls(delta, tools);
  const finishRepaired = repairFinishReason(
    choice,
    (reason) => printFinishReason(reason, tools.hasCalls),
    tools.hasCalls,
  );
  const lacksDelta = !isJsonObject(choice.delta);
  if (lacksDelta) choice.delta = delta;
  return lacksRole || thinkingRepaired || toolsRepaired || finishRepaired || lacksDelta;
}

/** A chunk's delta; some servers put a whole `message` there, or nothing. */
function deltaOf(choice: JsonObject): JsonObject {
  if (isJsonObject(choice.delta)) return choice.delta;
  return isJsonObject(choice.message) ? choice.message : {};
}

function repairToolCalls(delta: JsonObject, tools: ToolCallTracker): boolean {
  if (!Array.isArray(delta.tool_calls)) return false;
  const deltas = delta.tool_calls.filter(isJsonObject).map((call) => ({ call, tracked: tools.read(call) }));
  if (deltas.every(({ call, tracked }) => isSound(call, tracked))) return false;
  delta.tool_calls = deltas.map(({ tracked }) => printToolDelta(tracked));
  return true;
}

function isSound(call: JsonObject, { call: known, opened, text }: TrackedDelta): boolean {
  const called = isJsonObject(call.function) ? call.function : {};
  if (call.index !== known.index || (called.arguments ?? '') !== text) return false;
  const names = opened ? call.id === known.id : call.id === undefined || call.id === null || call.id === known.id;
  return names && (opened || (called.name ?? '') === '');
}

function printToolDelta({ call, opened, text }: TrackedDelta): JsonObject {
  if (!opened) return { index: call.index, function: { arguments: text } };
  return { index: call.index, id: call.id, type: 'function', function: { name: call.name, arguments: text } };
}
