import type { ChatEvent } from '../chat-event.ts';
import type { ReplyContext, StreamEncoder } from '../format.ts';
import { printOpenAiStreamError } from './errors.ts';
import { printFinishReason } from './finish-reason.ts';
import { printUsage } from './usage.ts';

const CONTENT_END = ',"logprobs":null,"finish_reason":null}]}\n\n';
const STREAM_END = 'data: [DONE]\n\n';

/**
 * Prints a chat completion as a stream: role, deltas, one chunk with the finish reason, usage when asked for, `[DONE]`.
 * Runs on every token, so all that stays the same is made once.
 */
export class OpenAiChatEncoder implements StreamEncoder {
  readonly #includeUsage: boolean;
  /** Up to `choices`, which is the same in all chunks. */
  readonly #head: string;
  /** Up to `delta`, which is the same in all chunks with content. */
  readonly #choice: string;
  #started: boolean;
  #hasToolCalls = false;

  constructor(reply: ReplyContext) {
    const created = Math.floor(reply.createdAtMs / 1000);
    const id = JSON.stringify(`chatcmpl-${reply.id}`);
    const model = JSON.stringify(reply.model);
    this.#head = `data: {"id":${id},"object":"chat.completion.chunk","created":${created},"model":${model},"choices":`;
    this.#choice = `${this.#head}[{"index":0,"delta":`;
    this.#includeUsage = reply.includeUsage;
    this.#started = reply.startSent === true;
  }

  encode(event: ChatEvent): string {
    if (this.#started || event.type === 'error') return this.#print(event);
    this.#started = true;
    return `${this.#choice}{"role":"assistant","content":"","refusal":null}${CONTENT_END}${this.#print(event)}`;
  }

  #print(event: ChatEvent): string {
    switch (event.type) {
      case 'text':
        return `${this.#choice}{"content":${JSON.stringify(event.text)}}${CONTENT_END}`;
      case 'thinking': {
        const text = JSON.stringify(event.text);
        return `${this.#choice}{"reasoning":${text},"reasoning_content":${text}}${CONTENT_END}`;
      }
      case 'tool_call':
        return this.#toolCall(event);
      case 'tool_arguments': {
        const text = JSON.stringify(event.text);
        return `${this.#choice}{"tool_calls":[{"index":${event.index},"function":{"arguments":${text}}}]}${CONTENT_END}`;
      }
      case 'logprobs': {
        const content = JSON.stringify(event.content);
        return `${this.#choice}{},"logprobs":{"content":${content},"refusal":null},"finish_reason":null}]}\n\n`;
      }
      case 'finish':
        return this.#finish(event);
      case 'error':
        return printOpenAiStreamError(event.failure);
      case 'start':
      case 'thinking_signature':
      case 'redacted_thinking':
        return '';
    }
  }

  #toolCall(event: Extract<ChatEvent, { type: 'tool_call' }>): string {
    this.#hasToolCalls = true;
    const call = `"index":${event.index},"id":${JSON.stringify(event.id)},"type":"function"`;
    const named = `"function":{"name":${JSON.stringify(event.name)},"arguments":""}`;
    return `${this.#choice}{"tool_calls":[{${call},${named}}]}${CONTENT_END}`;
  }

  #finish(event: Extract<ChatEvent, { type: 'finish' }>): string {
    const reason = printFinishReason(event.reason, this.#hasToolCalls);
    const finish = `${this.#choice}{},"logprobs":null,"finish_reason":"${reason}"}]}\n\n`;
    if (!this.#includeUsage) return finish + STREAM_END;
    return `${finish}${this.#head}[],"usage":${JSON.stringify(printUsage(event.usage))}}\n\n${STREAM_END}`;
  }
}
