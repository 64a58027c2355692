import type { FinishReason } from '../chat-event.ts';
import type { JsonValue } from '../json.ts';
import { lookUp } from '../look-up.ts';

/** The words of the specification, and those that OpenAI-style servers use beside them. */
const READ: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  tool_calls: 'tool_calls',
  tool_use: 'tool_calls',
  function_call: 'tool_calls',
  content_filter: 'content_filter',
  load: 'load',
  unload: 'unload',
};

const PRINTED: Readonly<Record<FinishReason, 'stop' | 'length' | 'tool_calls' | 'content_filter'>> = {
  stop: 'stop',
  stop_sequence: 'stop',
  length: 'length',
  tool_calls: 'tool_calls',
  content_filter: 'content_filter',
  pause: 'stop',
  context_length: 'length',
  load: 'stop',
  unload: 'stop',
};

/**
 * Reads `finish_reason`; null while generation goes on. An unknown word is a `stop`. A `stop` after tool calls means
 * `tool_calls`: some servers report the calls in an earlier chunk and forget them here. `length` stays.
 */
export function parseFinishReason(value: JsonValue | undefined, hasToolCalls: boolean): FinishReason | null {
  if (typeof value !== 'string' || value === '') return null;
  const reason = lookUp(READ, value) ?? 'stop';
  return reason === 'stop' && hasToolCalls ? 'tool_calls' : reason;
}

/** The word for chat answers. */
export function printFinishReason(reason: FinishReason, hasToolCalls: boolean): string {
  const printed = PRINTED[reason];
  return printed === 'stop' && hasToolCalls ? 'tool_calls' : printed;
}

/** The word for `/v1/completions`, which knows no tools. */
export function printCompletionFinishReason(reason: FinishReason): string {
  const printed = PRINTED[reason];
  return printed === 'tool_calls' ? 'stop' : printed;
}
