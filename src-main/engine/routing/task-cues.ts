import { CueFinder, HAS_FAR_UNIT } from './cue-finder.ts';
import type { TaskKind } from './request-profile.ts';

/** What is looked at to tell the kind of a task. */
interface CueQuestion {
  text: string;
  codeShare: number;
  digitShare: number;
  wantsJson: boolean;
  fillsGap: boolean;
  toolCount: number;
  hasImages: boolean;
}

/** People say what they want at the beginning or at the end, and put the material between. */
const HEAD_CHARACTERS = 500;
const TAIL_CHARACTERS = 300;

const MUCH_CODE = 0.3;
const MANY_DIGITS = 0.25;

/** Whole words. Each alternative begins with letters that are written out: by these it is looked for. */
export const WORD_CUES = {
  summarise:
    'summari[sz]e|summary|tl;?dr|key points|in (?:one|two|three|a few) sentences|shorten|zusammenfass\\p{L}*|fass\\p{L}* .{0,40}zusammen|résum\\p{L}+|resum[ei]\\p{L}*|riassum\\p{L}+|samenvat\\p{L}+',
  code: 'python|javascript|typescript|java|c\\+\\+|c#|golang|kotlin|sql|bash|html|css|regex|refactor\\p{L}*|debug\\p{L}*|compil\\p{L}+|traceback|stack ?trace|unit tests?|source code|codebase|pull request|npm|docker\\p{L}*|algorithm|functions? (?:that|which|to)|code|programm?|script|funktion|código|codice|quelltext',
  translate:
    'translat\\p{L}+|übersetz\\p{L}*|tradu\\p{L}+|vertaal|in(?:to)? (?:english|german|french|spanish|italian|portuguese|chinese|japanese|korean|russian|dutch|polish)',
  extract:
    'extract\\p{L}*|classif\\p{L}+|categori[sz]e|as json|in json|json (?:object|array)|list all (?:the )?(?:names|dates|entities)|sentiment|label (?:each|the)|extrahier\\p{L}*|extrai\\p{L}*|extrae\\p{L}*|estra\\p{L}+|klassifizier\\p{L}*',
  math: 'solve|calculat\\p{L}+|comput(?:e|ing)|integral|derivative|equations?|prove(?: that)?|theorem|probability|how (?:many|much)|percent|square root|berechn\\p{L}*|gleichung|wie ?viele?|löse|calcul\\p{L}*|combien|équation|cuánt\\p{L}+|quant[oi]',
  write:
    'write|draft|compose|poem|story|essay|e-?mail|letter|blog|article|rewrite|rephrase|slogan|schreib\\p{L}*|verfass\\p{L}*|gedicht|écri\\p{L}+|rédige\\p{L}*|escrib\\p{L}+|escrev\\p{L}+|scriv\\p{L}+',
} as const;
const FORMULA = /\d\s*[-+*/^×÷=]\s*\d|\\frac|\\int|\\sum|[∑∫√≤≥]/;
const FINDER = new CueFinder(Object.values(WORD_CUES));

/** What tells one kind of task. */
interface Cues {
  words: RegExp;
  /** That of `words` in what the finder finds. */
  bit: number;
  /** Scripts without spaces have no word borders. */
  east: RegExp | null;
}

const SUMMARISE = cues('summarise', /总结|概括|摘要|要約|まとめ|요약/);
const CODE = cues('code', /代码|函数|编程|コード|関数|プログラム|코드|программ|функци/);
const TRANSLATE = cues('translate', /翻译|翻譯|翻訳|번역|перевед/);
const EXTRACT = cues('extract', null);
const MATH = cues('math', /计算|方程|证明|計算|方程式|계산|вычисл|реши/);
const WRITE = cues('write', /写一|作文|書いて|작성|напиши/);

/** Letters on either side would make it part of another word; `\b` knows only English ones. */
function cues(kind: keyof typeof WORD_CUES, east: RegExp | null): Cues {
  const words = new RegExp(`(?<![\\p{L}\\d])(?:${WORD_CUES[kind]})(?![\\p{L}\\d])`, 'u');
  return { words, bit: 1 << Object.keys(WORD_CUES).indexOf(kind), east };
}

/** The first that fits is the kind of the task. What none fits is chat. */
export function readTaskKind({
  text,
  codeShare,
  digitShare,
  wantsJson,
  fillsGap,
  toolCount,
  hasImages,
}: CueQuestion): TaskKind {
  if (hasImages) return 'vision';
  if (toolCount > 0) return 'tools';
  if (fillsGap) return 'code';
  const ends = endsOf(text);
  const found = FINDER.find(ends);
  // Without digits there is none but by sign or command.
  const mayHaveFormula = digitShare > 0 || found >= HAS_FAR_UNIT || ends.includes('\\');
  const words = found === 0 && !mayHaveFormula ? ends : ends.toLowerCase();
  if (fits(SUMMARISE, words, found)) return 'summarise';
  if (codeShare >= MUCH_CODE || fits(CODE, words, found)) return 'code';
  if (fits(TRANSLATE, words, found)) return 'translate';
  if (wantsJson || fits(EXTRACT, words, found)) return 'extract';
  if (digitShare > MANY_DIGITS || (mayHaveFormula && FORMULA.test(words)) || fits(MATH, words, found)) return 'math';
  return fits(WRITE, words, found) ? 'write' : 'chat';
}

/** `found`: what the finder found. A pattern is only tried where it can match. */
function fits({ words: western, bit, east }: Cues, words: string, found: number): boolean {
  if ((found & bit) !== 0 && western.test(words)) return true;
  return (found & HAS_FAR_UNIT) !== 0 && east?.test(words) === true;
}

function endsOf(text: string): string {
  if (text.length <= HEAD_CHARACTERS + TAIL_CHARACTERS) return text;
  return `${text.slice(0, HEAD_CHARACTERS)} ${text.slice(-TAIL_CHARACTERS)}`;
}
