import type { ChatMessage } from '../protocols/chat-request.ts';
import { isSameCall, isSameResult, recentToolCalls, type ToolCallTaken } from './recent-tool-calls.ts';
import { saysStillFailing } from './says-still-failing.ts';
import { hasUndoneEdit } from './undone-edit.ts';

/** Span in which a repetition is one. */
const WINDOW = 6;
const REPEATED = 3;
/** With more different calls between them, something is being done about it. */
const MOST_DIFFERENT = 2;
const ERRORS_WINDOW = 4;
const MOST_ERRORS = 3;
/** Waiting for something is done by asking the same again. */
const POLL =
  /status|poll|progress|(?:^|[^a-z])(?:wait|sleep|watch|tail|logs?|ps|top|health|ping|date|screenshot)(?:[^a-z]|$)/i;

/**
 * Reads off a conversation's messages that it is stuck, and says the sign in words; null: none. Agents resend the whole
 * history with every request; its last twelve tool calls and the last user message are looked at. A call that succeeded in
 * the end is no sign, however often it was tried before.
 */
export function findStuckSign(messages: readonly ChatMessage[]): string | null {
  const calls = recentToolCalls(messages);
  return whyRepeated(calls) ?? whyFailing(calls) ?? whyUndone(calls) ?? whyTold(messages);
}

function whyRepeated(calls: readonly ToolCallTaken[]): string | null {
  const last = calls.at(-1);
  const before = calls.at(-2);
  if (last === undefined || before === undefined) return null;
  if (last.failed && before.failed && isSameCall(last, before) && isSameResult(last, before)) {
    return 'same tool call twice with the same error';
  }
  if (!last.failed && isPoll(last)) return null;
  const window = calls.slice(-WINDOW);
  const count = window.filter((each) => isSameCall(each, last) && isSameResult(each, last)).length;
  return count >= REPEATED && countDifferent(window) <= MOST_DIFFERENT ? `same tool call ${count} times` : null;
}

function isPoll({ name, arguments: given }: ToolCallTaken): boolean {
  if (POLL.test(name)) return true;
  for (const value of Object.values(given))
    if (typeof value === 'string' && POLL.test(value.slice(0, 200))) return true;
  return false;
}

/** Different calls from the first repetition on. */
function countDifferent(window: readonly ToolCallTaken[]): number {
  const last = window.at(-1);
  if (last === undefined) return 0;
  const different: ToolCallTaken[] = [];
  for (const call of window.slice(window.findIndex((each) => isSameCall(each, last)))) {
    if (!different.some((each) => isSameCall(each, call))) different.push(call);
  }
  return different.length;
}

function whyFailing(calls: readonly ToolCallTaken[]): string | null {
  const window = calls.slice(-ERRORS_WINDOW);
  const first = calls.length - window.length;
  const errors = window.filter(
    (call, place) => call.failed && !isTriedAnew(call, calls.slice(0, first + place)),
  ).length;
  if (errors < MOST_ERRORS || window.at(-1)?.failed !== true) return null;
  return `${errors} of the last ${window.length} tool calls failed`;
}

/** It failed before, and then something else worked: a test run again after an edit is how work gets done. */
function isTriedAnew(call: ToolCallTaken, before: readonly ToolCallTaken[]): boolean {
  const first = before.findIndex((each) => each.failed && isSameCall(each, call));
  return first >= 0 && before.slice(first).some(({ failed }) => !failed);
}

function whyUndone(calls: readonly ToolCallTaken[]): string | null {
  return hasUndoneEdit(calls) ? 'an edit was undone' : null;
}

/** Only about an earlier answer can somebody say that it still fails. */
function whyTold(messages: readonly ChatMessage[]): string | null {
  const place = messages.findLastIndex(({ role }) => role === 'user');
  const last = messages[place];
  if (last === undefined || !messages.slice(0, place).some(({ role }) => role === 'assistant')) return null;
  for (const part of last.parts)
    if (part.type === 'text' && saysStillFailing(part.text)) return 'told that it still fails';
  return null;
}
