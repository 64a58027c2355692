import type { ChatMessage, ChatRequest } from '../protocols/chat-request.ts';
import { KeyHash } from './key-hash.ts';

/** What the client sent besides the messages, header and field names in lower case. */
export interface KeyContext {
  app: string | null;
  session: Readonly<Record<string, string>>;
}

/** Names of headers and fields under which clients send the id of one conversation. */
export const SESSION_NAMES = [
  'x-session-id',
  'x-conversation-id',
  'x-thread-id',
  'x-claude-code-session-id',
  'x-opencode-session',
  'x-openwebui-chat-id',
  'x-task-id',
  'session_id',
  'session-id',
  'conversation_id',
  'thread_id',
] as const;
/** These may stand for one conversation or for everything that an app or a person asks: the opening tells them apart. */
const VAGUE_NAMES = ['prompt_cache_key', 'user'] as const;
/** Claude Code writes `user_<hash>_account_<uuid>_session_<uuid>`, newer ones JSON with `session_id`. */
const SESSION_IN_USER = /(?:_session_|"session_id"\s*:\s*")([\w-]+)/;
/** A line of Claude Code's in front of its system prompt that differs from request to request. */
const CHANGING_PREFIX = 'x-anthropic-billing-header';

/**
 * Name of the conversation that a request belongs to, the same for all its requests. With a session id: that, the app and
 * the system prompt (agents ask side questions, titles and summaries, with the same id). Without: app, system prompt and
 * the opening user messages. null: a bare completion without a session, or nothing to tell it by.
 *
 * The opening is not unique: two chats of one app that begin with the same words share a key. They also share their prompt
 * prefix, so affinity does no harm; that an escalation is shared is the price. Chance collisions of the 64 bits need some
 * four billion conversations. See `continuesConversation` for telling a new chat from a known one.
 */
export function conversationKey(request: ChatRequest, { app, session }: KeyContext): string | null {
  const id = sessionOf(request, session);
  if (id === null && request.mode === 'completion') return null;
  const hash = new KeyHash();
  hash.add(app ?? '');
  for (const { role, parts } of request.messages) if (role === 'system') addTexts(hash, parts);
  if (id !== null) hash.add(id);
  else if (!addOpening(hash, request.messages)) return null;
  for (const name of VAGUE_NAMES) hash.add(session[name] ?? '');
  return hash.toString();
}

/** Can this request be the next one of a conversation? An opening without a session id only starts one. */
export function continuesConversation(request: ChatRequest, session: KeyContext['session']): boolean {
  return sessionOf(request, session) !== null || request.messages.some(({ role }) => role === 'assistant');
}

function sessionOf(request: ChatRequest, session: KeyContext['session']): string | null {
  for (const name of SESSION_NAMES) {
    const id = session[name];
    if (id !== undefined && id !== '') return id;
  }
  const user = request.user ?? session.user_id;
  return user === undefined ? null : (SESSION_IN_USER.exec(user)?.[1] ?? null);
}

/** User messages before the first answer. False: there are none. */
function addOpening(hash: KeyHash, messages: readonly ChatMessage[]): boolean {
  let found = false;
  for (const { role, parts } of messages) {
    if (role === 'assistant' || role === 'tool') break;
    if (role !== 'user') continue;
    found = true;
    addTexts(hash, parts);
  }
  return found;
}

function addTexts(hash: KeyHash, parts: ChatMessage['parts']): void {
  for (const part of parts) {
    if (part.type !== 'text') hash.add(part.type);
    else if (!part.text.startsWith(CHANGING_PREFIX)) hash.add(part.text);
  }
}
