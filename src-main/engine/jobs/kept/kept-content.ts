import type { ChatPart, ChatRequest } from '../../protocols/chat-request.ts';
import { isJsonObject } from '../../protocols/json.ts';
import type { FinishedChat } from '../../store/finished-chat.ts';
import type { KeptContent } from './kept-prompts.ts';

/** Of the form below; what another version wrote is not read. */
const VERSION = 1;

/** What is sealed of a finished chat. */
export function printContent({ request, answer, finishReason, app, kind }: FinishedChat): string {
  return JSON.stringify({ version: VERSION, request, answer, finishReason, app, kind });
}

/**
 * Reads it back. It was authenticated by a key that nobody else has, so that it is what a program of ours wrote: only its
 * outline is looked at. null: the program was another version.
 */
export function parseContent(text: string): KeptContent | null {
  const content: unknown = JSON.parse(text);
  if (!isJsonObject(content)) return null;
  const { version, ...rest } = content;
  return version === VERSION && isContent(rest) ? rest : null;
}

function isContent(content: unknown): content is KeptContent {
  if (!isJsonObject(content)) return false;
  const { request, answer, finishReason, app, kind } = content;
  const areNamed = [finishReason, app, kind].every((each) => each === null || typeof each === 'string');
  return areNamed && isRequest(request) && Array.isArray(answer) && answer.every(isPart);
}

function isRequest(request: unknown): request is ChatRequest {
  if (!isJsonObject(request) || typeof request.model !== 'string' || typeof request.stream !== 'boolean') return false;
  if (request.mode !== 'chat' && request.mode !== 'completion') return false;
  return (
    Array.isArray(request.messages) &&
    request.messages.every((each) => isJsonObject(each) && Array.isArray(each.parts) && each.parts.every(isPart))
  );
}

function isPart(part: unknown): part is ChatPart {
  return isJsonObject(part) && typeof part.type === 'string';
}
