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
const NOT_PLAIN =
  /event: ?(?:message_|error)|(?:^|\n\n)data:|"type": ?"(?:message_|error)|"citations": ?null|data: ?[^{\s]/;

/** The counts of message_start that message_delta may repeat. */
const INPUT_COUNTS = ['input_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'] as const;

/**
 * Watches Anthropic events on their way to an Anthropic client. What comes before the first content waits for it: until
 * then a heartbeat may send a message_start of its own, and the upstream's is dropped.
 */
export class MessageWatcher implements SseWatcher {
  readonly #reply: ReplyContext;
  readonly #tally = new UsageTally();
  #startUsage: JsonObject = {};
  /** Events before the first content; null once that has come. The message_start is told apart. */
  #waiting: { text: string; isStart: boolean }[] | null = [];
  #startDropped = false;

  constructor(reply: ReplyContext) {
    this.#reply = reply;
  }

  isPlain(text: string): boolean {
    return !NOT_PLAIN.test(text);
  }

  inspect(event: SseEvent, progress: StreamProgress): string {
    if (event.data === null) return this.#passComment(event, progress);
    const data = parseEventData(event.data);
    const type = data?.type ?? event.event;
    if (data === null || typeof type !== 'string') progress.failure = GARBLED;
    else if (type === 'error' || isJsonObject(data.error)) progress.failure = parseStreamError(data);
    if (data === null || typeof type !== 'string' || progress.failure !== null) return '';
    const isAtContent = noteContent(type, data, progress) || type === 'message_delta' || type === 'message_stop';
    const released = isAtContent ? this.#release() : '';
    const passed = this.#pass(type, data, progress);
    const text =
      passed === data && event.event === type
        ? endedEvent(event.raw)
        : `event: ${type}\ndata: ${passed === data ? event.data : JSON.stringify(passed)}\n\n`;
    return released + this.#holdOrSend(text, type === 'message_start');
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

  #passComment({ raw }: SseEvent, progress: StreamProgress): string {
    if (!isForeignText(raw)) return this.#holdOrSend(raw, false);
    progress.failure = GARBLED;
    return '';
  }

  #holdOrSend(text: string, isStart: boolean): string {
    if (this.#waiting === null) return text;
    this.#waiting.push({ text, isStart });
    return '';
  }

  #release(): string {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    if (waiting.length > 0) this.#startDropped = this.#reply.startSent === true;
    return waiting.map(({ text, isStart }) => (isStart && this.#startDropped ? '' : text)).join('');
  }

  /** What goes on: the data itself, or mended data. */
  #pass(type: string, data: JsonObject, progress: StreamProgress): JsonObject {
    switch (type) {
      case 'message_start':
        return this.#passStart(data, progress);
      case 'content_block_start':
        return passBlockStart(data);
      case 'message_delta':
        return this.#passMessageDelta(data, progress);
      case 'message_stop':
        progress.finished = true;
        return data;
      default:
        return data;
    }
  }

  #passStart(data: JsonObject, progress: StreamProgress): JsonObject {
    const { message } = data;
    if (!isJsonObject(message)) return data;
    if (typeof message.model === 'string') progress.model = message.model;
    this.#tally.add(message.usage);
    progress.usage = this.#tally.usage;
    if (isJsonObject(message.usage)) this.#startUsage = message.usage;
    const repaired = repairMessage(message);
    return repaired === null ? data : { ...data, message: repaired };
  }

  #passMessageDelta(data: JsonObject, progress: StreamProgress): JsonObject {
    this.#tally.add(data.usage);
    progress.usage = this.#tally.usage;
    const delta = isJsonObject(data.delta) ? data.delta : {};
    progress.finishReason = parseStopReason(delta.stop_reason) ?? progress.finishReason;
    const isWhole = delta.stop_reason !== undefined && delta.stop_sequence !== undefined;
    // A heartbeat may also have come behind it, while the answer was kept back: it is dropped when that is let go.
    const startDropped = this.#startDropped || this.#reply.startSent === true;
    if (isWhole && !startDropped) return data;
    return {
      ...data,
      delta: { ...delta, stop_reason: delta.stop_reason ?? null, stop_sequence: delta.stop_sequence ?? null },
      usage: startDropped ? this.#withStartUsage(data.usage) : data.usage,
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

/** Whether content has started. Text and thinking begin with their first delta, every other block is content at once. */
function noteContent(type: string, data: JsonObject, progress: StreamProgress): boolean {
  if (type === 'content_block_delta') {
    progress.contentStarted = true;
    progress.contentPieces += 1;
  } else if (type === 'content_block_start' && isJsonObject(data.content_block)) {
    const { type: kind, text, thinking } = data.content_block;
    const begun = kind === 'text' ? text : kind === 'thinking' ? thinking : kind;
    if (begun !== '') progress.contentStarted = true;
  }
  return progress.contentStarted;
}

function passBlockStart(data: JsonObject): JsonObject {
  const block = data.content_block;
  if (!isJsonObject(block)) return data;
  const mended = withoutNullCitations(block);
  return mended === block ? data : { ...data, content_block: mended };
}
