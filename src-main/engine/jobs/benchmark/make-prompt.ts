/** Short and common: about one token each in every vocabulary. */
const WORDS =
  'time year people way day man thing woman life child world school state family student group country problem hand part place case week company system program question work government number night point home water room mother area money story fact month lot right study book eye job word business issue side kind head house service friend father power hour game line end member law car city community name president team minute idea kid body information back parent face others level office door health person art war history party result change morning reason research girl guy moment air teacher force education'.split(
    ' ',
  );

const TASK = 'Write a long story in which as many of these words as possible occur. Do not stop early.';

/**
 * A prompt of about so many tokens that no server has in its cache: its words are drawn anew each time, from the first one
 * on. `random` in [0, 1).
 */
export function makePrompt(promptTokens: number, random: () => number): string {
  const count = Math.max(1, promptTokens - TASK.split(' ').length);
  const words = Array.from({ length: count }, () => WORDS[Math.floor(random() * WORDS.length)] ?? 'word');
  return `${words.join(' ')}\n\n${TASK}`;
}
