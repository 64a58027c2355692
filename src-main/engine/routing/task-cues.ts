import type { TaskKind } from './request-profile.ts';

/** What is looked at to tell the kind of a task. */
export interface CueQuestion {
  /** Beginning and end of the last user message, in lower case: where people say what they want. */
  words: string;
  codeShare: number;
  digitShare: number;
  wantsJson: boolean;
  fillsGap: boolean;
  toolCount: number;
  hasImages: boolean;
}

/** Letters on either side would make it part of another word; `\b` knows only English ones. */
function words(pattern: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\d])(?:${pattern})(?![\\p{L}\\d])`, 'u');
}

const SUMMARISE = words(
  'summari[sz]e|summary|tl;?dr|key points|in (?:one|two|three|a few) sentences|shorten|zusammenfass\\p{L}*|fass\\p{L}* .{0,40}zusammen|résum\\p{L}+|resum[ei]\\p{L}*|riassum\\p{L}+|samenvat\\p{L}+',
);
const TRANSLATE = words(
  'translat\\p{L}+|übersetz\\p{L}*|tradu\\p{L}+|vertaal|in(?:to)? (?:english|german|french|spanish|italian|portuguese|chinese|japanese|korean|russian|dutch|polish)',
);
const CODE = words(
  'python|javascript|typescript|java|c\\+\\+|c#|golang|kotlin|sql|bash|html|css|regex|refactor\\p{L}*|debug\\p{L}*|compil\\p{L}+|traceback|stack ?trace|unit tests?|source code|codebase|pull request|npm|docker\\p{L}*|algorithm|functions? (?:that|which|to)|code|programm?|script|funktion|código|codice|quelltext',
);
const EXTRACT = words(
  'extract\\p{L}*|classif\\p{L}+|categori[sz]e|as json|in json|json (?:object|array)|list all (?:the )?(?:names|dates|entities)|sentiment|label (?:each|the)|extrahier\\p{L}*|extrai\\p{L}*|extrae\\p{L}*|estra\\p{L}+|klassifizier\\p{L}*',
);
const MATH = words(
  'solve|calculat\\p{L}+|comput(?:e|ing)|integral|derivative|equations?|prove(?: that)?|theorem|probability|how (?:many|much)|percent|square root|berechn\\p{L}*|gleichung|wie ?viele?|löse|calcul\\p{L}*|combien|équation|cuánt\\p{L}+|quant[oi]',
);
const WRITE = words(
  'write|draft|compose|poem|story|essay|e-?mail|letter|blog|article|rewrite|rephrase|slogan|schreib\\p{L}*|verfass\\p{L}*|gedicht|écri\\p{L}+|rédige\\p{L}*|escrib\\p{L}+|escrev\\p{L}+|scriv\\p{L}+',
);
const FORMULA = /\d\s*[-+*/^×÷=]\s*\d|\\frac|\\int|\\sum|[∑∫√≤≥]/;
/** Scripts without spaces have no word borders. */
const EAST = {
  summarise: /总结|概括|摘要|要約|まとめ|요약/,
  translate: /翻译|翻譯|翻訳|번역|перевед/,
  code: /代码|函数|编程|コード|関数|プログラム|코드|программ|функци/,
  math: /计算|方程|证明|計算|方程式|계산|вычисл|реши/,
  write: /写一|作文|書いて|작성|напиши/,
} as const;

const MUCH_CODE = 0.3;
const MANY_DIGITS = 0.25;

/** In this order: the first that fits is the kind. What none fits is chat. */
export const TASK_CUES: readonly (readonly [TaskKind, (question: CueQuestion) => boolean])[] = [
  ['vision', ({ hasImages }) => hasImages],
  ['tools', ({ toolCount }) => toolCount > 0],
  ['code', ({ fillsGap }) => fillsGap],
  ['summarise', ({ words }) => SUMMARISE.test(words) || EAST.summarise.test(words)],
  ['code', ({ words, codeShare }) => codeShare >= MUCH_CODE || CODE.test(words) || EAST.code.test(words)],
  ['translate', ({ words }) => TRANSLATE.test(words) || EAST.translate.test(words)],
  ['extract', ({ words, wantsJson }) => wantsJson || EXTRACT.test(words)],
  [
    'math',
    ({ words, digitShare }) =>
      digitShare > MANY_DIGITS || FORMULA.test(words) || MATH.test(words) || EAST.math.test(words),
  ],
  ['write', ({ words }) => WRITE.test(words) || EAST.write.test(words)],
];
