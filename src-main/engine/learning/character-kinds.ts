/** Kinds of characters that are counted. Everything beyond ASCII belongs to words, like letters and digits. */
export const KIND = {
  letter: 0,
  capital: 1,
  digit: 2,
  foreign: 3,
  space: 4,
  newline: 5,
  question: 6,
  dollar: 7,
  underscore: 8,
  colon: 9,
  comma: 10,
  stop: 11,
  parenthesis: 12,
  quote: 13,
  operator: 14,
  code: 15,
  other: 16,
} as const;

export const KIND_COUNT = 17;

/** Kinds up to this one make words. */
export const LAST_WORD_KIND = KIND.foreign;

const MEMBERS: readonly (readonly [number, string])[] = [
  [KIND.newline, '\n'],
  [KIND.question, '?'],
  [KIND.dollar, '$'],
  [KIND.underscore, '_'],
  [KIND.colon, ':'],
  [KIND.comma, ','],
  [KIND.stop, '.'],
  [KIND.parenthesis, '()'],
  [KIND.quote, '"\'`'],
  [KIND.operator, '=+*/^<>\\'],
  [KIND.code, '{};[]'],
];

const ASCII = 128;

/** Kind of each ASCII character. */
const KINDS = Uint8Array.from({ length: ASCII }, (_, unit) => {
  if (unit >= 97 && unit <= 122) return KIND.letter;
  if (unit >= 65 && unit <= 90) return KIND.capital;
  if (unit >= 48 && unit <= 57) return KIND.digit;
  const listed = MEMBERS.find(([, characters]) => characters.includes(String.fromCharCode(unit)));
  return listed?.[0] ?? (unit <= 32 ? KIND.space : KIND.other);
});

/** Of a UTF-16 code unit. */
export function kindOf(unit: number): number {
  return unit < ASCII ? (KINDS[unit] ?? KIND.foreign) : KIND.foreign;
}
