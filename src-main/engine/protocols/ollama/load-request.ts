import type { ChatMessage, ChatPart, ChatRequest } from '../chat-request.ts';

type OpaquePart = Extract<ChatPart, { type: 'opaque' }>;

/**
 * Ollama's empty request: it generates nothing and only loads the model, or unloads it with `keep_alive` 0. It travels
 * as an opaque part, so that every other protocol refuses it by name.
 */
export function loadPart(keepAlive: ChatRequest['keepAlive']): OpaquePart {
  const unload = keepAlive === 0 || (typeof keepAlive === 'string' && /^0[a-zµ]*$/.test(keepAlive));
  return { type: 'opaque', protocol: 'ollama', kind: unload ? 'unload' : 'load', value: {} };
}

/** True for the message that stands for an empty request. */
export function isLoadMessage(message: ChatMessage): boolean {
  return message.parts.some(isLoadPart);
}

export function isLoadPart(part: ChatPart): boolean {
  return part.type === 'opaque' && part.protocol === 'ollama' && (part.kind === 'load' || part.kind === 'unload');
}
