import type { ChatMessage, ToolCallPart } from '../protocols/chat-request.ts';
import { looksFailed } from './looks-failed.ts';
import type { JsonValue } from '../protocols/json.ts';

/** A tool call with what came of it. */
export interface ToolCallTaken {
  name: string;
  arguments: ToolCallPart['arguments'];
  result: string;
  failed: boolean;
}

/** Loops show within a few turns; agents resend everything, and only the end of it is looked at. */
const MOST_CALLS = 12;
const MOST_MESSAGES = 60;
/** Of a result: its ends, where tools say how it went. */
const END_CHARACTERS = 600;

/** The last answered tool calls of a history, oldest first. */
export function recentToolCalls(messages: readonly ChatMessage[]): ToolCallTaken[] {
  const results = new Map<string, { text: string; failed: boolean }>();
  const calls: ToolCallTaken[] = [];
  const first = Math.max(0, messages.length - MOST_MESSAGES);
  for (let at = messages.length - 1; at >= first && calls.length < MOST_CALLS; at--) {
    const parts = messages[at]?.parts ?? [];
    for (let place = parts.length - 1; place >= 0; place--) {
      const part = parts[place];
      if (part?.type === 'tool_result') {
        const text = endsOf(part.content);
        results.set(part.callId, { text, failed: looksFailed(text, part.isError) });
      } else if (part?.type === 'tool_call') {
        const result = results.get(part.id);
        if (result === undefined) continue;
        calls.push({ name: part.name, arguments: part.arguments, result: result.text, failed: result.failed });
      }
    }
  }
  return calls.slice(0, MOST_CALLS).reverse();
}

function endsOf(content: Extract<ChatMessage['parts'][number], { type: 'tool_result' }>['content']): string {
  let text = '';
  for (const part of content) {
    if (part.type !== 'text') continue;
    text += part.text.length <= 2 * END_CHARACTERS ? part.text : shortened(part.text);
    if (text.length > 4 * END_CHARACTERS) text = shortened(text);
  }
  return text;
}

/** The length stands for what is left out, so that different results stay different. */
function shortened(text: string): string {
  return `${text.slice(0, END_CHARACTERS)}\n[${text.length}]\n${text.slice(-END_CHARACTERS)}`;
}

/** The same tool with the same arguments, in any order of their names. */
export function isSameCall(one: ToolCallTaken, other: ToolCallTaken): boolean {
  return one.name === other.name && isEqual(one.arguments, other.arguments);
}

/** The same words, apart from figures: times, process numbers and durations differ in every repetition. */
export function isSameResult(one: ToolCallTaken, other: ToolCallTaken): boolean {
  return one.result === other.result || withoutFigures(one.result) === withoutFigures(other.result);
}

function withoutFigures(text: string): string {
  return text.replace(/\d+/g, '0');
}

function isEqual(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
    return one.every((each, place) => isEqual(each, other[place]));
  }
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => isEqual(one[name], other[name]));
}
