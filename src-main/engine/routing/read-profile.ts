import type { ChatMessage, ChatRequest } from '../protocols/chat-request.ts';
import { guessLanguage } from './guess-language.ts';
import type { RequestProfile, TaskKind } from './request-profile.ts';
import { TASK_CUES, type CueQuestion } from './task-cues.ts';

const MOST_CHARACTERS = 4_000;
/** People say what they want at the beginning or at the end, and put the material between. */
const HEAD_CHARACTERS = 500;
const TAIL_CHARACTERS = 300;

const QUESTION_MARK = /[?？؟]["'”’»)\]\s]*$/;
const QUESTION_WORD =
  /^\s*(?:[¿¡]|(?:what|how|why|when|where|who|which|can|could|is|are|do|does|should|was|wie|warum|wann|wo|wer|welche[rsn]?|kannst|ist|comment|pourquoi|quand|où|qui|quel(?:le)?s?|est-ce|qué|cómo|cuándo|dónde|quién|come|perché|quando|dove|chi|como|quem)(?![\p{L}\d]))/iu;

/** Reads off a request what decisions and learning go by. `promptTokens`: estimate. Bounded, whatever its length. */
export function readProfile(request: ChatRequest, promptTokens: number): RequestProfile {
  const { messages } = request;
  const text = endsOf(lastUserText(messages));
  const toolCount = request.toolChoice?.type === 'none' ? 0 : (request.tools?.length ?? 0);
  const hasImages = messages.some(hasImage);
  const wantsJson = request.output !== undefined;
  const fillsGap = request.suffix !== undefined;
  const { codeShare, digitShare } = sharesOf(text);
  return {
    kind: kindOf({ words: cueWords(text), codeShare, digitShare, wantsJson, fillsGap, toolCount, hasImages }),
    promptTokens,
    maxOutputTokens: request.maxOutputTokens ?? null,
    turns: messages.reduce((count, { role }) => (role === 'user' ? count + 1 : count), 0),
    toolTurns: countToolTurns(messages),
    toolCount,
    hasImages,
    wantsJson,
    language: guessLanguage(text),
    codeShare,
    digitShare,
    isQuestion: QUESTION_MARK.test(text.slice(-TAIL_CHARACTERS)) || QUESTION_WORD.test(text.slice(0, 40)),
    text,
  };
}

function kindOf(question: CueQuestion): TaskKind {
  for (const [kind, fits] of TASK_CUES) if (fits(question)) return kind;
  return 'chat';
}

/** The texts of the last user message; a huge one is not joined further than its ends are read. */
function lastUserText(messages: readonly ChatMessage[]): string {
  const last = messages.findLast(({ role }) => role === 'user');
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

function cueWords(text: string): string {
  if (text.length <= HEAD_CHARACTERS + TAIL_CHARACTERS) return text.toLowerCase();
  return `${text.slice(0, HEAD_CHARACTERS)} ${text.slice(-TAIL_CHARACTERS)}`.toLowerCase();
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

function hasImage({ parts }: ChatMessage): boolean {
  return parts.some(
    (part) =>
      part.type === 'image' || (part.type === 'tool_result' && part.content.some(({ type }) => type === 'image')),
  );
}

const FENCE = '```';
/** A character in eight is one of these in usual source code; in prose hardly one in fifty. */
const CODE_SIGNS = Uint8Array.from({ length: 128 }, (_, code) =>
  '{}[]();=<>_&|\\#$`'.includes(String.fromCharCode(code)) ? 1 : 0,
);
const PROSE_DENSITY = 0.03;
const CODE_DENSITY = 0.12;

/** Code: what stands between fences, or, without them, by the density of the signs that code is full of. */
function sharesOf(text: string): { codeShare: number; digitShare: number } {
  if (text === '') return { codeShare: 0, digitShare: 0 };
  let digits = 0;
  let signs = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) digits += 1;
    else if (code < 128) signs += CODE_SIGNS[code] ?? 0;
  }
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
