import type { Failure } from '../failure.ts';
import type { StreamRelay } from '../format.ts';
import type { JsonObject } from '../json.ts';
import { LineSplitter } from '../ndjson.ts';
import { createProgress } from '../sse-pass-through.ts';
import { numberCalls } from './number-calls.ts';
import { parseLine } from './parse-line.ts';
import { GARBLED, printOllamaStreamError, toStreamFailure, TRUNCATED } from './errors.ts';
import { readFinishReason, readTimings, readUsage } from './read-end.ts';
import { readContent, type Shape } from './shape.ts';

/** The end, an error, or tool calls, as they stand outside of strings (inside, their quotes are escaped). */
const NOTEWORTHY = /"(?:done"\s*:\s*true|error"|tool_calls")/;
const OPENING_BRACE = 123;
const CLOSING_BRACE = 125;
const LINE_FEED = 10;
const wholeText = new TextDecoder();

/**
 * Passes Ollama's NDJSON on to an Ollama client. Once content has started, chunks of whole lines without anything
 * noteworthy go through as the bytes they are; other lines are read, counted and, where needed, repaired. Whether a
 * line is read does not depend on where the chunks were cut.
 */
export class OllamaPassThrough implements StreamRelay {
  readonly progress = createProgress();
  readonly #shape: Shape;
  readonly #lines = new LineSplitter();
  #calls = 0;

  constructor(shape: Shape) {
    this.#shape = shape;
  }

  push(bytes: Uint8Array): string | Uint8Array {
    if (this.#passesWhole(bytes)) return bytes;
    let out = '';
    for (const line of this.#lines.push(bytes)) out += this.#pass(line);
    return out;
  }

  end(): string {
    const [line] = this.#lines.end();
    if (this.#isOver()) return '';
    const out = line !== undefined && parseLine(line) !== null ? this.#pass(line) : '';
    if (!this.#isOver()) this.progress.failure = TRUNCATED;
    return out;
  }

  failWith(failure: Failure): string {
    return printOllamaStreamError(failure);
  }

  #isOver(): boolean {
    return this.progress.finished || this.progress.failure !== null;
  }

  #passesWhole(bytes: Uint8Array): boolean {
    if (!this.progress.contentStarted || this.#isOver() || !this.#lines.atBoundary) return false;
    if (bytes.at(-1) !== LINE_FEED) return false;
    const text = wholeText.decode(bytes);
    const count = countPlainLines(text);
    this.progress.contentPieces += count;
    return count > 0;
  }

  #pass(line: string): string {
    if (this.#isOver()) return '';
    if (this.progress.contentStarted && countPlainLines(`${line}\n`) === 1) {
      this.progress.contentPieces += 1;
      return `${line}\n`;
    }
    const chunk = parseLine(line);
    if (chunk === null) this.progress.failure = GARBLED;
    else if (chunk.error !== undefined) this.progress.failure = toStreamFailure(chunk);
    return chunk === null || chunk.error !== undefined ? '' : this.#read(chunk, line);
  }

  #read(chunk: JsonObject, line: string): string {
    const { progress } = this;
    const { text, thinking, toolCalls } = readContent(chunk, this.#shape);
    if (typeof chunk.model === 'string') progress.model ??= chunk.model;
    if (text !== '' || thinking !== '' || toolCalls.length > 0) {
      progress.contentStarted = true;
      progress.contentPieces += 1;
    }
    const numbered = numberCalls(chunk, this.#shape, this.#calls);
    this.#calls += toolCalls.length;
    if (chunk.done === true) {
      progress.finished = true;
      progress.finishReason = readFinishReason(chunk, this.#calls > 0);
      progress.usage = readUsage(chunk, progress.contentStarted);
      progress.loadNs = readTimings(chunk).loadNs ?? null;
    }
    return `${numbered === null ? line : JSON.stringify(numbered)}\n`;
  }
}

/** The number of lines when all of them are objects to look at and hold nothing noteworthy; else 0. */
function countPlainLines(text: string): number {
  if (NOTEWORTHY.test(text) || text.includes('\uFFFD')) return 0;
  let count = 0;
  let start = 0;
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
    if (text.charCodeAt(start) !== OPENING_BRACE || text.charCodeAt(end - 1) !== CLOSING_BRACE) return 0;
    count += 1;
    start = end + 1;
  }
  return count;
}
