import type { ChatEvent, TokenUsage } from '../chat-event.ts';
import type { ReplyContext, StreamEncoder } from '../format.ts';
import { SequentialBlocks, type Block, type BlockWriter } from '../sequential-blocks.ts';
import { printAnthropicStreamError } from './errors.ts';
import { estimateInputTokens } from './estimate-input-tokens.ts';
import { printUsage } from './print-usage.ts';
import { printAnthropicStart } from './start-and-ping.ts';
import { printStopReason } from './stop-reason.ts';
import { UNSIGNED } from './unsigned-thinking.ts';

type FinishEvent = Extract<ChatEvent, { type: 'finish' }>;

/**
 * Writes an answer as Anthropic's events: message_start, block after block, message_delta, message_stop. The start waits
 * for the first content: until then a heartbeat may send one of its own.
 */
export class MessageEncoder implements StreamEncoder {
  readonly #reply: ReplyContext;
  readonly #blocks = new SequentialBlocks(new MessageBlockWriter());
  #started = false;
  #startUsage: TokenUsage | undefined;
  #pieces = 0;

  constructor(reply: ReplyContext) {
    this.#reply = reply;
  }

  encode(event: ChatEvent): string {
    switch (event.type) {
      case 'start':
        this.#startUsage = event.usage;
        return '';
      case 'logprobs':
        return '';
      case 'error':
        return printAnthropicStreamError(event.failure);
      case 'finish':
        return this.#start() + this.#blocks.closeAll() + this.#finish(event);
      default:
        this.#pieces += 1;
        return this.#started ? this.#blocks.add(event) : this.#start() + this.#blocks.add(event);
    }
  }

  #start(): string {
    if (this.#started) return '';
    this.#started = true;
    return this.#reply.startSent === true ? '' : printAnthropicStart(this.#reply, this.#startUsage);
  }

  /** Counts that nobody told are estimated: one token for each piece of output. */
  #finish({ reason, stopSequence, usage }: FinishEvent): string {
    const delta = {
      type: 'message_delta',
      delta: { stop_reason: printStopReason(reason, this.#blocks.calledTools), stop_sequence: stopSequence ?? null },
      usage: printUsage(usage, {
        inputTokens: () => estimateInputTokens(this.#reply.request),
        outputTokens: () => this.#pieces,
      }),
    };
    return `event: message_delta\ndata: ${JSON.stringify(delta)}\n\nevent: message_stop\ndata: {"type":"message_stop"}\n\n`;
  }
}

/** Everything of a delta but its string is made once a block. */
class MessageBlockWriter implements BlockWriter {
  #deltaStart = '';

  open(block: Block): string {
    const { content, delta } = DELTAS[block.kind];
    this.#deltaStart = `${deltaHead(block)}${delta}`;
    return `event: content_block_start\ndata: {"type":"content_block_start","index":${block.index},"content_block":${content(block)}}\n\n`;
  }

  append(block: Block, piece: string): string {
    return block.kind === 'redacted_thinking' ? '' : `${this.#deltaStart}${JSON.stringify(piece)}}}\n\n`;
  }

  close(block: Block): string {
    return `${this.#lastDelta(block)}event: content_block_stop\ndata: {"type":"content_block_stop","index":${block.index}}\n\n`;
  }

  /** Thinking ends with its signature; a call without arguments has the empty object. */
  #lastDelta(block: Block): string {
    if (block.kind === 'tool_call' && block.text === '') return this.append(block, '{}');
    if (block.kind !== 'thinking') return '';
    const signature = JSON.stringify(block.signature ?? UNSIGNED);
    return `${deltaHead(block)}{"type":"signature_delta","signature":${signature}}}\n\n`;
  }
}

function deltaHead(block: Block): string {
  return `event: content_block_delta\ndata: {"type":"content_block_delta","index":${block.index},"delta":`;
}

/** The block as content_block_start shows it, and how its deltas begin. */
const DELTAS: Readonly<Record<Block['kind'], { content: (block: Block) => string; delta: string }>> = {
  text: { content: () => '{"type":"text","text":""}', delta: '{"type":"text_delta","text":' },
  thinking: {
    content: () => '{"type":"thinking","thinking":"","signature":""}',
    delta: '{"type":"thinking_delta","thinking":',
  },
  redacted_thinking: { content: (block) => JSON.stringify({ type: block.kind, data: block.text }), delta: '' },
  tool_call: {
    content: ({ tool }) => JSON.stringify({ type: 'tool_use', id: tool?.id ?? '', name: tool?.name ?? '', input: {} }),
    delta: '{"type":"input_json_delta","partial_json":',
  },
};
