/** A refusal is short; whoever writes more has helped somehow. */
const LONGEST = 600;
/** The refusal comes first. */
const OPENING = 240;

const APOLOGY = String.raw`(?:(?:i['\u2019]?m|i am|we['\u2019]?re|my apologies|i apologi[sz]e|(?:very |so |truly )?sorry|unfortunately|thank you|as an ai)\b[^.!?\n]{0,60}?[,.!:;]?\s*(?:but |however,? )?)?`;
const UNWILLING = String.raw`(?:i|we)\s*(?:(?:can['\u2019]?t|cannot) and (?:won['\u2019]?t|will not)|can['\u2019]?t|cannot|can not|won['\u2019]?t|will not|am unable to|['\u2019]m unable to|am not able to|['\u2019]m not able to)`;
const DEEDS = String.raw`(?:help(?! but)|assist|do that|do this|comply|fulfill?|provide|answer|create|generate|write|share|discuss|engage|support|produce|give|offer|continue with|process|access|browse|view|open|read|see|to (?:help|answer|do))`;

/**
 * How refusals begin, most usual languages only, and only with an unmistakable "cannot": an apology alone is none.
 * Worked out by hand from how common models refuse; a miss costs little, a false alarm costs a second call.
 * Before each: with which letters of ASCII it can begin, so that few are tried.
 */
const OPENINGS: readonly (readonly [letters: string, pattern: RegExp])[] = [
  // English
  ['aimstuvw', new RegExp(String.raw`^${APOLOGY}${UNWILLING}(?:\s+\w+ly)?\s+${DEEDS}\b`, 'iu')],
  [
    'is',
    /^(?:sorry|i['’]?m sorry|i am sorry)[,.]? but (?:i|that|this) (?:can['’]?t|cannot|is not something|isn['’]t something)/iu,
  ],
  ['i', /^(?:i['’]m not|i am not|i do not feel|i don['’]t feel) comfortable \w+ing\b/iu],
  [
    'it',
    /^(?:i must decline|i have to decline|that['’]s not something i can (?:help|do)|i['’]m sorry, but that request)/iu,
  ],
  // German
  [
    'eilt',
    /^(?:(?:es )?tut mir leid|entschuldigung|leider|ich bedauere)[^.!?\n]{0,30}?(?:kann ich|ich kann|darf ich|ich darf)[^.!?\n]{0,80}\bnicht\b/iu,
  ],
  ['d', /^(?:dabei|damit|das) kann ich (?:ihnen |dir )?(?:leider )?nicht (?:helfen|tun|beantworten)/iu],
  // French
  [
    'djmnv',
    /^(?:(?:je suis )?(?:vraiment )?(?:désolée?|navrée?)|malheureusement|je regrette)[^.!?\n]{0,20}?je ne (?:peux|suis) pas/iu,
  ],
  [
    'j',
    /^je ne (?:peux|suis) pas (?:en mesure |capable )?(?:de |d['’])?(?:vous |t['’])?(?:aider|répondre|fournir|faire|accéder)/iu,
  ],
  // Spanish, Portuguese, Italian
  ['dlp', /^(?:lo siento|lamento|lamentablemente|perdón|disculpa)[^.!?\n]{0,20}?no (?:puedo|me es posible)/iu],
  ['dils', /^(?:desculpe|desculpa|sinto muito|lamento|infelizmente)[^.!?\n]{0,20}?não (?:posso|consigo)/iu],
  ['mps', /^(?:mi dispiace|spiacente|purtroppo)[^.!?\n]{0,20}?non (?:posso|sono in grado)/iu],
  // Dutch, Polish, Russian, Turkish
  ['hs', /^(?:het spijt me|sorry|helaas)[^.!?\n]{0,20}?(?:ik kan|kan ik)[^.!?\n]{0,60}\bniet\b/iu],
  ['np', /^(?:przykro mi|przepraszam|niestety)[^.!?\n]{0,20}?nie mogę/iu],
  ['', /^(?:извините|простите|к сожалению|мне жаль)[^.!?\n]{0,20}?я не (?:могу|в состоянии)/iu],
  ['m', /^(?:üzgünüm|maalesef)[^.!?\n]{0,80}(?:edemem|olamam|veremem|yapamam)/iu],
  // Chinese, Japanese, Korean
  ['', /^(?:很?抱歉|对不起|對不起|不好意思)[^。！？\n]{0,10}?我?(?:无法|無法|不能)/u],
  [
    '',
    /^(?:申し訳(?:ありません|ございません)|すみません|ごめんなさい)[^。！？\n]{0,60}(?:できません|出来ません|できかねます)/u,
  ],
  ['', /^(?:죄송(?:합니다|하지만)|미안하지만)[^.!?\n]{0,60}(?:수 없|드릴 수 없)/u],
];

const ASCII_UNITS = 128;
const ALL = 2 ** OPENINGS.length - 1;
/** By the first code unit: a bit for each opening to try. */
const TO_TRY = Int32Array.from({ length: ASCII_UNITS }, (_, unit) => {
  const letter = String.fromCharCode(unit).toLowerCase();
  return OPENINGS.reduce((bits, [letters], place) => (letters.includes(letter) ? bits | (1 << place) : bits), 0);
});

/** True when an answer says that it will not or cannot do what was asked. Looks at short answers only, at how they begin. */
export function looksLikeRefusal(text: string): boolean {
  // Measured before anything is copied: most answers end here.
  if (text.length > LONGEST * 2) return false;
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > LONGEST) return false;
  const toTry = TO_TRY[trimmed.charCodeAt(0)] ?? ALL;
  if (toTry === 0) return false;
  const opening = trimmed.slice(0, OPENING);
  for (let rest = toTry; rest !== 0; rest &= rest - 1) {
    if (OPENINGS[31 - Math.clz32(rest & -rest)]?.[1].test(opening) === true) return true;
  }
  return false;
}
