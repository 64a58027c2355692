import type { AnswerSigns } from '../learning/answer-signs.ts';
import { looksLikeRefusal } from '../learning/looks-like-refusal.ts';
import { readSigns } from '../learning/read-signs.ts';
import type { ChatEvent } from '../protocols/chat-event.ts';
import type { ChatPart, ChatRequest } from '../protocols/chat-request.ts';
import type { AnswerCollector } from './answer-collector.ts';
import type { AnswerEnd, AnswerTap } from './job.ts';

/** Of plain text this much says whether it may be a refusal; nearly all of it does not, and nothing more is read. */
const OPENING_CHARACTERS = 320;
/** Refusals are shorter than this. */
const REFUSAL_CHARACTERS = 640;
/** JSON has to be whole to be checked; what is longer than this is not checked. */
const JSON_CHARACTERS = 200_001;

interface SeenCall {
  name: string;
  arguments: string;
}

/**
 * Listens to one answer, in whatever form it passes, and keeps as little of it as tells what it was like: the beginning
 * of plain text; all of it where JSON was asked for; tool calls. Nothing of it outlives the request.
 */
export class AnswerListener implements AnswerTap {
  readonly #request: ChatRequest;
  readonly #collector: AnswerCollector | null;
  #mostText: number;
  #text = '';
  readonly #calls: SeenCall[] = [];
  #isLost = false;
  #isLong = false;

  constructor(request: ChatRequest, collector: AnswerCollector | null = null) {
    this.#request = request;
    this.#collector = collector;
    this.#mostText = request.output === undefined ? OPENING_CHARACTERS : JSON_CHARACTERS;
  }

  /** Nothing but plain text is expected, so that its beginning says all. */
  get wantsPlainText(): boolean {
    const { tools, output, choices } = this.#request;
    return this.#isAlone && tools === undefined && output === undefined && choices === undefined;
  }

  /** Nothing that may still come would change what is known: no need to go on reading for it. */
  get isSated(): boolean {
    if (!this.#isAlone) return false;
    if (this.#isLost) return true;
    return this.#request.tools === undefined && this.#text.length >= this.#mostText;
  }

  /** Nobody else wants to hear the answer any more. */
  get #isAlone(): boolean {
    return this.#collector === null || this.#collector.isLost;
  }

  hear(event: ChatEvent): void {
    this.#collector?.hear(event);
    switch (event.type) {
      case 'text':
        this.#hearText(event.text);
        return;
      case 'tool_call':
        this.#calls.push({ name: event.name, arguments: '' });
        return;
      case 'tool_arguments': {
        const call = this.#calls[event.index];
        if (call !== undefined && call.arguments.length < JSON_CHARACTERS) call.arguments += event.text;
        return;
      }
      default:
    }
  }

  #hearText(text: string): void {
    if (this.#text.length >= this.#mostText) return;
    this.#text += text;
    const isOpening = this.#mostText === OPENING_CHARACTERS && this.#text.length >= OPENING_CHARACTERS;
    if (isOpening && looksLikeRefusal(this.#text)) this.#mostText = REFUSAL_CHARACTERS;
  }

  /** The parts of an answer that came as a whole. */
  hearWhole(parts: readonly ChatPart[]): void {
    this.#collector?.hearWhole(parts);
    for (const part of parts) {
      if (part.type === 'text') this.#text += part.text;
      else if (part.type === 'tool_call') {
        this.#calls.push({ name: part.name, arguments: JSON.stringify(part.arguments) });
      }
    }
  }

  /** The answer is plain text, and longer than any refusal. */
  hearLong(): void {
    this.#isLong = true;
  }

  /** The answer could not be followed: nothing will be said of its content. */
  lose(): void {
    this.#collector?.lose();
    this.#isLost = true;
  }

  /**
   * An answer that reached the client's own limit of tokens was cut by the client: it is not held against it that what was
   * cut is no JSON, or no whole tool call.
   */
  signs({ finishReason, outputTokens }: AnswerEnd): AnswerSigns {
    const text = this.#isLost || this.#isLong ? null : this.#text;
    const toolCalls = this.#isLost ? null : this.#calls;
    const signs = readSigns({ text, toolCalls, finishReason, outputTokens }, this.#request);
    if (this.#isLong) return { ...signs, refusal: false };
    if (finishReason !== 'length' || signs.truncated) return signs;
    const { invalidJson, invalidToolCall } = signs;
    return {
      ...signs,
      invalidJson: invalidJson === true ? null : invalidJson,
      invalidToolCall: invalidToolCall === true ? null : invalidToolCall,
    };
  }
}
