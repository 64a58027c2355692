import type { TokenUsage } from '../protocols/chat-event.ts';

/** English text has about four characters to a token in the vocabularies in use; code and other scripts have fewer. */
const CHARACTERS_PER_TOKEN = 4;

/** Tokens of a text when nobody counted them. */
export function estimateTokens(characters: number): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}

/**
 * Fills the totals that an upstream did not tell; what it told stays. The caller marks the result as estimated.
 * `outputPieces` are the content pieces of a stream, about one token each: servers that send several tokens a piece are
 * caught by the characters. null: not known.
 */
export function estimateUsage(seen: {
  told: TokenUsage;
  inputCharacters: number | null;
  outputCharacters: number | null;
  outputPieces: number | null;
}): TokenUsage {
  const input = seen.inputCharacters === null ? null : estimateTokens(seen.inputCharacters);
  const fromCharacters = seen.outputCharacters === null ? null : estimateTokens(seen.outputCharacters);
  const output = seen.outputPieces === null ? fromCharacters : Math.max(seen.outputPieces, fromCharacters ?? 0);
  const { told } = seen;
  return { ...told, inputTokens: told.inputTokens ?? input, outputTokens: told.outputTokens ?? output };
}
