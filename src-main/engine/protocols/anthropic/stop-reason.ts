import type { FinishReason } from '../chat-event.ts';
import type { JsonValue } from '../json.ts';
import { lookUp } from '../look-up.ts';

const PARSED: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  max_tokens: 'length',
  stop_sequence: 'stop_sequence',
  tool_use: 'tool_calls',
  pause_turn: 'pause',
  refusal: 'content_filter',
  model_context_window_exceeded: 'context_length',
};

const PRINTED: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  stop_sequence: 'stop_sequence',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'refusal',
  pause: 'pause_turn',
  context_length: 'model_context_window_exceeded',
  load: 'end_turn',
  unload: 'end_turn',
};

/** null: the answer has not ended. A reason nobody knows yet counts as a plain end. */
export function parseStopReason(value: JsonValue | undefined): FinishReason | null {
  return typeof value === 'string' ? (lookUp(PARSED, value) ?? 'stop') : null;
}

/** A plain end after tool calls is `tool_use`: some upstreams say "stop" because the calls came in an earlier chunk. */
export function printStopReason(reason: FinishReason, calledTools: boolean): string {
  return reason === 'stop' && calledTools ? PRINTED.tool_calls : PRINTED[reason];
}
