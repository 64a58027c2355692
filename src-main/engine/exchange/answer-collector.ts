import type { ChatEvent } from '../protocols/chat-event.ts';
import type { ChatPart } from '../protocols/chat-request.ts';
import { isJsonObject } from '../protocols/json.ts';

/** An answer that is longer is not kept, and not collected to its end. */
const MOST_CHARACTERS = 128 * 1024;

type OpenPart = { type: 'text'; text: string } | { type: 'tool_call'; id: string; name: string; arguments: string };
type OpenCall = Extract<OpenPart, { type: 'tool_call' }>;

/** Collects the text and the tool calls of one answer as they pass, for somebody who may keep them. */
export class AnswerCollector {
  readonly #parts: OpenPart[] = [];
  readonly #calls: OpenCall[] = [];
  #characters = 0;
  #isLost = false;

  /** Nothing will come of it. */
  get isLost(): boolean {
    return this.#isLost;
  }

  hear(event: ChatEvent): void {
    switch (event.type) {
      case 'text':
        this.#hearText(event.text);
        return;
      case 'tool_call':
        this.#hearCall({ type: 'tool_call', id: event.id, name: event.name, arguments: '' });
        return;
      case 'tool_arguments': {
        const call = this.#calls[event.index];
        if (call !== undefined && this.#fits(event.text)) call.arguments += event.text;
        return;
      }
      default:
    }
  }

  /** The parts of an answer that came as a whole. */
  hearWhole(parts: readonly ChatPart[]): void {
    for (const part of parts) {
      if (part.type === 'text') this.#hearText(part.text);
      else if (part.type === 'tool_call') this.#hearCall({ ...part, arguments: JSON.stringify(part.arguments) });
    }
  }

  /** The answer could not be followed. */
  lose(): void {
    this.#isLost = true;
    this.#parts.length = 0;
    this.#calls.length = 0;
  }

  /** null: it was lost, too long, or has a tool call whose arguments are no JSON object. */
  parts(): readonly ChatPart[] | null {
    if (this.#isLost) return null;
    const parts: ChatPart[] = [];
    for (const part of this.#parts) {
      if (part.type === 'text') parts.push(part);
      else {
        const given = parseArguments(part.arguments);
        if (!isJsonObject(given)) return null;
        parts.push({ ...part, arguments: given });
      }
    }
    return parts;
  }

  get characters(): number {
    return this.#characters;
  }

  #hearText(text: string): void {
    if (!this.#fits(text)) return;
    const last = this.#parts.at(-1);
    if (last?.type === 'text') last.text += text;
    else if (text !== '') this.#parts.push({ type: 'text', text });
  }

  #hearCall(call: OpenCall): void {
    if (!this.#fits(call.name + call.arguments)) return;
    this.#parts.push(call);
    this.#calls.push(call);
  }

  #fits(text: string): boolean {
    this.#characters += text.length;
    if (this.#characters > MOST_CHARACTERS) this.lose();
    return !this.#isLost;
  }
}

/** No arguments are an empty object. */
function parseArguments(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
