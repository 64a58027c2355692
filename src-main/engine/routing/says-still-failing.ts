/** Said of something that was tried before, not of something in the task: "still", "again", "same", or curt and at once. */
const COMPLAINTS: readonly RegExp[] = [
  /\bstill (?:\w+ ){0,3}(?:fail\w*|broken|wrong|crash\w*|not|doesn'?t|does not|isn'?t|the same|getting|see(?:ing)?|an? (?:error|problem))/,
  /\b(?:the )?same (?:error|issue|problem|result|thing) (?:again|as before|still|happen\w*|occur\w*|persists)|\b(?:same|got the same|getting the same) (?:error|issue|problem|thing)\s*[.!:]*$|^(?:the )?same (?:error|issue|problem)\b/m,
  /\b(?:that|it|this) (?:still )?(?:doesn'?t|does not|didn'?t|did not) (?:work|help|fix)/,
  /^(?:no,? )?(?:it'?s |that'?s )?(?:still )?(?:not working|doesn'?t work|didn'?t work|wrong again|try again)\b/m,
  /(?:geht|klappt|funktioniert|läuft) (?:das |es )?(?:immer )?noch (?:immer )?nicht|(?:immer noch|wieder) (?:der |ein )?(?:gleiche|selbe|fehler|falsch|kaputt)|^(?:der )?(?:gleiche|selbe)r? fehler|^(?:das |es )?(?:geht|funktioniert|klappt) nicht|versuch'?s? (?:es )?(?:noch ?mal|nochmal|erneut)/m,
  /(?:ne )?(?:marche|fonctionne) (?:toujours|encore) pas|toujours (?:la |le )?(?:même|erreur)|^(?:ça |cela )?ne (?:marche|fonctionne) pas|(?:ré)?essaie (?:encore|à nouveau)|la même erreur/m,
  /(?:sigue|todavía|aún) (?:sin |no )?(?:funciona\w*|fallando|falla|dando)|el mismo error|^(?:eso )?no funciona|inténtalo de nuevo/m,
  /(?:ainda|continua) (?:não|sem|com|dando)? ?(?:funciona\w*|o mesmo|erro)|o mesmo erro|^(?:isso )?não funciona|tenta\w* de novo/m,
  /(?:ancora|sempre) (?:non funziona|lo stesso errore)|non funziona ancora|lo stesso errore|^non funziona|riprova/m,
  /还是(?:不行|不对|报错|错|失败)|仍然(?:不|报错|失败|错)|同样的(?:错误|问题)|再试/,
  /まだ(?:動|エラー|失敗|だめ|ダメ)|同じエラー|うまくいきません|もう一度試/,
  /вс[её] (?:ещё|еще|равно) (?:не |ошибка|падает)|та же (?:самая )?ошибка|^не работает|попробуй (?:ещё|еще|снова)/m,
];

/** Complaints stand at the beginning; what follows is the log. */
const CHARACTERS_READ = 300;

/** Does somebody say that what was tried before still fails? */
export function saysStillFailing(text: string): boolean {
  const head = text.slice(0, CHARACTERS_READ).toLowerCase().replaceAll('’', "'").trimStart();
  return COMPLAINTS.some((complaint) => complaint.test(head));
}
