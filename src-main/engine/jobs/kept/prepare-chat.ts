import type { ChatPart } from '../../protocols/chat-request.ts';
import type { FinishedChat } from '../../store/finished-chat.ts';
import { findSensitive } from './find-sensitive.ts';
import { printContent } from './kept-content.ts';
import { textsOf } from './texts-of.ts';

/** What is larger is not kept: a few such requests would fill the room of hundreds. Characters of request and answer. */
export const MOST_CHARACTERS = 256 * 1024;
/** Base64 characters of all images of a request, about 96 KiB of images. */
export const MOST_IMAGE_CHARACTERS = 128 * 1024;

/** `why`: what stands against keeping it, without a word of it. */
export type Prepared = { ok: true; text: string } | { ok: false; why: string };

/** Makes a finished chat ready for sealing, in steps of well under a millisecond, or says why it is not kept. */
export function* prepareChat(chat: FinishedChat): Generator<undefined, Prepared> {
  const why = whyUnfit(chat);
  if (why !== null) return { ok: false, why };
  for (const piece of textsOf(chat.request, chat.answer)) {
    const found = findSensitive(piece);
    if (found !== null) return { ok: false, why: `it seems to hold a secret (${found})` };
    yield;
  }
  return { ok: true, text: printContent(chat) };
}

function whyUnfit({ request, answer, characters }: FinishedChat): string | null {
  if (answer.length === 0) return 'its answer is empty';
  if (characters > MOST_CHARACTERS) return 'it is too large';
  if ((request.choices ?? 1) > 1) return 'it has several answers';
  let imageCharacters = 0;
  for (const part of partsOf(request.messages)) {
    // Documents, sound and state on servers: nobody could look through them for secrets, and no other model takes them.
    if (part.type === 'opaque') return 'it holds what only its own protocol understands';
    if (part.type === 'image' && part.source.kind === 'base64') imageCharacters += part.source.data.length;
  }
  return imageCharacters > MOST_IMAGE_CHARACTERS ? 'its images are too large' : null;
}

function* partsOf(messages: readonly { parts: readonly ChatPart[] }[]): Generator<ChatPart> {
  for (const { parts } of messages) {
    for (const part of parts) {
      if (part.type === 'tool_result') yield* part.content;
      else yield part;
    }
  }
}
