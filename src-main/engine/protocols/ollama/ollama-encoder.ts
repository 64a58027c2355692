import type { ChatEvent } from '../chat-event.ts';
import type { Failure } from '../failure.ts';
import type { ReplyContext, StreamEncoder } from '../format.ts';
import type { JsonObject } from '../json.ts';
import { printLogprobs } from './logprobs.ts';
import { parseLine } from './parse-line.ts';
import { printEnd, type End } from './print-end.ts';
import { printOllamaStreamError } from './errors.ts';
import type { Shape } from './shape.ts';

interface OpenCall {
  index: number;
  id: string;
  name: string;
  text: string;
}

/**
 * Writes Ollama's NDJSON stream. Every chunk has its content field, "" where it carries something else. Tool calls are
 * held until their arguments are whole and go out together, as objects, before the end.
 */
export class OllamaEncoder implements StreamEncoder {
  readonly #content: string;
  readonly #close: string;
  readonly #calls = new Map<number, OpenCall>();

  constructor(shape: Shape, reply: ReplyContext) {
    const createdAt = new Date(reply.createdAtMs).toISOString();
    const head = `{"model":${JSON.stringify(reply.model)},"created_at":"${createdAt}",`;
    this.#content = head + (shape === 'chat' ? '"message":{"role":"assistant","content":' : '"response":');
    this.#close = shape === 'chat' ? '}' : '';
  }

  encode(event: ChatEvent): string {
    switch (event.type) {
      case 'text':
        return `${this.#content}${JSON.stringify(event.text)}${this.#close},"done":false}\n`;
      case 'thinking':
        return `${this.#content}"","thinking":${JSON.stringify(event.text)}${this.#close},"done":false}\n`;
      case 'logprobs':
        return `${this.#content}""${this.#close},"done":false,"logprobs":${JSON.stringify(printLogprobs(event.content))}}\n`;
      case 'tool_call':
        this.#calls.set(event.index, { index: event.index, id: event.id, name: event.name, text: '' });
        return '';
      case 'tool_arguments': {
        const call = this.#calls.get(event.index);
        if (call !== undefined) call.text += event.text;
        return '';
      }
      case 'finish':
        return this.#finish(event);
      case 'error':
        return printOllamaStreamError(event.failure);
      case 'start':
      case 'thinking_signature':
      case 'redacted_thinking':
        return '';
    }
  }

  #finish(end: End): string {
    const calls: JsonObject[] = [];
    for (const call of this.#calls.values()) {
      const given = call.text.trim() === '' ? {} : parseLine(call.text);
      if (given !== null) calls.push(printCall(call, given));
      else if (end.reason !== 'length' && end.reason !== 'context_length')
        return printOllamaStreamError(brokenCall(call));
    }
    const chunk =
      calls.length === 0
        ? ''
        : `${this.#content}"","tool_calls":${JSON.stringify(calls)}${this.#close},"done":false}\n`;
    return `${chunk}${this.#content}""${this.#close},${JSON.stringify(printEnd(end)).slice(1)}\n`;
  }
}

function printCall({ index, id, name }: OpenCall, given: JsonObject): JsonObject {
  return { id, function: { index, name, arguments: given } };
}

/** Ollama's clients get objects: arguments that are none cannot be told to them, and making some up would be worse. */
function brokenCall(call: OpenCall): Failure {
  return {
    code: 'upstream_garbled',
    message: `The model's arguments for the tool "${call.name}" are not a JSON object.`,
  };
}
