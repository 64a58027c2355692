import { UNKNOWN_USAGE, type TokenUsage } from '../chat-event.ts';
import type { ReplyContext } from '../format.ts';
import { printMessageUsage } from './print-usage.ts';

/** Keeps a silent stream alive; may stand anywhere after message_start. */
export const ANTHROPIC_PING = 'event: ping\ndata: {"type":"ping"}\n\n';

const NOTHING_YET = { inputTokens: () => 0, outputTokens: () => 0 };

/**
 * The event that opens a stream. Sent early, with a heartbeat before the upstream has answered, its counts are 0; the
 * true ones follow in message_delta.
 */
export function printAnthropicStart(reply: ReplyContext, usage: TokenUsage = UNKNOWN_USAGE): string {
  const message = {
    id: `msg_${reply.id}`,
    type: 'message',
    role: 'assistant',
    model: reply.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: printMessageUsage(usage, NOTHING_YET),
  };
  return `event: message_start\ndata: ${JSON.stringify({ type: 'message_start', message })}\n\n`;
}

const LEADING_START = /^event: ?message_start\r?\n[^]*?\n\r?\n/;

/** The beginning of a stream that was kept back until after a heartbeat had opened it: without its own opening event. */
export function dropAnthropicStart(opening: string | Uint8Array): string {
  const text = typeof opening === 'string' ? opening : new TextDecoder().decode(opening);
  return text.replace(LEADING_START, '');
}
