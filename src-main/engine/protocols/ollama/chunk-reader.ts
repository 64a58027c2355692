import type { ChatEvent, FinishReason } from '../chat-event.ts';
import type { ChatRequest, ToolDefinition } from '../chat-request.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { forcedTools, readForcedCall } from './forced-tools.ts';
import { parseLogprobs } from './logprobs.ts';
import { mintCallId } from './mint-call-id.ts';
import { toStreamFailure } from './errors.ts';
import { readFinishReason, readTimings, readUsage } from './read-end.ts';
import { readContent, type Shape } from './shape.ts';

/** Turns Ollama's chunks, or a whole answer as the only one, into events. Nothing comes out after the end. */
export class ChunkReader {
  readonly #shape: Shape;
  readonly #forced: ToolDefinition[] | null;
  readonly #oneCallOnly: boolean;
  readonly #ids = new Set<string>();
  #forcedText = '';
  #started = false;
  #ended = false;
  #generated = false;
  #calls = 0;

  constructor(shape: Shape, request: ChatRequest) {
    this.#shape = shape;
    this.#forced = shape === 'chat' ? forcedTools(request) : null;
    this.#oneCallOnly = request.parallelToolCalls === false;
  }

  /** The end or an error was read. */
  get ended(): boolean {
    return this.#ended;
  }

  read(chunk: JsonObject): ChatEvent[] {
    if (this.#ended) return [];
    if (chunk.error !== undefined) {
      this.#ended = true;
      return [{ type: 'error', failure: toStreamFailure(chunk) }];
    }
    const events: ChatEvent[] = [];
    if (!this.#started) {
      this.#started = true;
      events.push(typeof chunk.model === 'string' ? { type: 'start', model: chunk.model } : { type: 'start' });
    }
    this.#readContent(chunk, events);
    if (chunk.done === true) this.#readEnd(chunk, events);
    return events;
  }

  #readContent(chunk: JsonObject, events: ChatEvent[]): void {
    const { text, thinking, toolCalls } = readContent(chunk, this.#shape);
    if (thinking !== '') events.push({ type: 'thinking', text: thinking });
    if (text !== '' && this.#forced === null) events.push({ type: 'text', text });
    else this.#forcedText += text;
    const content = parseLogprobs(chunk.logprobs);
    if (content.length > 0) events.push({ type: 'logprobs', content });
    for (const call of toolCalls) this.#readCall(call, chunk, events);
    if (text !== '' || thinking !== '' || toolCalls.length > 0) this.#generated = true;
  }

  /** Ollama's own `function.index` is missing in old versions and 0 for every call in others: position counts. */
  #readCall(call: JsonObject, chunk: JsonObject, events: ChatEvent[]): void {
    const called = call.function;
    if (!isJsonObject(called) || typeof called.name !== 'string') return;
    const text = JSON.stringify(isJsonObject(called.arguments) ? called.arguments : {});
    const given = typeof call.id === 'string' ? call.id : '';
    this.#addCall({ name: called.name, text, given, createdAt: chunk.created_at }, events);
  }

  #addCall(call: { name: string; text: string; given: string; createdAt: unknown }, events: ChatEvent[]): void {
    if (this.#oneCallOnly && this.#calls > 0) return;
    const index = this.#calls;
    const given = this.#ids.has(call.given) ? '' : call.given;
    const id = given === '' ? mintCallId(index, `${String(call.createdAt)} ${call.name} ${call.text}`) : given;
    this.#ids.add(id);
    this.#calls += 1;
    events.push({ type: 'tool_call', index, id, name: call.name }, { type: 'tool_arguments', index, text: call.text });
  }

  #readEnd(chunk: JsonObject, events: ChatEvent[]): void {
    this.#ended = true;
    if (this.#forcedText !== '') this.#readForced(chunk, events);
    const reason: FinishReason = readFinishReason(chunk, this.#calls > 0);
    const usage = readUsage(chunk, this.#generated);
    const timings = readTimings(chunk);
    events.push({ type: 'finish', reason, usage, ...(Object.keys(timings).length > 0 && { timings }) });
  }

  /** What is no call (cut off, or a model that does not obey) is handed on as the text it is. */
  #readForced(chunk: JsonObject, events: ChatEvent[]): void {
    const call = readForcedCall(this.#forcedText, this.#forced ?? []);
    if (call === null) {
      events.push({ type: 'text', text: this.#forcedText });
      return;
    }
    const text = JSON.stringify(call.arguments);
    this.#addCall({ name: call.name, text, given: '', createdAt: chunk.created_at }, events);
  }
}
