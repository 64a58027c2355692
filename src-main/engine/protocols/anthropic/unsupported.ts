import type { ChatMessage, ChatPart, ChatRequest } from '../chat-request.ts';
import { imageMediaType } from './image-media-type.ts';

/** What the request asks for that Anthropic has no words for and that may not be left out. */
export function listUnsupported(request: ChatRequest): string[] {
  const found: string[] = [];
  if (request.choices !== undefined && request.choices > 1) found.push(`${request.choices} alternative answers (n)`);
  if (request.logprobs !== undefined) found.push('log probabilities (logprobs)');
  if (request.suffix !== undefined) found.push('text after the gap (suffix)');
  const chat = request.messages.filter((message) => message.role !== 'system');
  if (chat[0] === undefined) found.push('a request without a user message');
  else if (chat[0].role === 'assistant') found.push('a conversation that opens with an assistant message');
  for (const message of request.messages) {
    for (const part of message.parts) found.push(...listUnsupportedPart(part, message));
  }
  return [...new Set(found)];
}

function listUnsupportedPart(part: ChatPart, message: ChatMessage): string[] {
  switch (part.type) {
    case 'opaque':
      return part.protocol === 'anthropic' ? [] : [`a part that only ${part.protocol} understands (${part.kind})`];
    case 'tool_result':
      return part.content.flatMap((each) => listUnsupportedPart(each, message));
    case 'image':
      if (message.role === 'assistant' || message.role === 'system')
        return [`an image in a message of role ${message.role}`];
      return part.source.kind === 'base64' && imageMediaType(part.source) === undefined
        ? ['an image that is neither JPEG, PNG, GIF nor WebP']
        : [];
    default:
      return [];
  }
}
