import { printOpenAiStreamError } from './errors.ts';
import type { FinishReason } from '../chat-event.ts';
import type { Failure } from '../failure.ts';
import type { ReplyContext, StreamProgress } from '../format.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import type { SseWatcher } from '../sse-pass-through.ts';
import type { SseEvent } from '../sse.ts';
import { parseFinishReason } from './finish-reason.ts';
import { choiceIndex, choicesOf } from './read-delta.ts';
import { isWhole, parseSseMessages, truncated, type SseMessage } from './sse-data.ts';
import { ToolCallTracker } from './tool-call-tracker.ts';
import { parseUsage } from './usage.ts';

/** What differs between the chunks of chat completions and of completions. */
export interface ChunkDialect {
  hasContent(choice: JsonObject): boolean;
  /** Mends the defects of one choice in place; true when there was one. `isFirst`: in its first chunk. */
  repair(choice: JsonObject, tools: ToolCallTracker, isFirst: boolean): boolean;
  /** A choice that says nothing but how generation ended. */
  finishChoice(index: number, reason: FinishReason): JsonObject;
}

/**
 * Finds what is not plain in whole events: fields that say more than text, the end, and anything that does not look
 * like `data: {…}` and an empty line. Quotes inside texts are escaped, so that a model cannot say these words by chance.
 */
const NOT_PLAIN = new RegExp(
  [
    String.raw`"(?:tool_calls"\s*:\s*\[\s*\{|function_call"\s*:\s*\{|usage"\s*:\s*\{|error"\s*:\s*["{])`,
    String.raw`"(?:reasoning|reasoning_content|finish_reason)"\s*:\s*"`,
    String.raw`\[DONE\]`,
    String.raw`[^}\n]\n|[^\n]\n[^\n]|\n\n(?!data: \{)[^]`,
  ].join('|'),
);

interface WatchedChoice {
  tools: ToolCallTracker;
  finishReason: FinishReason | null;
}

/** Watches a stream of this family pass by, and mends what real clients stumble over. */
export class OpenAiWatcher implements SseWatcher {
  readonly #reply: ReplyContext;
  readonly #dialect: ChunkDialect;
  readonly #choices = new Map<number, WatchedChoice>();
  /** The fields that all chunks share, for a chunk of our own. */
  #envelope: JsonObject = {};
  #ended = false;

  constructor(reply: ReplyContext, dialect: ChunkDialect) {
    this.#reply = reply;
    this.#dialect = dialect;
  }

  /** With several alternatives every chunk has to be read: each has its own end. */
  isPlain(text: string): boolean {
    if (this.#ended || this.#reply.request.choices !== undefined) return false;
    return text.startsWith('data: {') && text.endsWith('}\n\n') && !NOT_PLAIN.test(text);
  }

  inspect(event: SseEvent, progress: StreamProgress): string {
    if (progress.contentStarted && this.isPlain(event.raw)) {
      progress.contentPieces += 1;
      return event.raw;
    }
    const messages = parseSseMessages(event);
    const raw = isWhole(event) ? event.raw : null;
    const [only] = messages;
    if (only === undefined) return raw ?? '';
    if (messages.length === 1) return this.#inspectMessage(only, raw, progress);
    return messages.map((each) => this.#inspectMessage(each, null, progress)).join('');
  }

  end(progress: StreamProgress): string {
    if (progress.finished) return '';
    const allFinished = [...this.#choices.values()].every((choice) => choice.finishReason !== null);
    if (this.#choices.size > 0 && allFinished) {
      progress.finished = true;
      return 'data: [DONE]\n\n';
    }
    progress.failure = truncated();
    return '';
  }

  printError(failure: Failure): string {
    return printOpenAiStreamError(failure);
  }

  /** `raw` is what goes on when nothing has to be mended; null when the message has no text of its own. */
  #inspectMessage(message: SseMessage, raw: string | null, progress: StreamProgress): string {
    if (progress.finished || progress.failure !== null) return '';
    if (message.type === 'failed') {
      progress.failure = message.failure;
      return '';
    }
    if (message.type === 'chunk') return this.#inspectChunk(message.body, raw, progress);
    const missing = this.#missingFinish(progress);
    this.#ended = true;
    progress.finished = true;
    return missing + (raw ?? 'data: [DONE]\n\n');
  }

  #inspectChunk(chunk: JsonObject, raw: string | null, progress: StreamProgress): string {
    const { id, object, created, model } = chunk;
    if (this.#choices.size === 0) this.#envelope = { id, object, created, model };
    if (typeof model === 'string' && model !== '') progress.model ??= model;
    const choices = choicesOf(chunk);
    let repaired = false;
    if (isJsonObject(chunk.usage)) {
      progress.usage = parseUsage(chunk.usage);
      if (choices.length === 0 && !this.#reply.includeUsage) return '';
      repaired = !Array.isArray(chunk.choices);
      if (repaired) chunk.choices = [];
    }
    for (const choice of choices) repaired = this.#inspectChoice(choice, progress) || repaired;
    return repaired || raw === null ? `data: ${JSON.stringify(chunk)}\n\n` : raw;
  }

  #inspectChoice(choice: JsonObject, progress: StreamProgress): boolean {
    const isFirst = !this.#choices.has(choiceIndex(choice));
    const watched = this.#watched(choiceIndex(choice));
    if (this.#dialect.hasContent(choice)) {
      progress.contentStarted = true;
      progress.contentPieces += 1;
    }
    const repaired = this.#dialect.repair(choice, watched.tools, isFirst);
    watched.finishReason = parseFinishReason(choice.finish_reason, watched.tools.hasCalls) ?? watched.finishReason;
    if (choiceIndex(choice) === 0) progress.finishReason = watched.finishReason;
    return repaired;
  }

  #watched(index: number): WatchedChoice {
    let watched = this.#choices.get(index);
    if (watched === undefined) {
      watched = { tools: new ToolCallTracker(`${this.#reply.id}_${index}`), finishReason: null };
      this.#choices.set(index, watched);
    }
    return watched;
  }

  /** Finish chunks for choices that `[DONE]` would leave open: clients take an answer without one for a broken one. */
  #missingFinish(progress: StreamProgress): string {
    if (this.#choices.size === 0) this.#watched(0);
    let out = '';
    for (const [index, watched] of this.#choices) {
      if (watched.finishReason !== null) continue;
      watched.finishReason = watched.tools.hasCalls ? 'tool_calls' : 'stop';
      const choices = [this.#dialect.finishChoice(index, watched.finishReason)];
      out += `data: ${JSON.stringify({ ...this.#envelope, choices })}\n\n`;
    }
    progress.finishReason ??= this.#watched(0).finishReason;
    return out;
  }
}
