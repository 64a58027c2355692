import type { ChatMessage, ChatPart, ChatRequest } from '../protocols/chat-request.ts';
import { guessLanguage } from './guess-language.ts';
import type { RequestProfile } from './request-profile.ts';
import { readTaskKind } from './task-cues.ts';

const MOST_CHARACTERS = 4_000;
const QUESTION_MARKS = unitsOf('?？؟');
/** What may stand behind a question mark: closing signs, and all that `\s` matches. */
const CLOSING = unitsOf(
  '"\'”’»)]\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff',
);
const MOST_CLOSING = 300;
const QUESTION_WORD =
  /^\s*(?:[¿¡]|(?:what|how|why|when|where|who|which|can|could|is|are|do|does|should|was|wie|warum|wann|wo|wer|welche[rsn]?|kannst|ist|comment|pourquoi|quand|où|qui|quel(?:le)?s?|est-ce|qué|cómo|cuándo|dónde|quién|come|perché|quando|dove|chi|como|quem)(?![\p{L}\d]))/iu;

/** Reads off a request what decisions and learning go by. `promptTokens`: estimate. Bounded, whatever its length. */
export function readProfile(request: ChatRequest, promptTokens: number): RequestProfile {
  const { messages } = request;
  const text = endsOf(lastUserText(messages));
  const toolCount = request.toolChoice?.type === 'none' ? 0 : (request.tools?.length ?? 0);
  const { turns, hasImages } = countTurns(messages);
  const wantsJson = request.output !== undefined;
  const fillsGap = request.suffix !== undefined;
  const { codeShare, digitShare } = sharesOf(text);
  return {
    kind: readTaskKind({ text, codeShare, digitShare, wantsJson, fillsGap, toolCount, hasImages }),
    promptTokens,
    maxOutputTokens: request.maxOutputTokens ?? null,
    turns,
    toolTurns: countToolTurns(messages),
    toolCount,
    hasImages,
    wantsJson,
    language: guessLanguage(text),
    codeShare,
    digitShare,
    isQuestion: endsInQuestionMark(text) || QUESTION_WORD.test(text.slice(0, 40)),
    text,
  };
}

/** The texts of the last user message; a huge one is not joined further than its ends are read. */
function lastUserText(messages: readonly ChatMessage[]): string {
  let at = messages.length - 1;
  while (at >= 0 && messages[at]?.role !== 'user') at -= 1;
  const last = messages[at];
  if (last === undefined) return '';
  let text = '';
  for (const part of last.parts) {
    if (part.type === 'text') text = text === '' ? part.text : endsOf(text) + '\n' + endsOf(part.text);
  }
  return text;
}

function endsOf(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  const half = (MOST_CHARACTERS - 1) >> 1;
  return `${text.slice(0, half)}\n${text.slice(-half)}`;
}

function countToolTurns(messages: readonly ChatMessage[]): number {
  let count = 0;
  for (let at = messages.length - 1; at >= 0; at--) {
    const message = messages[at];
    if (message === undefined || message.role === 'user') break;
    for (const { type } of message.parts) if (type === 'tool_result') count += 1;
  }
  return count;
}

function countTurns(messages: readonly ChatMessage[]): { turns: number; hasImages: boolean } {
  let turns = 0;
  let hasImages = false;
  for (const { role, parts } of messages) {
    if (role === 'user') turns += 1;
    for (const part of parts) if (part.type !== 'text' && isImage(part)) hasImages = true;
  }
  return { turns, hasImages };
}

function isImage(part: ChatPart): boolean {
  return part.type === 'image' || (part.type === 'tool_result' && part.content.some(({ type }) => type === 'image'));
}

/** Looks from the end: a pattern would try every place. */
function endsInQuestionMark(text: string): boolean {
  const least = Math.max(0, text.length - MOST_CLOSING);
  for (let at = text.length - 1; at >= least; at--) {
    const unit = text.charCodeAt(at);
    if (!CLOSING.has(unit)) return QUESTION_MARKS.has(unit);
  }
  return false;
}

function unitsOf(text: string): ReadonlySet<number> {
  return new Set(Array.from(text, (sign) => sign.charCodeAt(0)));
}

const FENCE = '```';
/** A character in eight is one of these in usual source code; in prose hardly one in fifty. */
const CODE_SIGNS = '{}[]();=<>_&|\\#$`';
/** Digits are counted from this bit on, signs below it: a text has fewer characters. */
const DIGITS_FROM = 16;
/** What an ASCII character adds to the count. */
const COUNTED = Int32Array.from({ length: 128 }, (_, code) => {
  if (code >= 48 && code <= 57) return 1 << DIGITS_FROM;
  return CODE_SIGNS.includes(String.fromCharCode(code)) ? 1 : 0;
});
const PROSE_DENSITY = 0.03;
const CODE_DENSITY = 0.12;

/** Code: what stands between fences, or, without them, by the density of the signs that code is full of. */
function sharesOf(text: string): { codeShare: number; digitShare: number } {
  if (text === '') return { codeShare: 0, digitShare: 0 };
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 128) count = (count + (COUNTED[code] ?? 0)) | 0;
  }
  const digits = count >>> DIGITS_FROM;
  const signs = count & ((1 << DIGITS_FROM) - 1);
  const dense = (signs / text.length - PROSE_DENSITY) / (CODE_DENSITY - PROSE_DENSITY);
  const codeShare = text.includes(FENCE) ? fencedShare(text) : Math.min(1, Math.max(0, dense));
  return { codeShare, digitShare: digits / text.length };
}

/** An open fence reaches to the end. */
function fencedShare(text: string): number {
  let fenced = 0;
  let at = text.indexOf(FENCE);
  while (at >= 0) {
    const end = text.indexOf(FENCE, at + FENCE.length);
    const stop = end < 0 ? text.length : end + FENCE.length;
    fenced += stop - at;
    at = text.indexOf(FENCE, stop);
  }
  return fenced / text.length;
}
