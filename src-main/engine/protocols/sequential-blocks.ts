import type { ChatEvent } from './chat-event.ts';

/** One block of an answer: a run of text, of thinking, or one tool call. */
export interface Block {
  kind: 'text' | 'thinking' | 'redacted_thinking' | 'tool_call';
  /** 0, 1, 2… in the order in which blocks are written; -1 until it is its turn. */
  index: number;
  /** All of it so far: words, thoughts, the arguments' JSON text, or the redacted data. */
  text: string;
  signature?: string;
  tool?: { index: number; id: string; name: string };
}

/** How one wire format writes blocks. `append` is only called between `open` and `close` of the same block. */
export interface BlockWriter {
  open(block: Block): string;
  append(block: Block, piece: string): string;
  close(block: Block): string;
}

export type ContentEvent = Extract<
  ChatEvent,
  { type: 'text' | 'thinking' | 'thinking_signature' | 'redacted_thinking' | 'tool_call' | 'tool_arguments' }
>;

/**
 * Brings content events into strictly sequential blocks. Upstreams may interleave the arguments of parallel tool calls;
 * then the first call streams and what follows it waits until its arguments are whole (or the answer ends).
 */
export class SequentialBlocks {
  /** True once a tool call has been seen. */
  calledTools = false;
  readonly #writer: BlockWriter;
  /** The first is the open one; the others wait. */
  readonly #queue: Block[] = [];
  #nextIndex = 0;

  constructor(writer: BlockWriter) {
    this.#writer = writer;
  }

  add(event: ContentEvent): string {
    switch (event.type) {
      case 'text':
      case 'thinking':
        return event.text === '' ? '' : this.#addText(event.type, event.text);
      case 'thinking_signature':
        return this.#sign(event.signature);
      case 'redacted_thinking':
        return this.#push({ kind: 'redacted_thinking', index: -1, text: event.data });
      case 'tool_call': {
        this.calledTools = true;
        const { index, id, name } = event;
        return this.#push({ kind: 'tool_call', index: -1, text: '', tool: { index, id, name } });
      }
      case 'tool_arguments': {
        const call = this.#queue.find((block) => block.tool?.index === event.index);
        return call === undefined || event.text === '' ? '' : this.#append(call, event.text);
      }
    }
  }

  /** Writes whatever still waits and closes the last block. */
  closeAll(): string {
    let out = '';
    for (const block of this.#queue) {
      if (block.index === -1) out += this.#open(block);
      out += this.#writer.close(block);
    }
    this.#queue.length = 0;
    return out;
  }

  #addText(kind: 'text' | 'thinking', text: string): string {
    const last = this.#queue.at(-1);
    if (last?.kind === kind && last.signature === undefined) return this.#append(last, text);
    return this.#push({ kind, index: -1, text });
  }

  /** A signature ends its thinking; one without any thinking before it stands for thinking that is not shown. */
  #sign(signature: string): string {
    const last = this.#queue.at(-1);
    if (last?.kind !== 'thinking' || last.signature !== undefined) {
      return this.#push({ kind: 'thinking', index: -1, text: '', signature });
    }
    last.signature = signature;
    return '';
  }

  #push(block: Block): string {
    this.#queue.push(block);
    return this.#advance();
  }

  #append(block: Block, piece: string): string {
    block.text += piece;
    if (block.index === -1) return '';
    const out = this.#writer.append(block, piece);
    return this.#queue.length === 1 ? out : out + this.#advance();
  }

  /** Opens the first block and, as long as it is complete and others wait, goes on to the next. */
  #advance(): string {
    let out = '';
    for (;;) {
      const [first] = this.#queue;
      if (first === undefined) return out;
      if (first.index === -1) out += this.#open(first);
      if (this.#queue.length === 1 || !isComplete(first)) return out;
      out += this.#writer.close(first);
      this.#queue.shift();
    }
  }

  #open(block: Block): string {
    block.index = this.#nextIndex++;
    const out = this.#writer.open(block);
    return block.text === '' ? out : out + this.#writer.append(block, block.text);
  }
}

/** Only a tool call can get more after another block has begun: until its arguments are a whole JSON object. */
function isComplete(block: Block): boolean {
  if (block.kind !== 'tool_call') return true;
  if (!block.text.trimEnd().endsWith('}')) return false;
  try {
    JSON.parse(block.text);
    return true;
  } catch {
    return false;
  }
}
