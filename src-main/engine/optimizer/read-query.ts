import type { ChatMessage, ChatRequest } from '../protocols/chat-request.ts';
import type { RequestNeeds } from '../routing/request-needs.ts';
import { needsOf } from '../routing/request-needs.ts';
import type { OptimizerQuery } from './request-report.ts';

/** A query as a request, with what it needs. Plain words are one message of a person. */
export function readQuery(
  query: OptimizerQuery,
  needs: RequestNeeds | undefined,
): { request: ChatRequest; needs: RequestNeeds } {
  const request = typeof query === 'string' ? toRequest(query) : query;
  return { request, needs: needs ?? needsOf(request, lengthOf(request)) };
}

function toRequest(text: string): ChatRequest {
  return { model: 'auto', mode: 'chat', messages: [{ role: 'user', parts: [{ type: 'text', text }] }], stream: false };
}

/** As long as its body would be, nearly. */
function lengthOf(request: ChatRequest): number {
  let length = 0;
  for (const message of request.messages) length += messageLength(message);
  return length;
}

function messageLength({ parts }: ChatMessage): number {
  let length = 0;
  for (const part of parts) {
    if ('text' in part) length += part.text.length;
    else if (part.type === 'image' && part.source.kind === 'base64') length += part.source.data.length;
  }
  return length;
}

/** 32-bit FNV-1a (Fowler, Noll, Vo) over UTF-16 code units: good enough to tell the same words from others for a minute. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
