/** Words that are frequent in one language and rare in the others. */
const STOP_WORDS: Readonly<Record<string, string>> = {
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

const SAMPLE_CHARACTERS = 200;
/** One match may be a name or a loan word. */
const LEAST_MATCHES = 2;

const LANGUAGES = Object.keys(STOP_WORDS);
/** Hash of a word to a bit for each language that has it. */
const BITS = new Map<number, number>();
for (const [place, language] of LANGUAGES.entries()) {
  for (const word of (STOP_WORDS[language] ?? '').split(' ')) {
    const hash = hashWord(word);
    BITS.set(hash, (BITS.get(hash) ?? 0) | (1 << place));
  }
}

/** Guesses the language of a text from its first words, as two letters; null where neither script nor stop words tell. */
export function guessLanguage(text: string): string | null {
  const sample = text.length > SAMPLE_CHARACTERS ? text.slice(0, SAMPLE_CHARACTERS) : text;
  return byScript(sample) ?? byStopWords(sample);
}

/** The script of at least a quarter of the characters; kana outweighs the Chinese characters around it. */
function byScript(sample: string): string | null {
  let found: number[] | null = null;
  for (let at = 0; at < sample.length; at++) {
    const code = sample.charCodeAt(at);
    if (code < 0x370) continue;
    const place = SCRIPTS.findIndex(([first, last]) => code >= first && code <= last);
    if (place < 0) continue;
    found ??= SCRIPTS.map(() => 0);
    found[place] = (found[place] ?? 0) + 1;
  }
  if (found === null) return null;
  const [kana = 0, han = 0] = found;
  if (kana > 0 && (kana + han) * 4 >= sample.length) return 'ja';
  const place = found.findIndex((count) => count * 4 >= sample.length);
  return SCRIPTS[place]?.[2] ?? null;
}

function byStopWords(sample: string): string | null {
  const matches = LANGUAGES.map(() => 0);
  const text = sample.toLowerCase();
  let from = 0;
  for (let at = 0; at <= text.length; at++) {
    if (at < text.length && isLetter(text.charCodeAt(at))) continue;
    if (at > from) addWord(hashWord(text, from, at), matches);
    from = at + 1;
  }
  const most = Math.max(...matches);
  if (most < LEAST_MATCHES || matches.indexOf(most) !== matches.lastIndexOf(most)) return null;
  return LANGUAGES[matches.indexOf(most)] ?? null;
}

function addWord(hash: number, matches: number[]): void {
  const bits = BITS.get(hash);
  if (bits === undefined) return;
  for (let place = 0; place < matches.length; place++)
    if ((bits >> place) & 1) matches[place] = (matches[place] ?? 0) + 1;
}

/** FNV-1a (Fowler, Noll, Vo) over UTF-16 code units: no string is made. A chance collision blurs one guess in millions. */
function hashWord(text: string, from = 0, to = text.length): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

/** Of a text in lower case: Latin letters; what lies beyond belongs to scripts that were looked at before. */
function isLetter(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 0xc0 && code !== 0xd7 && code !== 0xf7 && code < 0x2000) ||
    code === 0xaa ||
    code === 0xb5 ||
    code === 0xba
  );
}
