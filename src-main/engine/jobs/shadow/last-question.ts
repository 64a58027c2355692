import type { ChatRequest } from '../../protocols/chat-request.ts';

/** The words of the last message that a person wrote. */
export function lastQuestion({ messages }: ChatRequest): string {
  const last = messages.findLast(({ role }) => role === 'user');
  return (last?.parts ?? []).flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}
