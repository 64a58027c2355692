import type { JsonObject, JsonValue } from '../json.ts';

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

/** The text of a message, as a content part. */
export function outputText(text: string, logprobs: JsonValue[] = []): JsonObject {
  return { type: 'output_text', text, annotations: [], logprobs };
}

/** A message item; `content` is empty while it has just begun. */
export function messageItem(id: string, content: JsonObject[], status: ItemStatus): JsonObject {
  return { id, type: 'message', status, role: 'assistant', content };
}

/** A reasoning item. The thoughts stand in its summary, the one place where every client shows them. */
export function reasoningItem(id: string, text: string, status: ItemStatus): JsonObject {
  return { id, type: 'reasoning', status, summary: text === '' ? [] : [summaryText(text)] };
}

export function summaryText(text: string): JsonObject {
  return { type: 'summary_text', text };
}

/** A call of a function tool; `args` is the JSON text of its arguments. */
export function functionCallItem(
  call: { id: string; callId: string; name: string; args: string },
  status: ItemStatus,
): JsonObject {
  return { id: call.id, type: 'function_call', status, call_id: call.callId, name: call.name, arguments: call.args };
}
