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
/** Word to a bit for each language that has it. */
const BITS = new Map<string, number>();
for (const [place, language] of LANGUAGES.entries()) {
  for (const word of (STOP_WORDS[language] ?? '').split(' ')) BITS.set(word, (BITS.get(word) ?? 0) | (1 << place));
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
  for (const word of sample.toLowerCase().split(/[^\p{L}]+/u)) {
    const bits = BITS.get(word);
    if (bits === undefined) continue;
    for (let place = 0; place < matches.length; place++)
      if ((bits >> place) & 1) matches[place] = (matches[place] ?? 0) + 1;
  }
  const most = Math.max(...matches);
  if (most < LEAST_MATCHES || matches.indexOf(most) !== matches.lastIndexOf(most)) return null;
  return LANGUAGES[matches.indexOf(most)] ?? null;
}
