import type { ChatPart, ChatRequest } from '../protocols/chat-request.ts';

/** The usual rule for English text. */
const CHARACTERS_PER_TOKEN = 4;
/** What a chat template puts around each message. */
const TOKENS_PER_MESSAGE = 4;
/** Providers count some 85 to 1,600, by size in pixels; the length in bytes says nothing. */
const TOKENS_PER_IMAGE = 1_000;
const MOST_TOKENS_PER_IMAGE = 1_600;
/** Tokenizers differ, and texts that are not English take more. */
const MARGIN = 1.25;

export interface PromptEstimate {
  /** What is expected. */
  promptTokens: number;
  /** What money is held for: as if all of the body were prompt, and a quarter more. */
  mostPromptTokens: number;
}

/**
 * Tokens that a model has to read, estimated before anybody counts them. Of plain conversations the texts are measured. With
 * tools, their calls and results, or an output schema, the body as it came (`bodyCharacters`) stands in for what is too
 * costly to measure piece by piece; the bytes of images are left out of it.
 */
export function estimatePromptTokens(request: ChatRequest, bodyCharacters: number): PromptEstimate {
  let isPlain = request.tools === undefined && request.output === undefined;
  let characters = request.suffix?.length ?? 0;
  let images = 0;
  let imageCharacters = 0;
  for (const { parts } of request.messages) {
    for (const part of parts) {
      if (part.type === 'text') {
        characters += part.text.length;
        continue;
      }
      isPlain &&= part.type === 'image';
      for (const source of imagesIn(part)) {
        images += 1;
        if (source.kind === 'base64') imageCharacters += source.data.length;
      }
    }
  }
  const measured = Math.ceil(characters / CHARACTERS_PER_TOKEN) + request.messages.length * TOKENS_PER_MESSAGE;
  const whole = Math.ceil((bodyCharacters - imageCharacters) / CHARACTERS_PER_TOKEN);
  const larger = Math.max(measured, whole);
  return {
    promptTokens: (isPlain ? measured : larger) + images * TOKENS_PER_IMAGE,
    mostPromptTokens: Math.ceil(larger * MARGIN) + images * MOST_TOKENS_PER_IMAGE,
  };
}

function imagesIn(part: ChatPart) {
  if (part.type === 'image') return [part.source];
  if (part.type !== 'tool_result') return [];
  return part.content.flatMap((piece) => (piece.type === 'image' ? [piece.source] : []));
}
