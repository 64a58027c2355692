import type { ChatMessage } from '../protocols/chat-request.ts';

/**
 * Is the last turn still open with thinking in it that its provider signed? Signatures count since the last message that
 * a user wrote; what is older has been answered, and any model may go on from there.
 */
export function holdsSignedThinking(messages: readonly ChatMessage[]): boolean {
  for (let at = messages.length - 1; at >= 0; at--) {
    const message = messages[at];
    if (message === undefined || message.role === 'user') return false;
    if (message.role === 'assistant' && message.parts.some(isSigned)) return true;
  }
  return false;
}

function isSigned(part: ChatMessage['parts'][number]): boolean {
  if (part.type === 'redacted_thinking') return true;
  return part.type === 'thinking' && part.signature !== undefined && part.signature !== '';
}
