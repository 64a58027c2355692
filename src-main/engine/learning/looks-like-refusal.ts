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
 */
const OPENINGS: readonly RegExp[] = [
  // English
  new RegExp(String.raw`^${APOLOGY}${UNWILLING}(?:\s+\w+ly)?\s+${DEEDS}\b`, 'iu'),
  /^(?:sorry|i['’]?m sorry|i am sorry)[,.]? but (?:i|that|this) (?:can['’]?t|cannot|is not something|isn['’]t something)/iu,
  /^(?:i['’]m not|i am not|i do not feel|i don['’]t feel) comfortable \w+ing\b/iu,
  /^(?:i must decline|i have to decline|that['’]s not something i can (?:help|do)|i['’]m sorry, but that request)/iu,
  // German
  /^(?:(?:es )?tut mir leid|entschuldigung|leider|ich bedauere)[^.!?\n]{0,30}?(?:kann ich|ich kann|darf ich|ich darf)[^.!?\n]{0,80}\bnicht\b/iu,
  /^(?:dabei|damit|das) kann ich (?:ihnen |dir )?(?:leider )?nicht (?:helfen|tun|beantworten)/iu,
  // French
  /^(?:(?:je suis )?(?:vraiment )?(?:désolée?|navrée?)|malheureusement|je regrette)[^.!?\n]{0,20}?je ne (?:peux|suis) pas/iu,
  /^je ne (?:peux|suis) pas (?:en mesure |capable )?(?:de |d['’])?(?:vous |t['’])?(?:aider|répondre|fournir|faire|accéder)/iu,
  // Spanish, Portuguese, Italian
  /^(?:lo siento|lamento|lamentablemente|perdón|disculpa)[^.!?\n]{0,20}?no (?:puedo|me es posible)/iu,
  /^(?:desculpe|desculpa|sinto muito|lamento|infelizmente)[^.!?\n]{0,20}?não (?:posso|consigo)/iu,
  /^(?:mi dispiace|spiacente|purtroppo)[^.!?\n]{0,20}?non (?:posso|sono in grado)/iu,
  // Dutch, Polish, Russian, Turkish
  /^(?:het spijt me|sorry|helaas)[^.!?\n]{0,20}?(?:ik kan|kan ik)[^.!?\n]{0,60}\bniet\b/iu,
  /^(?:przykro mi|przepraszam|niestety)[^.!?\n]{0,20}?nie mogę/iu,
  /^(?:извините|простите|к сожалению|мне жаль)[^.!?\n]{0,20}?я не (?:могу|в состоянии)/iu,
  /^(?:üzgünüm|maalesef)[^.!?\n]{0,80}(?:edemem|olamam|veremem|yapamam)/iu,
  // Chinese, Japanese, Korean
  /^(?:很?抱歉|对不起|對不起|不好意思)[^。！？\n]{0,10}?我?(?:无法|無法|不能)/u,
  /^(?:申し訳(?:ありません|ございません)|すみません|ごめんなさい)[^。！？\n]{0,60}(?:できません|出来ません|できかねます)/u,
  /^(?:죄송(?:합니다|하지만)|미안하지만)[^.!?\n]{0,60}(?:수 없|드릴 수 없)/u,
];

/** True when an answer says that it will not or cannot do what was asked. Looks at short answers only, at how they begin. */
export function looksLikeRefusal(text: string): boolean {
  // Measured before anything is copied: most answers end here.
  if (text.length > LONGEST * 2) return false;
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > LONGEST) return false;
  const opening = trimmed.slice(0, OPENING);
  return OPENINGS.some((pattern) => pattern.test(opening));
}
