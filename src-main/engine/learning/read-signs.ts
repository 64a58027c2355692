import type { FinishReason } from '../protocols/chat-event.ts';
import type { OutputFormat, ToolDefinition } from '../protocols/chat-request.ts';
import type { AnswerSigns } from './answer-signs.ts';
import { isEmptyAnswer, isTruncated, whyNotCallable, whyNotJson, type CalledTool } from './check-answer.ts';
import { looksLikeRefusal } from './looks-like-refusal.ts';

/** A whole answer that came to its end. Parts that nobody kept are null and their signs are not looked at. */
export interface FinishedAnswer {
  text: string | null;
  toolCalls: readonly CalledTool[] | null;
  finishReason: FinishReason | null;
  /** null: not told. */
  outputTokens: number | null;
}

/** What of the request bears on how its answer must look; a `ChatRequest` fits. */
export interface AnswerExpectation {
  output?: OutputFormat;
  tools?: readonly ToolDefinition[];
  maxOutputTokens?: number;
}

/** What an answer shows of its own quality without anybody having judged it. Cheap: a few patterns, one JSON parse. */
export function readSigns(answer: FinishedAnswer, expected: AnswerExpectation): AnswerSigns {
  const { text, toolCalls, finishReason, outputTokens } = answer;
  const maxOutputTokens = expected.maxOutputTokens ?? null;
  return {
    empty: text !== null && toolCalls !== null && isEmptyAnswer({ text, toolCalls: toolCalls.length }),
    truncated: isTruncated({ finishReason, outputTokens, maxOutputTokens }),
    // Whoever calls a tool does something.
    refusal: text === null || toolCalls === null ? null : toolCalls.length === 0 && looksLikeRefusal(text),
    invalidJson: isInvalidJson(answer, expected),
    invalidToolCall: isInvalidCall(answer, expected),
  };
}

function isInvalidJson({ text, toolCalls }: FinishedAnswer, { output }: AnswerExpectation): boolean | null {
  // An answer by tool call is not the one the format was asked for.
  if (output === undefined || text === null || toolCalls === null || toolCalls.length > 0) return null;
  return whyNotJson(text, output) !== null;
}

function isInvalidCall({ toolCalls }: FinishedAnswer, { tools }: AnswerExpectation): boolean | null {
  if (tools === undefined || toolCalls === null || toolCalls.length === 0) return null;
  return toolCalls.some((call) => whyNotCallable(call, tools) !== null);
}
