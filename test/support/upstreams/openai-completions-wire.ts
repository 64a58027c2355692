import type { JsonObject } from '../../../src-main/engine/protocols/json.ts';
import { joined, mapPieces, type Reply } from './answer.ts';
import { printOpenaiUsage, wantsUsage } from './openai-chat-wire.ts';
import { printProblem } from './problem.ts';
import type { Chunk } from './script.ts';
import { CREATED_SECONDS, sse, type WireFormat } from './wire-format.ts';

/** `POST /completions`: text only; thinking and tool calls have no place in it. */
export const OPENAI_COMPLETIONS: WireFormat = {
  streamType: 'text/event-stream; charset=utf-8',
  streamsByDefault: false,
  printStream,
  printWhole: (reply) => ({
    ...head(reply),
    choices: [choice(joined(reply.text), finishReason(reply))],
    ...(reply.usage === null ? {} : { usage: printOpenaiUsage(reply) }),
  }),
};

function printStream(reply: Reply): Chunk[] {
  const chunk = (text: string, finish: string | null): string =>
    sse({ ...head(reply), choices: [choice(text, finish)], ...(withUsage ? { usage: null } : {}) });
  const withUsage = wantsUsage(reply.asked);
  const content: Chunk[] = mapPieces(reply.text, (text) => chunk(text, null));
  if (reply.answer.fails !== undefined) return [...content, sse(printProblem('openai', reply.answer.fails))];
  const usage = sse({ ...head(reply), choices: [], usage: printOpenaiUsage(reply) });
  const end = [chunk('', finishReason(reply)), ...(withUsage && reply.usage !== null ? [usage] : []), sse('[DONE]')];
  return [...content, ...end];
}

function head(reply: Reply): JsonObject {
  return {
    id: `cmpl-upstream${reply.number}`,
    object: 'text_completion',
    created: CREATED_SECONDS,
    model: reply.model,
  };
}

function choice(text: string, finish: string | null): JsonObject {
  return { index: 0, text, logprobs: null, finish_reason: finish };
}

function finishReason(reply: Reply): string {
  return reply.finish === 'length' || reply.finish === 'content_filter' ? reply.finish : 'stop';
}
