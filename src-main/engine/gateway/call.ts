import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Protocol } from '../protocols/chat-request.ts';

/** One HTTP call after the guard. */
export interface GatewayCall {
  id: string;
  arrivedMs: number;
  startedAtMs: number;
  request: IncomingMessage;
  response: ServerResponse;
  method: string;
  /** Decoded by nobody yet: exactly as the client wrote it, without the query. */
  path: string;
  /** With its question mark; '' for none. */
  query: string;
  /** Headers a browser page needs: names and values in turn. */
  cors: readonly string[];
  /** The protocol errors are told in. */
  protocol: Protocol;
}

/** The protocol a caller speaks, from its path and, where all share one path, from its headers. */
export function protocolOf(path: string, request: IncomingMessage): Protocol {
  if (path.startsWith('/api/') || path === '/') return 'ollama';
  if (path.startsWith('/v1/messages')) return 'anthropic';
  return request.headers['anthropic-version'] === undefined ? 'openai' : 'anthropic';
}

/** The calling program: the product token of its User-Agent. */
export function appOf(request: IncomingMessage): string | null {
  const agent = request.headers['user-agent'];
  if (agent === undefined || agent === '') return null;
  const end = agent.search(/[/ ;(]/);
  return (end <= 0 ? agent : agent.slice(0, end)).slice(0, 64);
}
