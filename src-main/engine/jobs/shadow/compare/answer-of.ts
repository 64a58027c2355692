import type { FinishReason } from '../../../protocols/chat-event.ts';
import type { ChatPart, ToolCallPart } from '../../../protocols/chat-request.ts';

/** An answer as it is compared: what a person or program gets of it. Thinking is not part of it. */
export interface Answer {
  text: string;
  toolCalls: readonly ToolCallPart[];
  finishReason: FinishReason | null;
  /** null: not told. */
  outputTokens: number | null;
}

export function toAnswer(
  parts: readonly ChatPart[],
  end: { finishReason: FinishReason | null; outputTokens?: number | null },
): Answer {
  return {
    text: parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join(''),
    toolCalls: parts.filter((part) => part.type === 'tool_call'),
    finishReason: end.finishReason,
    outputTokens: end.outputTokens ?? null,
  };
}

/** What a comparison says of the local answer, with its reason in words of our own; nothing of the content. */
export interface Comparison {
  verdict: 'good' | 'bad' | 'undecided';
  why: string;
}

export function good(why: string): Comparison {
  return { verdict: 'good', why };
}

export function bad(why: string): Comparison {
  return { verdict: 'bad', why };
}

export function undecided(why: string): Comparison {
  return { verdict: 'undecided', why };
}
