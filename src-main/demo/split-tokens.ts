/** Up to six letters, up to three digits or one sign, each with the blanks before it. Joined they are the text again. */
const TOKEN = /\s*(?:[\p{L}\p{M}]{1,6}|\p{N}{1,3}|[^\p{L}\p{M}\p{N}\s])|\s+/gu;

/** Cuts a text into pieces about as long as the tokens of a real model. */
export function splitTokens(text: string): string[] {
  return text.match(TOKEN) ?? [];
}
