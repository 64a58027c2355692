import type { ChatEvent } from '../chat-event.ts';
import type { ReplyContext, StreamEncoder } from '../format.ts';
import { toCompletionLogprobs } from './completion-logprobs.ts';
import { printOpenAiStreamError } from './errors.ts';
import { printCompletionFinishReason } from './finish-reason.ts';
import { printUsage } from './usage.ts';

const STREAM_END = 'data: [DONE]\n\n';

/** Prints a completion as a stream of text. Thinking and tool calls have no place in this format. */
export class OpenAiCompletionEncoder implements StreamEncoder {
  readonly #includeUsage: boolean;
  /** Up to `choices`, which is the same in all chunks. */
  readonly #head: string;
  #tokenOffset = 0;

  constructor(reply: ReplyContext) {
    const created = Math.floor(reply.createdAtMs / 1000);
    const id = JSON.stringify(`cmpl-${reply.id}`);
    const model = JSON.stringify(reply.model);
    this.#head = `data: {"id":${id},"object":"text_completion","created":${created},"model":${model},"choices":`;
    this.#includeUsage = reply.includeUsage;
  }

  encode(event: ChatEvent): string {
    switch (event.type) {
      case 'text':
        return this.#chunk(JSON.stringify(event.text), 'null', 'null');
      case 'logprobs': {
        const logprobs = toCompletionLogprobs(event.content, this.#tokenOffset);
        this.#tokenOffset += (logprobs.tokens as string[]).join('').length;
        return this.#chunk('""', JSON.stringify(logprobs), 'null');
      }
      case 'finish':
        return this.#finish(event);
      case 'error':
        return printOpenAiStreamError(event.failure);
      default:
        return '';
    }
  }

  #chunk(text: string, logprobs: string, finishReason: string): string {
    return `${this.#head}[{"text":${text},"index":0,"logprobs":${logprobs},"finish_reason":${finishReason}}]}\n\n`;
  }

  #finish(event: Extract<ChatEvent, { type: 'finish' }>): string {
    const finish = this.#chunk('""', 'null', `"${printCompletionFinishReason(event.reason)}"`);
    if (!this.#includeUsage) return finish + STREAM_END;
    return `${finish}${this.#head}[],"usage":${JSON.stringify(printUsage(event.usage))}}\n\n${STREAM_END}`;
  }
}
