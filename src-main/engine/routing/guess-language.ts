import { createLetterMachine, MACHINE_UNITS, toLowerUnit } from './letter-machine.ts';

/** Words that are frequent in one language and rare in the others. */
export const STOP_WORDS: Readonly<Record<string, string>> = {
  en: 'the and is are of to in that it you what how why please with this for can my',
  de: 'der die das und ist nicht ein eine zu mit auf für wie was ich bitte den dem von mir',
  fr: 'le la les et est une des dans que qui pour pas vous je comment quel avec sur ce moi',
  es: 'el los las y es una que de en por para con cómo qué mi no se un está puedes',
  it: 'il lo gli e è una che di per non come cosa mi con questo della sono puoi un nel',
  pt: 'o os as e é uma que de em para com não como você meu por um está isso do',
  nl: 'de het een en is van niet dat wat hoe ik je met voor op zijn kun deze mijn naar',
  pl: 'i w nie na się jest to że z do jak co czy mi dla proszę po jaki jest od',
};

/** Scripts by their first and last code unit. One letter of kana tells Japanese, whatever else stands there. */
const SCRIPTS: readonly (readonly [first: number, last: number, language: string])[] = [
  [0x3040, 0x30ff, 'ja'],
  [0x4e00, 0x9fff, 'zh'],
  [0xac00, 0xd7af, 'ko'],
  [0x0400, 0x04ff, 'ru'],
  [0x0600, 0x06ff, 'ar'],
  [0x0590, 0x05ff, 'he'],
  [0x0370, 0x03ff, 'el'],
  [0x0900, 0x097f, 'hi'],
  [0x0e00, 0x0e7f, 'th'],
];

/** No script of these begins below. */
const FIRST_SCRIPT = 0x370;

const SAMPLE_CHARACTERS = 200;
/** One match may be a name or a loan word. */
const LEAST_MATCHES = 2;

const LANGUAGES = Object.keys(STOP_WORDS);
/** All that is no letter is read as this. */
const GAP = 0x20;
const MACHINE = createLetterMachine({ texts: stopWords(), fold: toLetter, isInWord: (unit) => unit !== GAP });

/** Stop words with the gap behind them, and a bit for each language that has them. */
function stopWords(): Map<string, number> {
  const bits = new Map<string, number>();
  for (const [place, language] of LANGUAGES.entries()) {
    for (const word of (STOP_WORDS[language] ?? '').split(' ')) {
      const text = word + String.fromCharCode(GAP);
      bits.set(text, (bits.get(text) ?? 0) | (1 << place));
    }
  }
  return bits;
}

/** Guesses the language of a text from its first words, as two letters; null where neither script nor stop words tell. */
export function guessLanguage(text: string): string | null {
  const length = Math.min(text.length, SAMPLE_CHARACTERS);
  const seen = countStopWords(text, length);
  if (seen < FIRST_SCRIPT) return byStopWords();
  const sample = text.slice(0, length);
  const script = byScript(sample);
  if (script !== null) return script;
  // The lower case of some signs is a letter.
  const lower = sample.toLowerCase();
  countStopWords(lower, lower.length);
  return byStopWords();
}

/** The script of at least a quarter of the characters; kana outweighs the Chinese characters around it. */
function byScript(sample: string): string | null {
  let found: number[] | null = null;
  for (let at = 0; at < sample.length; at++) {
    const code = sample.charCodeAt(at);
    if (code < FIRST_SCRIPT) continue;
    const place = scriptOf(code);
    if (place < 0) continue;
    found ??= new Array<number>(SCRIPTS.length).fill(0);
    found[place] = (found[place] ?? 0) + 1;
  }
  if (found === null) return null;
  const [kana = 0, han = 0] = found;
  if (kana > 0 && (kana + han) * 4 >= sample.length) return 'ja';
  const place = found.findIndex((count) => count * 4 >= sample.length);
  return SCRIPTS[place]?.[2] ?? null;
}

function scriptOf(code: number): number {
  for (let place = 0; place < SCRIPTS.length; place++) {
    const script = SCRIPTS[place];
    if (script !== undefined && code >= script[0] && code <= script[1]) return place;
  }
  return -1;
}

/**
 * How often a stop word of each language was met: a lane of eight bits for each, four in a number; a sample has fewer words
 * than a lane can count. So it is added up without a branch, and the room is used again and again.
 */
const matches = new Int32Array(2);
const EARLY = Int32Array.from({ length: 256 }, (_, languages) => toLanes(languages));
const LATE = Int32Array.from({ length: 256 }, (_, languages) => toLanes(languages >> 4));

function toLanes(bits: number): number {
  return (bits & 1) | ((bits & 2) << 7) | ((bits & 4) << 14) | ((bits & 8) << 21);
}

/** The language with the most stop words, when it is one and they are enough. */
function byStopWords(): string | null {
  let best = -1;
  let most = LEAST_MATCHES - 1;
  for (let place = 0; place < LANGUAGES.length; place++) {
    const count = ((matches[place >> 2] ?? 0) >> (8 * (place & 3))) & 255;
    if (count === most) best = -1;
    if (count <= most) continue;
    best = place;
    most = count;
  }
  return LANGUAGES[best] ?? null;
}

/** Fills `matches` from the beginning of a text. Returns its code units, or-ed. */
function countStopWords(text: string, length: number): number {
  const { columns, beyond, rows, root } = MACHINE;
  let early = 0;
  let late = 0;
  let seen = 0;
  let row = root;
  for (let at = 0; at <= length; at++) {
    const unit = at < length ? text.charCodeAt(at) : GAP;
    seen |= unit;
    row = rows[row + (unit < MACHINE_UNITS ? (columns[unit] ?? beyond) : beyond)] ?? root;
    const languages = rows[row] ?? 0;
    early = (early + (EARLY[languages] ?? 0)) | 0;
    late = (late + (LATE[languages] ?? 0)) | 0;
  }
  matches[0] = early;
  matches[1] = late;
  return seen;
}

/** Lower case, and the gap for all that is no Latin letter; what lies beyond belongs to scripts that are looked at before. */
function toLetter(unit: number): number {
  const code = toLowerUnit(unit);
  const isLetter =
    (code >= 97 && code <= 122) ||
    (code >= 0xc0 && code !== 0xd7 && code !== 0xf7 && code < 0x2000) ||
    code === 0xaa ||
    code === 0xb5 ||
    code === 0xba;
  return isLetter ? code : GAP;
}
