import type { ChatEvent } from '../chat-event.ts';
import type { Failure } from '../failure.ts';
import type { ReplyContext, StreamEncoder } from '../format.ts';
import { SequentialBlocks } from '../sequential-blocks.ts';
import { ItemWriter } from './item-writer.ts';
import { incompleteReason, printResponse } from './response-object.ts';

type FinishEvent = Extract<ChatEvent, { type: 'finish' }>;

/**
 * Writes an answer as Responses events: created, in_progress, item after item, then completed, incomplete, or error
 * and failed. Signatures and redacted thinking have no place in the format.
 */
export class ResponseEncoder implements StreamEncoder {
  readonly #reply: ReplyContext;
  readonly #writer: ItemWriter;
  readonly #blocks: SequentialBlocks;
  #started = false;

  constructor(reply: ReplyContext) {
    this.#reply = reply;
    this.#writer = new ItemWriter(reply.id);
    this.#blocks = new SequentialBlocks(this.#writer);
  }

  encode(event: ChatEvent): string {
    const opening = this.#started ? '' : this.#start();
    switch (event.type) {
      case 'start':
      case 'thinking_signature':
      case 'redacted_thinking':
        return opening;
      case 'logprobs':
        this.#writer.addLogprobs(event.content);
        return opening;
      case 'finish':
        return opening + this.#finish(event);
      case 'error':
        return opening + this.#fail(event.failure);
      default:
        return opening + this.#blocks.add(event);
    }
  }

  #start(): string {
    this.#started = true;
    const response = printResponse(this.#reply, { status: 'in_progress' });
    return (
      this.#writer.event('response.created', { response }) + this.#writer.event('response.in_progress', { response })
    );
  }

  #finish({ reason, usage }: FinishEvent): string {
    const isCut = incompleteReason(reason) !== null;
    if (isCut) this.#writer.endStatus = 'incomplete';
    const items = this.#blocks.closeAll();
    const response = printResponse(this.#reply, { status: 'ended', reason, usage, output: this.#writer.output });
    return items + this.#writer.event(isCut ? 'response.incomplete' : 'response.completed', { response });
  }

  /** Some clients only know `error`, others only `response.failed`: they get both. */
  #fail(failure: Failure): string {
    const response = printResponse(this.#reply, { status: 'failed', failure, output: this.#writer.output });
    const { code, message, param } = failure;
    return (
      this.#writer.event('error', { code, message, param: param ?? null }) +
      this.#writer.event('response.failed', { response })
    );
  }
}
