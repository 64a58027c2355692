import type { ChatResult } from '../chat-event.ts';
import type { InspectedResult, ReplyContext, SurfaceFormat } from '../format.ts';
import type { JsonObject } from '../json.ts';
import { SsePassThrough } from '../sse-pass-through.ts';
import { OpenAiCompletionEncoder } from './completion-encoder.ts';
import { toCompletionLogprobs } from './completion-logprobs.ts';
import { parseFinishReason, printCompletionFinishReason } from './finish-reason.ts';
import { readCommon, requiredChoices } from './inspect-result.ts';
import { parseCompletionRequest } from './parse-completion-request.ts';
import { repairFinishReason } from './repair-chat-choice.ts';
import { OpenAiWatcher, type ChunkDialect } from './stream-watcher.ts';
import { printUsage } from './usage.ts';

/** `/v1/completions`: one prompt continued, the older text format. */
export const openaiCompletions: SurfaceFormat = {
  name: 'openai-completions',
  protocol: 'openai',
  streamType: 'text/event-stream',
  parseRequest: parseCompletionRequest,
  createEncoder: (reply) => new OpenAiCompletionEncoder(reply),
  printResult: printCompletionResult,
  createPassThrough: (reply) => new SsePassThrough(new OpenAiWatcher(reply, completionDialect)),
  inspectResult: inspectCompletionResult,
};

const completionDialect: ChunkDialect = {
  hasContent,
  repair: (choice) => repairFinishReason(choice, printCompletionFinishReason, false),
  finishChoice: (index, reason) => ({
    text: '',
    index,
    logprobs: null,
    finish_reason: printCompletionFinishReason(reason),
  }),
};

function printCompletionResult(result: ChatResult, reply: ReplyContext): JsonObject {
  const usage = printUsage(result.usage);
  const choice: JsonObject = {
    text: result.parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
    index: 0,
    logprobs: result.logprobs === undefined ? null : toCompletionLogprobs(result.logprobs, 0),
    finish_reason: printCompletionFinishReason(result.finishReason),
  };
  return {
    id: `cmpl-${reply.id}`,
    object: 'text_completion',
    created: Math.floor(reply.createdAtMs / 1000),
    model: reply.model,
    choices: [choice],
    ...(usage === null ? {} : { usage }),
  };
}

function inspectCompletionResult(body: JsonObject): InspectedResult {
  const choices = requiredChoices(body);
  const finishReason = parseFinishReason(choices[0]?.finish_reason, false);
  const repaired = choices
    .map((choice) => repairFinishReason(choice, printCompletionFinishReason, false))
    .some(Boolean);
  return {
    ...readCommon(body, finishReason),
    hasContent: choices.some(hasContent),
    repaired: repaired ? body : null,
  };
}

function hasContent(choice: JsonObject): boolean {
  return typeof choice.text === 'string' && choice.text !== '';
}
