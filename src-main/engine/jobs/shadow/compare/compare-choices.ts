import { bad, good, undecided, type Comparison } from './answer-of.ts';

const OPTION = /^[ \t]*[([]?([A-Ha-h]|[1-8])[)\].:][ \t]+\S/gmu;
const YES_OR_NO = /^\s*["'*]*\s*(yes|no|true|false|ja|nein|oui|non|sí|sim|não)\b/iu;
const MEANS: Readonly<Record<string, string>> = {
  ...{ yes: 'yes', true: 'yes', ja: 'yes', oui: 'yes', sí: 'yes', sim: 'yes' },
  ...{ no: 'no', false: 'no', nein: 'no', non: 'no', não: 'no' },
};
/** Beyond this the first word is a beginning and not the answer. */
const LONGEST_PLAIN = 160;

/** The letters or digits of a list of options in the question; fewer than two are no choice. */
export function readOptions(question: string): readonly string[] {
  const found = [...question.matchAll(OPTION)].map(([, option = '']) => option.toUpperCase());
  const options = [...new Set(found)];
  const isRow = options.every((option, at) => option.charCodeAt(0) === (options[0]?.charCodeAt(0) ?? 0) + at);
  return options.length >= 2 && isRow ? options : [];
}

/** Which option an answer takes; null: none, or not clearly one. */
export function readChoice(answer: string, options: readonly string[]): string | null {
  const plain = answer.replace(/[*_`]/gu, '').trim();
  const only = /^[([]?([A-Ha-h1-8])[)\].:]?(?:\s|$)/u.exec(plain)?.[1]?.toUpperCase();
  const isBare = only !== undefined && (plain.length <= 3 || /^[([]?[A-Ha-h1-8][)\].:]/u.test(plain));
  const said = [
    ...plain.matchAll(
      /\b(?:answer|choice|option|antwort|réponse|respuesta)\b(?:\s+(?:is|ist|est|es))?\s*:?\s*[([]?([A-H1-8])(?![\p{L}\p{N}])/giu,
    ),
  ].map(([, letter = '']) => letter.toUpperCase());
  const choices = new Set(isBare ? [only, ...said] : said);
  const [choice] = choices;
  return choices.size === 1 && choice !== undefined && options.includes(choice) ? choice : null;
}

/** Conclusive where the question lists options, or where both answers plainly begin with yes or no. */
export function compareChoices(question: string, answers: { accepted: string; local: string }): Comparison {
  const options = readOptions(question);
  const [accepted, local] =
    options.length > 0
      ? [readChoice(answers.accepted, options), readChoice(answers.local, options)]
      : [readYesOrNo(answers.accepted), readYesOrNo(answers.local)];
  if (accepted === null || local === null) return undecided('there is no plain choice in both answers');
  return accepted === local ? good('it chose the same') : bad('it chose something else');
}

function readYesOrNo(answer: string): string | null {
  if (answer.length > LONGEST_PLAIN) return null;
  return MEANS[YES_OR_NO.exec(answer)?.[1]?.toLowerCase() ?? ''] ?? null;
}
