import type { Failure } from '../failure.ts';
import type { ReplyContext, StreamProgress } from '../format.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import type { SseEvent } from '../sse.ts';
import type { SseWatcher } from '../sse-pass-through.ts';
import { parseStreamError, printAnthropicStreamError } from './errors.ts';
import { endedEvent, isForeignText, parseEventData } from '../event-data.ts';
import { GARBLED, TRUNCATED } from './message-decoder.ts';
import { repairMessage, withoutNullCitations } from './repair-message.ts';
import { parseStopReason } from './stop-reason.ts';
import { UsageTally } from './usage-tally.ts';

/** Events that are looked at, or that are broken: without a name, with a null that clients choke on. */
const NOT_PLAIN = /event: ?(?:message_|error)|(?:^|\n\n)data:|"type": ?"(?:message_|error)|"citations": ?null|data: ?[^{\s]/;

/** The counts of message_start that message_delta may repeat. */
const INPUT_COUNTS = ['input_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'] as const;

/** Watches Anthropic events on their way to an Anthropic client. */
export class MessageWatcher implements SseWatcher {
  readonly #startSent: boolean;
  readonly #tally = new UsageTally();
  #startUsage: JsonObject = {};

  constructor(reply: ReplyContext) {
    this.#startSent = reply.startSent === true;
  }

  isPlain(text: string): boolean {
    return !NOT_PLAIN.test(text);
  }

  inspect(event: SseEvent, progress: StreamProgress): string {
    if (event.data === null) {
      if (isForeignText(event.raw)) progress.failure = GARBLED;
      return progress.failure === null ? event.raw : '';
    }
    const data = parseEventData(event.data);
    const type = data?.type ?? event.event;
    if (data === null || typeof type !== 'string') {
      progress.failure = GARBLED;
      return '';
    }
    if (type === 'error' || isJsonObject(data.error)) {
      progress.failure = parseStreamError(data);
      return '';
    }
    const passed = this.#pass(type, data, progress);
    if (passed === null) return '';
    if (passed === data && event.event === type) return endedEvent(event.raw);
    return `event: ${type}\ndata: ${passed === data ? event.data : JSON.stringify(passed)}\n\n`;
  }

  /** A stream that told its stop reason is complete; the missing message_stop is added. */
  end(progress: StreamProgress): string {
    if (progress.finished) return '';
    if (progress.finishReason === null) {
      progress.failure = TRUNCATED;
      return '';
    }
    progress.finished = true;
    return 'event: message_stop\ndata: {"type":"message_stop"}\n\n';
  }

  printError(failure: Failure): string {
    return printAnthropicStreamError(failure);
  }

  /** What goes on: the data itself, mended data, or null for nothing. */
  #pass(type: string, data: JsonObject, progress: StreamProgress): JsonObject | null {
    switch (type) {
      case 'message_start':
        return this.#passStart(data, progress);
      case 'content_block_start':
        return passBlockStart(data, progress);
      case 'content_block_delta':
        progress.contentStarted = true;
        progress.contentPieces += 1;
        return data;
      case 'message_delta':
        return this.#passMessageDelta(data, progress);
      case 'message_stop':
        progress.finished = true;
        return data;
      default:
        return data;
    }
  }

  #passStart(data: JsonObject, progress: StreamProgress): JsonObject | null {
    const { message } = data;
    if (!isJsonObject(message)) return data;
    if (typeof message.model === 'string') progress.model = message.model;
    this.#tally.add(message.usage);
    progress.usage = this.#tally.usage;
    if (isJsonObject(message.usage)) this.#startUsage = message.usage;
    if (this.#startSent) return null;
    const repaired = repairMessage(message);
    return repaired === null ? data : { ...data, message: repaired };
  }

  #passMessageDelta(data: JsonObject, progress: StreamProgress): JsonObject {
    this.#tally.add(data.usage);
    progress.usage = this.#tally.usage;
    const delta = isJsonObject(data.delta) ? data.delta : {};
    progress.finishReason = parseStopReason(delta.stop_reason) ?? progress.finishReason;
    const isWhole = delta.stop_reason !== undefined && delta.stop_sequence !== undefined;
    if (isWhole && !this.#startSent) return data;
    return {
      ...data,
      delta: { ...delta, stop_reason: delta.stop_reason ?? null, stop_sequence: delta.stop_sequence ?? null },
      usage: this.#startSent ? this.#withStartUsage(data.usage) : data.usage,
    };
  }

  /** The client never saw the upstream's message_start: what that told of the input is told here. */
  #withStartUsage(usage: JsonObject['usage']): JsonObject {
    const merged: JsonObject = isJsonObject(usage) ? { ...usage } : {};
    for (const name of INPUT_COUNTS) {
      const told = this.#startUsage[name];
      if (typeof told === 'number' && !(Number(merged[name] ?? 0) > told)) merged[name] = told;
    }
    return merged;
  }
}

/** Text and thinking begin with their first delta; every other block is content at once. */
function passBlockStart(data: JsonObject, progress: StreamProgress): JsonObject {
  const block = data.content_block;
  if (!isJsonObject(block)) return data;
  const begun = block.type === 'text' ? block.text : block.type === 'thinking' ? block.thinking : block.type;
  if (begun !== '') progress.contentStarted = true;
  const mended = withoutNullCitations(block);
  return mended === block ? data : { ...data, content_block: mended };
}
