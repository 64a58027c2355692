import type { Answer } from '../compare/answer-of.ts';
import type { ControlKind } from './judgement.ts';

/** An answer whose worth beside the accepted one is known. */
export interface Control {
  kind: ControlKind;
  other: Answer;
  truth: boolean;
}

type MadeKind = Exclude<ControlKind, 'checked'>;

/**
 * Of the bad ones one is longer than the accepted answer, one shorter and one as long: a judge that goes by length cannot come
 * through. The good ones say the same in more words.
 */
const GOOD: readonly MadeKind[] = ['introduced', 'polite'];
const BAD: readonly MadeKind[] = ['unrelated', 'cut', 'shuffled'];
/** Shorter answers leave nothing to cut or shuffle. */
const SHORTEST_TEXT = 60;

const OPENINGS = [
  'Certainly. Here is what you asked for:',
  'Thank you for the question. This is my answer, as plainly as I can put it:',
];
const CLOSINGS = [
  'I hope this helps. Let me know if anything is unclear, and I will gladly go into more detail.',
  'That is all there is to it. Feel free to ask if you would like to know more about any part of this.',
];

/**
 * The n-th control of that truth for a judge, or the next kind that this answer lends itself to. `unrelated`: an accepted answer
 * to something else. null: none does.
 */
export function makeControl(parts: {
  truth: boolean;
  place: number;
  accepted: Answer;
  unrelated: Answer | null;
  random: () => number;
}): Control | null {
  const { truth, place, accepted, unrelated, random } = parts;
  if (accepted.toolCalls.length > 0) return null;
  const kinds = truth ? GOOD : BAD;
  for (let next = 0; next < kinds.length; next += 1) {
    const kind = kinds[(place + next) % kinds.length] ?? 'polite';
    const text = MAKERS[kind]({ text: accepted.text, unrelated: unrelated?.text ?? null, random });
    if (text !== null) return { kind, other: { ...accepted, text }, truth };
  }
  return null;
}

type Maker = (from: { text: string; unrelated: string | null; random: () => number }) => string | null;

const MAKERS: Readonly<Record<MadeKind, Maker>> = {
  introduced: ({ text, random }) =>
    text.trim() === '' ? null : `${drawFrom(OPENINGS, random)}\n\n${text.trimStart()}`,
  polite: ({ text, random }) => (text.trim() === '' ? null : `${text.trimEnd()}\n\n${drawFrom(CLOSINGS, random)}`),
  cut: ({ text }) => (text.length < SHORTEST_TEXT ? null : text.slice(0, Math.floor(text.length * 0.35)).trimEnd()),
  shuffled: ({ text, random }) => (text.length < SHORTEST_TEXT ? null : shuffleWords(text, random)),
  unrelated: ({ text, unrelated }) => (unrelated === null || unrelated === text ? null : longerThan(text, unrelated)),
};

/** Said again until it is half as long again as the accepted answer. */
function longerThan(text: string, unrelated: string): string {
  const wanted = Math.ceil(text.length * 1.5);
  const times = Math.max(1, Math.ceil(wanted / Math.max(1, unrelated.length)));
  return Array.from({ length: Math.min(times, 50) }, () => unrelated).join('\n\n');
}

/** Fisher and Yates over the words. */
function shuffleWords(text: string, random: () => number): string {
  const words = text.split(/\s+/u);
  for (let at = words.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [words[at], words[other]] = [words[other] ?? '', words[at] ?? ''];
  }
  return words.join(' ');
}

function drawFrom(texts: readonly string[], random: () => number): string {
  return texts[Math.floor(random() * texts.length)] ?? '';
}
