import { UNKNOWN_USAGE, type ChatEvent, type FinishReason, type TokenUsage } from '../chat-event.ts';
import type { StreamDecoder } from '../format.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { SseSplitter, type SseEvent } from '../sse.ts';
import { parseFinishReason } from './finish-reason.ts';
import { choiceIndex, choicesOf, contentText, thinkingText, toolCallsOf } from './read-delta.ts';
import { parseSseMessages, truncated, type SseMessage } from './sse-data.ts';
import { ToolCallTracker } from './tool-call-tracker.ts';
import { parseUsage } from './usage.ts';

/**
 * Reads the stream of a chat completion. `finish` is held back until `[DONE]` or the end, because usage comes in a chunk
 * behind the finish reason.
 */
export class OpenAiChatDecoder implements StreamDecoder {
  readonly #splitter = new SseSplitter();
  #tools: ToolCallTracker | null = null;
  #ended = false;
  #finishReason: FinishReason | null = null;
  #usage: TokenUsage = UNKNOWN_USAGE;

  push(bytes: Uint8Array): ChatEvent[] {
    return this.#read(this.#splitter.push(bytes));
  }

  end(): ChatEvent[] {
    const events = this.#read(this.#splitter.end());
    if (this.#ended) return events;
    this.#ended = true;
    return this.#finishReason === null
      ? [...events, { type: 'error', failure: truncated() }]
      : [...events, this.#finish(this.#finishReason)];
  }

  #read(sseEvents: SseEvent[]): ChatEvent[] {
    const events: ChatEvent[] = [];
    for (const sseEvent of sseEvents) {
      for (const message of parseSseMessages(sseEvent)) {
        if (!this.#ended) this.#readMessage(message, events);
      }
    }
    return events;
  }

  #readMessage(message: SseMessage, events: ChatEvent[]): void {
    if (message.type === 'chunk') {
      this.#readChunk(message.body, events);
      return;
    }
    this.#ended = true;
    events.push(
      message.type === 'failed'
        ? { type: 'error', failure: message.failure }
        : this.#finish(this.#finishReason ?? (this.#tools?.hasCalls === true ? 'tool_calls' : 'stop')),
    );
  }

  #readChunk(chunk: JsonObject, events: ChatEvent[]): void {
    const tools = (this.#tools ??= this.#start(chunk, events));
    if (isJsonObject(chunk.usage)) this.#usage = parseUsage(chunk.usage);
    const choice = choicesOf(chunk).find((each) => choiceIndex(each) === 0);
    if (choice === undefined) return;
    const delta = isJsonObject(choice.delta) ? choice.delta : isJsonObject(choice.message) ? choice.message : {};
    const thinking = thinkingText(delta);
    if (thinking !== '') events.push({ type: 'thinking', text: thinking });
    const text = contentText(delta);
    if (text !== '') events.push({ type: 'text', text });
    for (const call of toolCallsOf(delta)) readToolDelta(call, tools, events);
    if (isJsonObject(choice.logprobs) && Array.isArray(choice.logprobs.content) && choice.logprobs.content.length > 0) {
      events.push({ type: 'logprobs', content: choice.logprobs.content });
    }
    this.#finishReason = parseFinishReason(choice.finish_reason, tools.hasCalls) ?? this.#finishReason;
  }

  #start(chunk: JsonObject, events: ChatEvent[]): ToolCallTracker {
    const id = typeof chunk.id === 'string' && chunk.id !== '' ? chunk.id : undefined;
    const model = typeof chunk.model === 'string' && chunk.model !== '' ? chunk.model : undefined;
    events.push({ type: 'start', ...(id === undefined ? {} : { id }), ...(model === undefined ? {} : { model }) });
    return new ToolCallTracker(id ?? 'unnamed');
  }

  #finish(reason: FinishReason): ChatEvent {
    const upgraded = reason === 'stop' && this.#tools?.hasCalls === true ? 'tool_calls' : reason;
    return { type: 'finish', reason: upgraded, usage: this.#usage };
  }
}

function readToolDelta(delta: JsonObject, tools: ToolCallTracker, events: ChatEvent[]): void {
  const { call, opened, text } = tools.read(delta);
  if (opened) events.push({ type: 'tool_call', index: call.index, id: call.id, name: call.name });
  if (text !== '') events.push({ type: 'tool_arguments', index: call.index, text });
}
