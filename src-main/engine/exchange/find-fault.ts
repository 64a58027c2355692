import type { AnswerSigns } from '../learning/answer-signs.ts';

/** What an answer may be thrown away for, the plainest fault first. */
const FAULTS: readonly (readonly [sign: keyof AnswerSigns, words: string])[] = [
  ['empty', 'it was empty'],
  ['truncated', 'it was cut off before its end'],
  ['invalidToolCall', 'it called a tool that is not there, or in a way that the tool does not take'],
  ['invalidJson', 'it was not the JSON that was asked for'],
  ['refusal', 'it refused to do what was asked'],
];

/** Why an answer should not be taken, in words; null when nothing speaks against it, or nobody looked. */
export function findFault(signs: AnswerSigns | null): string | null {
  if (signs === null) return null;
  return FAULTS.find(([sign]) => signs[sign] === true)?.[1] ?? null;
}
